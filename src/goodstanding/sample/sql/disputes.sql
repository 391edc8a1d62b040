-- disputes, changes of the buyer before the latest, and ends that were recorded days later
with told as (
  select
    *,
    closed_s < $end_s and chance(order_no, 'end recorded late', $disputes_recorded_late)
      as is_end_late,
    closed_s + between_both(order_no, 'end recorded', 2 * 86400, 12 * 86400) as recorded_s
  from order_claims
),

disputes_told as (
  select
    order_no,
    0 as part,
    with_digits('D', order_no) as dispute_id,
    order_text(order_no) as order_id,
    first_reason,
    reason,
    instant(opened_s) as opened_at,
    instant(acted_s) as buyer_acted_at,
    instant(answered_s) as answered_at,
    instant(escalated_s) as escalated_at,
    case when not is_end_late then instant(closed_s) end as closed_at,
    case when not is_end_late and seen(closed_s) then close_reason end as close_reason,
    case when not is_end_late and seen(closed_s) then liable end as liable,
    has_return,
    null::timestamp as recorded_at
  from told
),

-- what the record said before the buyer changed it again
changes_told as (
  select
    order_no,
    1 as part,
    with_digits('D', order_no) as dispute_id,
    instant(earlier_acted_s) as buyer_acted_at,
    instant(earlier_acted_s) as recorded_at
  from told
  where
    seen(earlier_acted_s)
),

ends_told as (
  select
    order_no,
    2 as part,
    with_digits('D', order_no) as dispute_id,
    instant(closed_s) as closed_at,
    close_reason,
    liable,
    instant(recorded_s) as recorded_at
  from told
  where
    is_end_late
    and seen(recorded_s)
)

select * from disputes_told
union all by name
select * from changes_told
union all by name
select * from ends_told
order by
  order_no,
  part
