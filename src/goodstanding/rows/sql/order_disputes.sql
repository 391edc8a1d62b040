-- all disputes of one order: the latest of each event, the reason, how the latest that ended did
select
  order_no,
  max(opened_at) as opened_at,
  max(acted_at) as acted_at,
  max(unanswered_at) as unanswered_at,
  max(escalated_at) as escalated_at,
  max(closed_at) as closed_at,
  max(case when escalated_at is not null then closed_at end) as arbitration_ended_at,
  max(case when close_reason = 'unanswered' then closed_at end) as lapsed_at,
  max(case when escalated_at is not null and liable = 'seller' then closed_at end) as lost_at,
  max(case when opened_place = 1 then reason end) as reason,
  max(case when opened_place = 1 then coalesce(first_reason, reason) end) as first_reason,
  max(case when opened_place = 1 and has_return then 1 else 0 end) as is_return,
  max(case when closed_place = 1 and closed_at is not null then close_reason end) as close_reason,
  max(case when closed_place = 1 and closed_at is not null then liable end) as liable
from disputes_judged
group by
  order_no
