-- a dispute is unanswered when those hours passed without an answer, open or closed by then
select
  dispute_id,
  order_no,
  first_reason,
  reason,
  opened_at,
  acted_at,
  case
    when
      answer_by < $as_of_end
      and not coalesce(answered_at >= acted_at and answered_at <= answer_by, false)
      and (closed_at is null or closed_at >= answer_by or coalesce(close_reason, '') = 'unanswered')
    then answer_by
  end as unanswered_at,
  escalated_at,
  closed_at,
  close_reason,
  liable,
  has_return,
  row_number() over (partition by order_no order by opened_at desc nulls last, dispute_id desc) as opened_place,
  row_number() over (partition by order_no order by closed_at desc nulls last, dispute_id desc) as closed_place
from disputes_clocked
