-- the newest rate not after each of those days; the inverse one where there is no other
select
  paid_in,
  placed_on,
  wanted,
  times,
  per
from (
  select
    asked.paid_in,
    asked.placed_on,
    spans.wanted,
    spans.times,
    spans.per,
    row_number() over (
      partition by asked.paid_in, asked.placed_on, spans.wanted
      order by spans.is_inverse
    ) as place
  from rates_asked as asked
  join rate_spans as spans
    on spans.paid_in = asked.paid_in
    and spans.first_on <= asked.placed_on
    and (spans.next_on is null or spans.next_on > asked.placed_on)
) as ranked
where
  place = 1
