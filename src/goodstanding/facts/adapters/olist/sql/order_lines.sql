-- one line for each item, which is one piece, under its own number
select
  items.order_id || '/' || items.seller_id as order_id,
  items.order_item_id as line_no,
  items.product_id as listing_id,
  products.product_category_name as category_id,
  1 as quantity,
  case
    when items.centavos = trunc(items.centavos)
    then cast(cast(items.centavos as decimal(38, 0)) as varchar)
    else items.written -- no whole number: the row goes to quarantine
  end as amount_minor,
  items.place
from olist_priced_items as items
left join olist_products as products
  on products.product_id = items.product_id
