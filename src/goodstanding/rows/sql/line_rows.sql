-- one row per line of an order, with all that is known of the order
select
  order_rows.*,
  lines.line_no as line_no,
  lines.listing_no as listing_id,
  lines.category_no as category_id,
  lines.quantity as quantity,
  lines.amount_minor as line_amount_minor
from known_order_lines as lines
join order_rows
  on order_rows.order_id = lines.order_no
