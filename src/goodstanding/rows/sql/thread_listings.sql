-- what was bought with each order that threads name, where it was but one listing
select
  order_no,
  min(listing_no) as listing_no
from known_order_lines
group by
  order_no
having
  min(listing_no) = max(listing_no)
