-- orders, then what was recorded later of them: late deliveries, corrections
with drawn as (
  select
    *,
    is_tracked and ring_kind is null as may_differ,
    delivered_s - shipped_s as travelled_s,
    millionths(order_no, 'delivery record') as record_drawn,
    millionths(order_no, 'amount corrected') as amount_drawn
  from order_lives
),

told as (
  select
    orders.*,
    lanes.method,
    lanes.carrier,
    lanes.fulfilled_by,
    destinations.country,
    destinations.currency,
    case
      when not may_differ then 'as it was'
      when record_drawn < $late_facts_delivery then 'late'
      when record_drawn < $late_facts_delivery + $late_facts_delivery_corrected
        then case when travelled_s > 4 * 86400 then 'corrected' else 'as it was' end
      when
        record_drawn
        < $late_facts_delivery + $late_facts_delivery_corrected + $late_facts_delivery_retracted
        -- time for the false scan and its retraction
        then case when travelled_s > 6 * 86400 then 'retracted' else 'as it was' end
      else 'as it was'
    end as delivery_record
  from drawn as orders
  join lanes
    on lanes.entry_no = orders.lane_no
  join destinations
    on destinations.entry_no = orders.destination_no
),

first_told as (
  select
    order_no,
    0 as part,
    order_text(order_no) as order_id,
    case when is_joint then parent_text(root_no) end as parent_order_id,
    buyer_text(buyer_no) as buyer_id,
    seller_text(seller_no) as seller_id,
    instant(placed_s) as placed_at,
    instant(paid_s) as paid_at,
    case when seen(paid_s) then due(ship_by_s) end as ship_by,
    instant(shipped_s) as shipped_at,
    due(deliver_by_s) as deliver_by,
    case
      when is_tracked
        then instant(
          case delivery_record
            when 'as it was' then delivered_s
            when 'corrected'
              then delivered_s - between_both(order_no, 'recorded wrongly', 86400, 3 * 86400)
            when 'retracted' then shipped_s + between_both(order_no, 'false scan', 86400, 2 * 86400)
          end
        )
    end as delivered_at,
    instant(closed_s) as closed_at,
    instant(cancelled_s) as cancelled_at,
    case when seen(cancelled_s) then cancelled_by end as cancelled_by,
    case
      when cancelled_s is null or not seen(cancelled_s) then null
      when fate = 'unpaid' and cancelled_by = 'platform' then 'not paid in time'
      when fate = 'never shipped' then 'not shipped in time'
      when cancelled_by = 'buyer'
        then $texts_cancelled_by_buyer[
          1 + choice(order_no, 'cancel text', len($texts_cancelled_by_buyer))
        ]
      when cancelled_by = 'seller'
        then $texts_cancelled_by_seller[
          1 + choice(order_no, 'cancel text', len($texts_cancelled_by_seller))
        ]
      when cancelled_by = 'platform'
        then $texts_cancelled_by_platform[
          1 + choice(order_no, 'cancel text', len($texts_cancelled_by_platform))
        ]
    end as cancel_reason,
    amount_minor,
    currency,
    method as shipping_method,
    case when seen(shipped_s) then carrier end as carrier,
    country as ship_to,
    fulfilled_by,
    case when seen(shipped_s) then extra end as extra,
    null::timestamp as recorded_at
  from told
),

deliveries as (
  select
    order_no,
    delivered_s,
    case delivery_record
      when 'late' then delivered_s + between_both(order_no, 'recorded', 2 * 86400, 9 * 86400)
      when 'corrected' then delivered_s + between_both(order_no, 'recorded', 86400, 5 * 86400)
      -- after the retraction of the false scan (see retractions.sql)
      else delivered_s + 3600
    end as recorded_s
  from told
  where
    delivery_record <> 'as it was'
    and delivered_s is not null
),

deliveries_told as (
  select
    order_no,
    1 as part,
    order_text(order_no) as order_id,
    instant(delivered_s) as delivered_at,
    instant(recorded_s) as recorded_at
  from deliveries
  where
    seen(recorded_s)
),

amounts as (
  select
    order_no,
    amount_minor - amount_minor // 10 as amount_minor,
    placed_s + between_both(order_no, 'amount recorded', 3600, 5 * 86400) as recorded_s
  from told
  where
    amount_drawn < $late_facts_amount
),

amounts_told as (
  select
    order_no,
    2 as part,
    order_text(order_no) as order_id,
    amount_minor,
    instant(recorded_s) as recorded_at
  from amounts
  where
    seen(recorded_s)
)

select * from first_told
union all by name
select * from deliveries_told
union all by name
select * from amounts_told
order by
  order_no,
  part
