-- each dispute with the instant at which its five times 24 hours are over
select
  dispute_id,
  order_no,
  first_reason,
  reason,
  opened_at,
  acted_at,
  answered_at,
  escalated_at,
  closed_at,
  close_reason,
  liable,
  has_return,
  acted_at + interval '120' hour as answer_by
from (
  select
    dispute_id,
    order_no,
    first_reason,
    reason,
    opened_at,
    case
      when opened_at is null or buyer_acted_at > opened_at then buyer_acted_at
      else opened_at
    end as acted_at,
    answered_at,
    escalated_at,
    closed_at,
    close_reason,
    liable,
    has_return
  from known_disputes
) as started
