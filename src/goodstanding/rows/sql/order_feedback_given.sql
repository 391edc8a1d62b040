-- when the buyer of each order first gave feedback that stands, whatever it says
select
  order_no,
  min(given_at) as given_at
from (
  select
    feedback.order_no,
    feedback.given_at
  from known_feedback as feedback
  where
    feedback.removed_at is null
    and not exists (
      select 1
      from removals
      where
        removals.feedback_id = feedback.feedback_id
        and removals.order_no = feedback.order_no
        and removals.given_at >= feedback.given_at
    )
    and coalesce(feedback.given_by, 'buyer') = 'buyer'
  union all
  select
    orders.order_no,
    feedback.given_at
  from known_feedback as feedback
  join known_orders as orders
    on orders.parent_order_no = feedback.order_no and orders.order_no <> feedback.order_no
  where
    feedback.removed_at is null
    and not exists (
      select 1
      from removals
      where
        removals.feedback_id = feedback.feedback_id
        and removals.order_no = feedback.order_no
        and removals.given_at >= feedback.given_at
    )
    and coalesce(feedback.given_by, 'buyer') = 'buyer'
) as given
group by
  order_no
