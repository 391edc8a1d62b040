-- every product; which sellers offer it is told by the orders alone
select
  product_id as listing_id,
  product_category_name as category_id,
  place
from olist_products
