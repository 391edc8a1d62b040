-- exchange rates of every day: a walk in small steps
with days as (
  select
    exchanges.entry_no,
    exchanges.from_currency,
    exchanges.to_currency,
    exchanges.ppm,
    day_no,
    case
      when day_no = 0 then 0
      else between_both(within(day_no, exchanges.entry_no), 'rate', -exchanges.step, exchanges.step)
    end as step
  from exchanges, range($calendar_days) as calendar (day_no)
)

select
  $first_day + day_no::integer as day,
  from_currency,
  to_currency,
  (ppm + sum(step) over (partition by entry_no order by day_no))::bigint as ppm,
  null::timestamp as recorded_at
from days
order by
  day_no,
  entry_no
