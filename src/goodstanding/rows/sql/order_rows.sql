-- one row per order: all that is known of it, as days, flags and small numbers
select
  orders.order_no as order_id,
  orders.parent_order_no as parent_order_id,
  orders.seller_no as seller_id,
  orders.buyer_no as buyer_id,
  market_day(orders.placed_at) as placed_on,
  orders.amount_minor as amount_minor,
  orders.currency as currency,
  code_number(orders.fulfilled_by) as fulfilled_by,
  orders.shipping_method as shipping_method,
  orders.carrier as carrier,
  orders.ship_to as ship_to,
  case
    when
      orders.placed_at + interval '480' hour < $as_of_end
      and not coalesce(orders.paid_at <= orders.placed_at + interval '480' hour, false)
      and not coalesce(orders.cancelled_at <= orders.placed_at + interval '480' hour, false)
      and not coalesce(orders.shipped_at <= orders.placed_at + interval '480' hour, false)
      and not coalesce(orders.delivered_at <= orders.placed_at + interval '480' hour, false)
    then market_day(orders.placed_at + interval '480' hour)
  end as unpaid_on,
  market_day(orders.paid_at) as paid_on,
  orders.paid_at is not null as is_paid,
  market_day(orders.ship_by) as ship_by_on,
  market_day(orders.shipped_at) as shipped_on,
  coalesce(orders.shipped_at > orders.ship_by, false) as is_shipped_late,
  case
    when
      orders.ship_by < $as_of_end
      and not coalesce(orders.shipped_at <= orders.ship_by, false)
      and not coalesce(orders.delivered_at <= orders.ship_by, false)
      and not coalesce(orders.cancelled_at <= orders.ship_by, false)
    then market_day(orders.ship_by)
  end as unshipped_on,
  code_number(orders.extra) as extra,
  market_day(orders.deliver_by) as deliver_by_on,
  market_day(orders.delivered_at) as delivered_on,
  coalesce(orders.delivered_at > orders.deliver_by, false) as is_delivered_late,
  market_day(orders.closed_at) as closed_on,
  market_day(orders.cancelled_at) as cancelled_on,
  code_number(
    case
      when orders.cancelled_at is not null then coalesce(orders.cancelled_by, 'unknown')
    end
  ) as cancelled_by,
  market_day(given.given_at) as feedback_given_on,
  market_day(reviews.given_at) as feedback_on,
  reviews.stars as stars,
  reviews.description_stars as description_stars,
  reviews.communication_stars as communication_stars,
  reviews.logistics_stars as logistics_stars,
  market_day(seller_reviews.given_at) as buyer_rated_on,
  seller_reviews.stars as buyer_stars,
  market_day(disputes.opened_at) as dispute_opened_on,
  code_number(disputes.reason) as dispute_reason,
  code_number(disputes.first_reason) as dispute_first_reason,
  coalesce(disputes.is_return = 1, false) as is_return_disputed,
  market_day(disputes.acted_at) as dispute_acted_on,
  market_day(disputes.unanswered_at) as dispute_unanswered_on,
  market_day(disputes.escalated_at) as dispute_escalated_on,
  market_day(disputes.arbitration_ended_at) as arbitration_ended_on,
  market_day(disputes.closed_at) as dispute_closed_on,
  market_day(disputes.lapsed_at) as dispute_lapsed_on,
  market_day(disputes.lost_at) as dispute_lost_on,
  code_number(disputes.close_reason) as dispute_close_reason,
  code_number(disputes.liable) as dispute_liable,
  market_day(refunds.refunded_at) as refunded_on,
  code_number(refunds.reason) as refund_reason,
  coalesce(refunds.is_statutory, false) as is_statutory_refund,
  not coalesce(refunds.is_statutory, true) as is_free_refund,
  market_day(chargebacks.filed_at) as charged_back_on
from known_orders as orders
left join order_feedback_given as given
  on given.order_no = orders.order_no
left join order_feedback as reviews
  on reviews.order_no = orders.order_no
left join order_seller_feedback as seller_reviews
  on seller_reviews.order_no = orders.order_no
left join order_disputes as disputes
  on disputes.order_no = orders.order_no
left join order_refunds as refunds
  on refunds.order_no = orders.order_no
left join order_chargebacks as chargebacks
  on chargebacks.order_no = orders.order_no
where
  orders.seller_no is not null
  and coalesce(
    orders.placed_at,
    orders.paid_at,
    orders.shipped_at,
    orders.delivered_at,
    orders.closed_at,
    orders.cancelled_at
  ) is not null
