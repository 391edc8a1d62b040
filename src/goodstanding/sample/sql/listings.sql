-- what the stores offer
select
  listing_text(goods.listing_no) as listing_id,
  seller_text(goods.seller_no) as seller_id,
  category_text($roots_n + 1 + goods.leaf) as category_id,
  $listing_kind_names[slots.entry_no] as kind,
  instant(goods.opened_s) as opened_at,
  null::timestamp as recorded_at
from goods
join slots
  on slots.list = 'listing_kinds' and slots.slot = choice(goods.listing_no, 'listing kind', 1000)
where
  goods.listing_no between $first_row and $last_row
order by
  goods.listing_no
