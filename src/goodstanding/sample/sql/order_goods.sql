-- what these orders were of: one row a line
with counted as (
  select
    order_no,
    seller_no,
    placed_s,
    destination_no,
    millionths(order_no, 'lines') as lines_drawn
  from order_journeys
),

numbered as (
  select
    order_no,
    seller_no,
    placed_s,
    destination_no,
    unnest(
      case
        when lines_drawn < $orders_fourth_line then [1, 2, 3, 4]
        when lines_drawn < $orders_third_line then [1, 2, 3]
        when lines_drawn < $orders_second_line then [1, 2]
        else [1]
      end
    ) as line_no
  from counted
),

drawn as (
  select
    numbered.*,
    within(order_no, line_no) as row_no,
    stores.first_listing_no,
    stores.listings_n
  from numbered
  join stores
    on stores.seller_no = numbered.seller_no
),

-- favourites far more often
picked as (
  select
    *,
    first_listing_no + skewed(row_no, 'listing', listings_n) as drawn_listing_no
  from drawn
),

-- nothing before it was offered, but a neighbour that was (see goods.sql)
offered as (
  select
    picked.*,
    case
      when goods.opened_s <= picked.placed_s then picked.drawn_listing_no
      else picked.drawn_listing_no - (picked.drawn_listing_no - picked.first_listing_no) % 4
    end as listing_no
  from picked
  join goods
    on goods.listing_no = picked.drawn_listing_no
),

priced as (
  select
    offered.*,
    goods.leaf,
    goods.price,
    case
      when chance(row_no, 'several', $orders_several_pieces) then 2 + choice(row_no, 'pieces', 3)
      else 1
    end as quantity
  from offered
  join goods
    on goods.listing_no = offered.listing_no
)

select
  priced.order_no::integer as order_no,
  priced.line_no::utinyint as line_no,
  priced.listing_no::integer as listing_no,
  priced.leaf::utinyint as leaf,
  priced.quantity::utinyint as quantity,
  (priced.price * priced.quantity * destinations.price_percent // 100)::integer as amount_minor
from priced
join destinations
  on destinations.entry_no = priced.destination_no
order by
  priced.order_no,
  priced.line_no
