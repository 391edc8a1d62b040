-- orders with a line of such a listing
select distinct
  lines.order_no
from known_order_lines as lines
join special_listings
  on special_listings.listing_no = lines.listing_no
