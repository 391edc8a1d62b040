-- money given back: after a cancellation, after a dispute, after a return
with given_back as (
  select
    orders.order_no,
    orders.amount_minor,
    orders.cancelled_by,
    orders.fate,
    orders.claim_reason,
    orders.refund_percent,
    destinations.withdrawal_days,
    orders.delivered_s,
    between_both(orders.order_no, 'sent back', 2 * 86400, 20 * 86400) as sent_back_after_s,
    case
      when orders.refund_percent is not null then 'dispute'
      when orders.paid_s is not null and orders.cancelled_s is not null then 'cancelled'
      when
        orders.delivered_s is not null
        and not orders.is_claimed
        and chance(orders.order_no, 'returns', buyer_kinds.returns)
        then 'sent back'
    end as cause,
    coalesce(orders.claim_closed_s, orders.cancelled_s) as ended_s
  from order_lives as orders
  join destinations
    on destinations.entry_no = orders.destination_no
  join buyer_kinds
    on buyer_kinds.entry_no = orders.buyer_kind_no
),

refunded as (
  select
    *,
    case
      when cause = 'sent back' then delivered_s + sent_back_after_s
      else ended_s
      + between_both(order_no, 'refunded', 3600, $refunds_days_after_cancelling * 86400)
    end as refunded_s,
    greatest(1, amount_minor * coalesce(refund_percent, 100) // 100) as refund_minor,
    cause = 'dispute'
    and amount_minor > 200
    and chance(order_no, 'refunded twice', $disputes_refunded_twice) as is_in_two,
    case
      when cause = 'dispute' and claim_reason = 'other' then 'unknown'
      when cause = 'dispute' then claim_reason
      when cause = 'sent back' then 'changed_mind'
      when fate = 'never shipped' or cancelled_by = 'seller' then 'seller'
      when cancelled_by = 'buyer' then 'changed_mind'
      else 'unknown'
    end as reason,
    case
      when withdrawal_days = 0 then false
      when cause = 'sent back' then sent_back_after_s <= withdrawal_days * 86400
      when cause = 'cancelled' then cancelled_by = 'buyer'
      else claim_reason <> 'other'
    end as is_statutory
  from given_back
  where
    cause is not null
),

in_parts as (
  select
    *,
    unnest(case when is_in_two then [1, 2] else [1] end) as part
  from refunded
)

select
  with_digits('R', order_no) || case when part = 2 then '-2' else '' end as refund_id,
  order_text(order_no) as order_id,
  instant(refunded_s + (part - 1) * 86400) as refunded_at,
  case
    when not is_in_two then refund_minor
    when part = 1 then refund_minor // 2
    else refund_minor - refund_minor // 2
  end as amount_minor,
  reason,
  is_statutory,
  null::timestamp as recorded_at
from in_parts
where
  seen(refunded_s + (part - 1) * 86400)
order by
  order_no,
  part
