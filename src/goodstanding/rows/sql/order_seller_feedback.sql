-- of several ratings of the buyer of one order the latest
select
  order_no,
  given_at,
  stars
from (
  select
    order_no,
    given_at,
    stars,
    row_number() over (partition by order_no order by given_at desc, feedback_id desc) as place
  from seller_reviews
) as ranked
where
  place = 1
