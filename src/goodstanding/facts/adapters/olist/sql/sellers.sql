-- every seller; all of them are in Brazil
select
  seller_id,
  'BR' as country,
  place
from olist_sellers
