-- the latest refund of each order
select
  order_no,
  refunded_at,
  reason,
  is_statutory
from (
  select
    order_no,
    refunded_at,
    reason,
    is_statutory,
    row_number() over (partition by order_no order by refunded_at desc nulls last, refund_id desc) as place
  from known_refunds
) as ranked
where
  place = 1
