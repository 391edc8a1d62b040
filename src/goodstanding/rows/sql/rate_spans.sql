-- from when each rate holds, and from when the next one does
select
  paid_in,
  wanted,
  is_inverse,
  times,
  per,
  day as first_on,
  lead(day) over (partition by paid_in, wanted, is_inverse order by day) as next_on
from rates_both_ways
