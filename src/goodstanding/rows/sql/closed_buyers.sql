-- buyers whose account the marketplace closed; one that the buyer asked to close undoes nothing
select
  buyer_no,
  market_day(closed_at) as closed_on
from known_buyers
where
  closed_at is not null
  and coalesce(lower(closed_reason), '') <> 'own wish'
