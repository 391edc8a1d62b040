-- every seller: kind, times, country, listings; stores are numbered by size, the largest first
with numbered as (
  select
    unnest(range(1, $sellers_n + 1)) as seller_no
),

placed as (
  select
    seller_no,
    length(bin(seller_no)) - 1 as doubling_no,
    seller_no <= len($head_kinds) as is_head,
    seller_no <= len($head_kinds) or is_always_there(seller_no) as is_steady,
    case
      when is_always_there(seller_no)
        then golden_place(seller_no // 4, 'steady seller kinds', $steady_places)
      else golden_place(seller_no, 'seller kinds', 1000)
    end as place
  from numbered
),

kinds as (
  select
    placed.seller_no,
    placed.doubling_no,
    placed.is_steady,
    case
      when placed.is_head then list_position($seller_kind_names, $head_kinds[placed.seller_no])
      else slots.entry_no
    end as kind_no
  from placed
  join slots
    on slots.list = 'seller_kinds' and slots.slot = placed.place
),

opened as (
  select
    kinds.*,
    seller_kinds.takes_orders,
    case
      when kinds.is_steady then least(seller_kinds.opens_days[2] * 86400, -30 * 86400)
      else seller_kinds.opens_days[2] * 86400
    end - choice(
      kinds.seller_no,
      'store opened',
      (seller_kinds.opens_days[2] - seller_kinds.opens_days[1]) * 86400
    ) as opened_s,
    chance(kinds.seller_no, 'store closes', seller_kinds.closes) and not kinds.is_steady as closes,
    between_both(
      kinds.seller_no,
      'store closed',
      seller_kinds.closes_days[1] * 86400,
      seller_kinds.closes_days[2] * 86400
    ) as open_for_s,
    case
      when not seller_kinds.takes_orders then 3
      -- as order_journeys.sql shares the orders out
      else least(
        $size_listings_at_most,
        2
        + $orders_n
        * case when kinds.doubling_no < 2 then 2 else 1 end
        // (($doublings_n + 3) * (1::bigint << kinds.doubling_no::integer))
        // $size_orders_a_listing
      )
    end as listings_n
  from kinds
  join seller_kinds
    on seller_kinds.entry_no = kinds.kind_no
)

select
  opened.seller_no,
  opened.kind_no,
  opened.takes_orders,
  opened.opened_s,
  case when opened.closes then opened.opened_s + opened.open_for_s end as closed_s,
  slots.entry_no as country_no,
  choice(opened.seller_no, 'main category', $leaves_n) as main_leaf,
  opened.listings_n,
  (1 + sum(opened.listings_n) over (order by opened.seller_no) - opened.listings_n)::bigint
    as first_listing_no
from opened
join slots
  on slots.list = 'seller_countries' and slots.slot = choice(opened.seller_no, 'country', 1000)
order by
  opened.seller_no
