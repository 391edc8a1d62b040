-- the lines of the orders; their amounts add up to the order's
select
  order_text(order_no) as order_id,
  line_no,
  listing_text(listing_no) as listing_id,
  category_text($roots_n + 1 + leaf) as category_id,
  quantity,
  amount_minor,
  null::timestamp as recorded_at
from order_goods
order by
  order_no,
  line_no
