-- every listing: whose it is, since when, in which category, at what price
with numbered as (
  select
    seller_no,
    opened_s as seller_opened_s,
    main_leaf,
    first_listing_no,
    unnest(range(first_listing_no, first_listing_no + listings_n)) as listing_no
  from stores
),

priced as (
  select
    *,
    -- in hundredths of a dollar: 1 to 256 dollars, each doubling as often
    100::bigint << choice(listing_no, 'price', 8)::integer as price_from
  from numbered
)

select
  listing_no::integer as listing_no,
  seller_no::integer as seller_no,
  case
    -- every fourth is as old as the store: orders drawn for one not yet on offer go to it
    when (listing_no - first_listing_no) % 4 = 0 then seller_opened_s
    else greatest(
      seller_opened_s,
      between_both(listing_no, 'listing opened', -400 * 86400, 640 * 86400)
    )
  end::integer as opened_s,
  -- two thirds of a store's listings are in its main category
  case
    when chance(listing_no, 'in main category', 667000) then main_leaf
    else choice(listing_no, 'category', $leaves_n)
  end::utinyint as leaf,
  (price_from + choice(listing_no, 'price more', price_from))::integer as price
from priced
order by
  listing_no
