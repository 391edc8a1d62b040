-- the orders of a range: when each was placed, and with which others it was bought together
with numbered as (
  select
    orders_n,
    starts_s,
    first_order_no,
    unnest(
      range(
        -- two more, which those of the range may join
        greatest(first_order_no, $first_row - 2),
        least(first_order_no + orders_n, $last_row + 1)
      )
    ) as order_no
  from hours
  where
    first_order_no <= $last_row
    and first_order_no + orders_n > $first_row - 2
),

drawn as (
  select
    order_no,
    starts_s
    + ((order_no - first_order_no) * 3600 + choice(order_no, 'second', 3600)) // orders_n
      as placed_s,
    chance(order_no - 2, 'joined', $orders_joined) as before_joins,
    chance(order_no - 1, 'joined', $orders_joined) as last_joins,
    chance(order_no, 'joined', $orders_joined) as joins,
    chance(order_no + 1, 'joined', $orders_joined) as next_joins
  from numbered
),

-- an order joins the one or two before it; longer chains break
joined as (
  select
    *,
    order_no - case
      when order_no < 2 or not joins then 0
      when order_no < 3 or not last_joins then 1
      when order_no < 4 or not before_joins then 2
      else 0
    end as root_no
  from drawn
),

roots as (
  select
    joined.order_no,
    drawn.placed_s
  from joined
  join drawn
    on drawn.order_no = joined.root_no
  where
    joined.root_no < joined.order_no
)

select
  joined.order_no,
  joined.root_no,
  roots.order_no is not null
  or (next_joins and joined.order_no < $orders_n and (joined.order_no < 2 or not joins))
    as is_joint,
  not joins and not next_joins as is_alone,
  coalesce(roots.placed_s, joined.placed_s) as placed_s
from joined
left join roots
  on roots.order_no = joined.order_no
where
  joined.order_no >= $first_row
