-- every category under its Portuguese name; one without a translation keeps it as its name
select
  product_category_name as category_id,
  coalesce(product_category_name_english, product_category_name) as name,
  place
from olist_category_translation
union all
select
  product_category_name as category_id,
  product_category_name as name,
  min(place) as place
from olist_products
where
  product_category_name is not null
  and product_category_name not in (
    select product_category_name
    from olist_category_translation
    where product_category_name is not null
  )
group by product_category_name
