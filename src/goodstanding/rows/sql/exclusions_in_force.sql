-- decisions not lifted that orders, or all of a buyer's orders, do not count
select
  'orders' as table_name,
  order_ids.order_no as fact_no,
  translate(trim(decided.reason), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') as reason,
  market_day(decided.decided_at) as decided_on
from known_exclusions as decided
join order_ids
  on order_ids.order_id = decided.key
where
  decided.table_name = 'orders'
  and decided.lifted_at is null
union all
select
  'buyers' as table_name,
  buyer_ids.buyer_no as fact_no,
  translate(trim(decided.reason), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') as reason,
  market_day(decided.decided_at) as decided_on
from known_exclusions as decided
join buyer_ids
  on buyer_ids.buyer_id = decided.key
where
  decided.table_name = 'buyers'
  and decided.lifted_at is null
