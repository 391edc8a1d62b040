-- decisions that an order does not count: malicious buyers, closed ones, order protection
with decided as (
  select
    orders.order_no,
    0 as part,
    case when chance(orders.buyer_no, 'all orders', $exclusions_of_buyers) then 'buyers' else 'orders' end as table_name,
    case
      when chance(orders.buyer_no, 'all orders', $exclusions_of_buyers) then buyer_text(orders.buyer_no)
      else order_text(orders.order_no)
    end as key,
    'malicious buyer' as reason,
    greatest(accounts.decided_s, orders.claim_opened_s)
    + between_both(orders.order_no, 'excluded', 3600, 5 * 86400) as decided_s
  from order_lives as orders
  join accounts
    on accounts.buyer_no = orders.buyer_no
  where
    orders.is_false_claim
    and accounts.is_decided
    and not accounts.is_overturned
    and chance(orders.order_no, 'claim excluded', $exclusions_of_false_claims)
  union all
  select
    orders.order_no,
    1 as part,
    'orders' as table_name,
    order_text(orders.order_no) as key,
    'the buyer''s account was closed for abuse' as reason,
    accounts.closed_s + between_both(orders.order_no, 'excluded', 86400, 7 * 86400) as decided_s
  from order_lives as orders
  join accounts
    on accounts.buyer_no = orders.buyer_no
  where
    accounts.is_closed_for_abuse
    and chance(orders.order_no, 'order excluded', $exclusions_of_closed_buyers)
  union all
  select
    order_no,
    2 as part,
    'orders' as table_name,
    order_text(order_no) as key,
    'order protection' as reason,
    coalesce(cancelled_s, ship_by_s) + between_both(order_no, 'protected', 2 * 86400, 20 * 86400)
      as decided_s
  from order_lives
  where
    (fate = 'never shipped' or cancelled_by = 'seller')
    and chance(order_no, 'protected', $exclusions_of_unsold)
),

lifted as (
  select
    *,
    decided_s + between_both(order_no, 'lifted', 86400, 40 * 86400) as lifted_s
  from decided
  where
    seen(decided_s)
    and chance(order_no, 'is lifted', $exclusions_lifted)
),

told as (
  select
    order_no,
    part,
    with_digits('X', order_no) || '-' || part as exclusion_id,
    table_name,
    key,
    reason,
    'reviewer ' || (1 + choice(order_no, 'excluded by', 7)) as decided_by,
    instant(decided_s) as decided_at
  from decided
  where
    seen(decided_s)
),

told_again as (
  select
    order_no,
    part,
    with_digits('X', order_no) || '-' || part as exclusion_id,
    'reviewer ' || (1 + choice(order_no, 'lifted by', 7)) as lifted_by,
    instant(lifted_s) as lifted_at
  from lifted
  where
    seen(lifted_s)
)

select
  * exclude (order_no, part),
  null::timestamp as recorded_at
from (
  select * from told
  union all by name
  select * from told_again
)
order by
  order_no,
  part,
  lifted_at nulls first
