-- how many reviews each order has, and what they say where there is but one
select
  order_no,
  count(*) as reviews_n,
  max(given_at) as given_at,
  max(stars) as stars,
  max(description_stars) as description_stars,
  max(communication_stars) as communication_stars,
  max(logistics_stars) as logistics_stars
from reviews
group by
  order_no
