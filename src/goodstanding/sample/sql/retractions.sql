-- what the source takes back: disputes opened in error, false scans of a delivery
with taken_back as (
  select
    order_no,
    0 as part,
    'disputes' as table_name,
    with_digits('D', order_no) as key,
    '*' as column_name,
    greatest(
      opened_s,
      coalesce(acted_s, 0),
      coalesce(answered_s, 0),
      coalesce(escalated_s, 0),
      coalesce(closed_s, 0)
    )
    + between_both(order_no, 'taken back', 15 * 86400, 30 * 86400) as retracted_s
  from order_claims
  where
    is_retracted
  union all
  select
    order_no,
    1 as part,
    'orders' as table_name,
    order_text(order_no) as key,
    'delivered_at' as column_name,
    shipped_s
    + between_both(order_no, 'false scan', 86400, 2 * 86400)
    + between_both(order_no, 'taken back', 86400, 3 * 86400) as retracted_s
  from order_lives
  where
    -- as in orders.sql: 'retracted'
    is_tracked
    and ring_kind is null
    and delivered_s > shipped_s + 6 * 86400
    and millionths(order_no, 'delivery record')
    >= $late_facts_delivery + $late_facts_delivery_corrected
    and millionths(order_no, 'delivery record')
    < $late_facts_delivery + $late_facts_delivery_corrected + $late_facts_delivery_retracted
)

select
  table_name,
  key,
  column_name,
  instant(retracted_s) as retracted_at,
  case part when 0 then 'customer service' else 'the carrier' end as retracted_by,
  null::timestamp as recorded_at
from taken_back
where
  seen(retracted_s)
order by
  order_no,
  part
