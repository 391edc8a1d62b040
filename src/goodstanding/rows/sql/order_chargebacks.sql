-- the latest chargeback of each order
select
  order_no,
  max(filed_at) as filed_at
from known_chargebacks
group by
  order_no
