-- what an amount is multiplied by, and what by it is divided, from each currency into each other
select
  from_currency as paid_in,
  to_currency as wanted,
  day,
  0 as is_inverse,
  ppm as times,
  cast(1000000 as bigint) as per
from known_rates
where
  ppm between 1 and 9000000000000
union all
select
  to_currency as paid_in,
  from_currency as wanted,
  day,
  1 as is_inverse,
  cast(1000000 as bigint) as times,
  ppm as per
from known_rates
where
  ppm between 1 and 9000000000000
