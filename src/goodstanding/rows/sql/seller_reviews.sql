-- sellers' ratings of their buyers that carry stars and stand; one of what was bought together counts for each order
select
  feedback.order_no,
  feedback.feedback_id,
  feedback.given_at,
  feedback.stars
from known_feedback as feedback
where
  feedback.given_by = 'seller'
  and feedback.stars is not null
  and feedback.removed_at is null
  and not exists (
    select 1
    from removals
    where
      removals.feedback_id = feedback.feedback_id
      and removals.order_no = feedback.order_no
      and removals.given_at >= feedback.given_at
  )
union all
select
  orders.order_no,
  feedback.feedback_id,
  feedback.given_at,
  feedback.stars
from known_feedback as feedback
join known_orders as orders
  on orders.parent_order_no = feedback.order_no and orders.order_no <> feedback.order_no
where
  feedback.given_by = 'seller'
  and feedback.stars is not null
  and feedback.removed_at is null
  and not exists (
    select 1
    from removals
    where
      removals.feedback_id = feedback.feedback_id
      and removals.order_no = feedback.order_no
      and removals.given_at >= feedback.given_at
  )
