-- the orders of the window, those that went badly, and the grade, of each seller
with
judged as (
  select
    seller_id,
    coalesce(
      (ship_by >= $first and ship_by < $until)
      or (cancelled_by = 'seller' and cancelled_at >= $first)
      or shipped_at >= $first
      or closed_at >= $first
      or acted_at >= $first
      or escalated_at >= $first
      or arbitration_ended_at >= $first
      or reviewed_at >= $first
      or (reviewed_at is null and closed_at >= $closed_first and closed_at < $closed_until),
      false
    ) as is_assessed,
    coalesce(
      (
        reviewed_at >= $first
        and (
          stars <= 3
          or description_stars <= 3
          or communication_stars <= 3
          or logistics_stars <= 3
        )
      )
      or (is_paid and cancelled_by = 'seller' and cancelled_at >= $first)
      or (
        is_paid
        and shipped_at is null
        and delivered_at is null
        and (cancelled_at is null or (cancelled_by = 'platform' and cancelled_at > ship_by))
        and ship_by >= $first
        and ship_by < $until
      )
      or escalated_at >= $first
      or unanswered_at >= $first,
      false
    ) as is_bad,
    coalesce(shipped_at > ship_by and shipped_at >= $first, false) as is_late
  from {rows}
  {mine}
),
counted as (
  select
    seller_id,
    count(*) filter (is_assessed) as assessed,
    count(*) filter (is_assessed and is_bad) as bad,
    count(*) filter (is_late) as late_shipments
  from judged
  group by seller_id
)
select
  seller_id,
  coalesce(assessed, 0) as assessed,
  coalesce(bad, 0) as bad,
  coalesce(late_shipments, 0) as late_shipments,
  case
    when coalesce(assessed, 0) = 0 then null
    when bad * 1000 < assessed * 35 then 'excellent'
    when bad * 100 < assessed * 6 then 'good'
    when bad * 100 < assessed * 12 then 'pass'
    else 'fail'
  end as grade
from stores
left join counted using (seller_id)
{mine}
order by seller_id
