-- every hour of the calendar with the numbers of the orders placed in it
with weighted as (
  select
    day_no * 86400 + hour_no * 3600 as starts_s,
    (1000 + 10 * ($calendar_growth_percent - 100) * day_no // ($calendar_days - 1))::hugeint
    * $calendar_months[month($first_day + day_no::integer)]
    * $calendar_weekdays[isodow($first_day + day_no::integer)]
    * $calendar_hours[1 + hour_no] as weight
  from range($calendar_days) as days (day_no), range(24) as hours_of_day (hour_no)
),

summed as (
  select
    starts_s,
    weight,
    sum(weight) over (order by starts_s) as upto,
    sum(weight) over () as total
  from weighted
),

shared as (
  select
    starts_s,
    ((upto - weight) * $orders_n // total)::bigint as orders_before,
    (upto * $orders_n // total)::bigint as orders_upto
  from summed
)

select
  starts_s,
  orders_before + 1 as first_order_no,
  orders_upto - orders_before as orders_n
from shared
where
  orders_upto > orders_before
order by
  starts_s
