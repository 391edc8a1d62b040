-- one row per violation not taken back: whose, in which ledger, thousandths of a point
select
  known_violations.violation_no as violation_id,
  seller_ids.seller_no as seller_id,
  listing_ids.listing_no as listing_id,
  buyer_ids.buyer_no as buyer_id,
  market_day(known_violations.occurred_at) as occurred_on,
  code_number(known_violations.ledger) as ledger,
  cast(known_violations.points * 1000 as bigint) as points_milli
from known_violations
left join seller_ids
  on known_violations.subject_kind = 'seller'
  and seller_ids.seller_id = known_violations.subject_id
left join listing_ids
  on known_violations.subject_kind = 'listing'
  and listing_ids.listing_id = known_violations.subject_id
left join buyer_ids
  on known_violations.subject_kind = 'buyer'
  and buyer_ids.buyer_id = known_violations.subject_id
where known_violations.occurred_at is not null and known_violations.revoked_at is null
