-- the orders with amounts and disputes, and when receipt was confirmed or the time for it ran out
with amounts as (
  select
    order_no,
    sum(amount_minor)::integer as amount_minor
  from order_goods
  group by
    order_no
)

select
  order_journeys.*,
  amounts.amount_minor,
  claims.order_no is not null as is_claimed,
  claims.reason as claim_reason,
  claims.is_false as is_false_claim,
  claims.opened_s as claim_opened_s,
  claims.closed_s as claim_closed_s,
  claims.refund_percent,
  case
    when order_journeys.shipped_s is null then null
    when claims.order_no is not null then claims.closed_s
    when order_journeys.ring_kind = 'praise'
      then order_journeys.delivered_s + between_both(order_journeys.order_no, 'confirmed', 60, 7200)
    when
      order_journeys.delivered_s is not null
      and chance(order_journeys.order_no, 'confirms', $orders_confirms)
      then order_journeys.delivered_s
      + 3600
      + skewed(order_journeys.order_no, 'confirmed', ($orders_days_to_confirm - 1) * 86400)
    when order_journeys.delivered_s is not null
      then order_journeys.delivered_s + $orders_days_to_confirm * 86400
    else order_journeys.deliver_by_s + 3 * $orders_days_to_confirm * 86400
  end::integer as closed_s
from order_journeys
join amounts
  on amounts.order_no = order_journeys.order_no
left join (select * from order_claims where not is_retracted) as claims
  on claims.order_no = order_journeys.order_no
