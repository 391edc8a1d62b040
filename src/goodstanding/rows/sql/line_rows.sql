-- one row per line of an order, with all that is known of the order
select
  order_rows.*,
  lines.line_no as line_no,
  lines.listing_no as listing_id,
  lines.category_no as category_id,
  coalesce(category_levels.first_no, lines.category_no) as category_l1_id,
  coalesce(category_levels.second_no, category_levels.first_no, lines.category_no)
    as category_l2_id,
  order_rows.seller_id * 4294967296 + lines.category_no as seller_category_id,
  order_rows.seller_id * 4294967296 + coalesce(category_levels.first_no, lines.category_no)
    as seller_category_l1_id,
  order_rows.seller_id * 4294967296
    + coalesce(category_levels.second_no, category_levels.first_no, lines.category_no)
    as seller_category_l2_id,
  lines.quantity as quantity,
  lines.amount_minor as line_amount_minor,
  not special_listings.listing_no is null as is_special_listing
from known_order_lines as lines
join order_rows
  on order_rows.order_id = lines.order_no
left join category_levels
  on category_levels.category_no = lines.category_no
left join special_listings
  on special_listings.listing_no = lines.listing_no
where
  coalesce(lines.listing_no, lines.category_no, lines.quantity, lines.amount_minor) is not null
