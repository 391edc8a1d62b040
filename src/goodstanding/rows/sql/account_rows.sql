-- one row per buyer's account: since when it is there, and since when its buyer objects to scores
select
  known_buyers.buyer_no as buyer_id,
  market_day(known_buyers.opened_at) as opened_on,
  market_day(known_buyers.objected_at) as objected_on
from known_buyers
