-- one row of each order: what had happened to it by an instant
with
-- what is said of orders that happened by then
said as (
  select
    order_id,
    parent_order_id,
    seller_id,
    case when placed_at < $until then placed_at end as placed_at,
    case when paid_at < $until then paid_at end as paid_at,
    case
      when ship_by = date_trunc('day', ship_by) then ship_by + $to_end_of_day
      else ship_by
    end as ship_by,
    case when shipped_at < $until then shipped_at end as shipped_at,
    case when delivered_at < $until then delivered_at end as delivered_at,
    case when closed_at < $until then closed_at end as closed_at,
    case when cancelled_at < $until then cancelled_at end as cancelled_at,
    cancelled_by,
    recorded_at
  from orders
),
-- deliveries that turned out not to be
taken_back as (
  select
    key as order_id,
    max(retracted_at) as retracted_at
  from retractions
  where table_name = 'orders'
  group by key
),
-- the few orders of which more was said later
told_again as (
  select order_id from orders where recorded_at is not null
  union
  select order_id from taken_back
),
-- of these the value last said, column by column
merged as (
  select
    order_id,
    arg_max(parent_order_id, coalesce(recorded_at, placed_at)) as parent_order_id,
    arg_max(seller_id, coalesce(recorded_at, placed_at)) as seller_id,
    arg_max(placed_at, coalesce(recorded_at, placed_at)) as placed_at,
    arg_max(paid_at, coalesce(recorded_at, paid_at)) as paid_at,
    arg_max(ship_by, coalesce(recorded_at, placed_at)) as ship_by,
    arg_max(shipped_at, coalesce(recorded_at, shipped_at)) as shipped_at,
    arg_max(delivered_at, coalesce(recorded_at, delivered_at))
      filter (coalesce(coalesce(recorded_at, delivered_at) > retracted_at, true)) as delivered_at,
    arg_max(closed_at, coalesce(recorded_at, closed_at)) as closed_at,
    arg_max(cancelled_at, coalesce(recorded_at, cancelled_at)) as cancelled_at,
    arg_max(cancelled_by, coalesce(recorded_at, cancelled_at)) as cancelled_by
  from said
  left join taken_back using (order_id)
  where order_id in (from told_again)
  group by order_id
),
known_orders as (
  select * exclude (recorded_at) from said where order_id not in (from told_again)
  union all by name
  from merged
),
-- of each rating that was removed: its latest version; none before it counts
removed as (
  select
    feedback_id,
    max(given_at) as given_at
  from feedback
  where removed_at is not null
  group by feedback_id
),
standing as (
  select feedback.*
  from feedback
  left join removed using (feedback_id)
  where
    feedback.given_at < $until
    and feedback.given_by = 'buyer'
    and coalesce(feedback.given_at > removed.given_at, true)
    and coalesce(stars, description_stars, communication_stars, logistics_stars) is not null
),
-- what was bought together may be reviewed as one
reviews as (
  from standing
  union all by name
  select standing.* replace (known_orders.order_id as order_id)
  from standing
  join known_orders
    on known_orders.parent_order_id = standing.order_id
),
-- the latest review of each order
review as (
  select
    order_id,
    arg_max(
      struct_pack(
        given_at := given_at,
        stars := stars,
        description_stars := description_stars,
        communication_stars := communication_stars,
        logistics_stars := logistics_stars
      ),
      (given_at, feedback_id)
    ) as latest
  from reviews
  group by order_id
),
-- disputes as last told, without those that were taken back
dispute_said as (
  select disputes.*
  from disputes
  left join retractions
    on table_name = 'disputes' and key = dispute_id
  where retractions.key is null
),
known_disputes as (
  select
    any_value(order_id) as order_id,
    arg_max(opened_at, coalesce(recorded_at, opened_at))
      filter (opened_at < $until) as opened_at,
    arg_max(buyer_acted_at, coalesce(recorded_at, buyer_acted_at))
      filter (buyer_acted_at < $until) as buyer_acted_at,
    arg_max(answered_at, coalesce(recorded_at, answered_at))
      filter (answered_at < $until) as answered_at,
    arg_max(escalated_at, coalesce(recorded_at, escalated_at))
      filter (escalated_at < $until) as escalated_at,
    arg_max(closed_at, coalesce(recorded_at, closed_at))
      filter (closed_at < $until) as closed_at,
    arg_max(close_reason, coalesce(recorded_at, closed_at))
      filter (closed_at < $until) as close_reason
  from dispute_said
  group by dispute_id
),
started as (
  select
    *,
    greatest(opened_at, buyer_acted_at) as acted_at,
    greatest(opened_at, buyer_acted_at) + $to_answer as answer_by
  from known_disputes
),
-- all disputes of an order: the latest of each event
dispute as (
  select
    order_id,
    max(acted_at) as acted_at,
    max(answer_by) filter (
      answer_by < $until
      and not coalesce(answered_at between acted_at and answer_by, false)
      and (closed_at is null or closed_at >= answer_by or close_reason = 'unanswered')
    ) as unanswered_at,
    max(escalated_at) as escalated_at,
    max(closed_at) filter (escalated_at is not null) as arbitration_ended_at
  from started
  group by order_id
)
select
  seller_id,
  paid_at is not null as is_paid,
  ship_by,
  shipped_at,
  delivered_at,
  known_orders.closed_at,
  cancelled_at,
  case when cancelled_at is not null then cancelled_by end as cancelled_by,
  latest.given_at as reviewed_at,
  latest.stars,
  latest.description_stars,
  latest.communication_stars,
  latest.logistics_stars,
  acted_at,
  unanswered_at,
  escalated_at,
  arbitration_ended_at
from known_orders
left join review using (order_id)
left join dispute using (order_id)
where seller_id is not null and placed_at is not null
