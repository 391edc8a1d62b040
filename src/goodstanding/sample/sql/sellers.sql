-- the stores
select
  seller_text(stores.seller_no) as seller_id,
  $seller_country_names[stores.country_no] as country,
  instant(stores.opened_s) as opened_at,
  instant(stores.closed_s) as closed_at,
  null::timestamp as recorded_at
from stores
where
  stores.seller_no between $first_row and $last_row
order by
  stores.seller_no
