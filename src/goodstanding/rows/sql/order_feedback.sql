-- of several reviews of one order the latest
select
  order_no,
  given_at,
  stars,
  description_stars,
  communication_stars,
  logistics_stars
from reviews_counted
where
  reviews_n = 1
union all
select
  order_no,
  given_at,
  stars,
  description_stars,
  communication_stars,
  logistics_stars
from (
  select
    order_no,
    given_at,
    stars,
    description_stars,
    communication_stars,
    logistics_stars,
    row_number() over (partition by order_no order by given_at desc, feedback_id desc) as place
  from reviews
  where
    order_no in (select order_no from reviews_counted where reviews_n > 1)
) as ranked
where
  place = 1
