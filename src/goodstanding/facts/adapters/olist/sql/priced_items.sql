-- items with what was paid for each, in centavos; where price or freight is no number, both as written
select
  order_id,
  order_item_id,
  product_id,
  seller_id,
  shipping_limit_date,
  100 * (try_cast(price as decimal(18, 6)) + try_cast(freight_value as decimal(18, 6))) as centavos,
  price || ' + ' || freight_value as written,
  place
from olist_order_items
