-- of each rating that was taken away, or does not count: its latest version that was; none before it counts
select
  feedback_id,
  order_no,
  max(given_at) as given_at
from ever_feedback
where
  removed_at is not null
group by
  feedback_id,
  order_no
