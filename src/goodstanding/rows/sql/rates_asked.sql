-- in which currencies orders were paid, and on which days they were placed
select distinct
  coalesce(currency, $market_currency) as paid_in,
  placed_on
from order_rows_unconverted
where
  placed_on is not null
