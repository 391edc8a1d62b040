-- one row per finding about a buyer that was decided and not overturned; nothing of any other
select
  known_findings.finding_no as finding_id,
  known_findings.buyer_no as buyer_id,
  market_day(known_findings.decided_at) as decided_on,
  known_findings.gravity as gravity
from known_findings
where
  known_findings.buyer_no is not null
  and known_findings.decided_at is not null
  and known_findings.overturned_at is null
  and known_findings.dismissed_at is null
