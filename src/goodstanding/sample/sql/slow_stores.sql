-- carriers that are slow for one store, spread over the lanes and destinations that they concern
select
  slow_carriers.store as seller_no,
  lanes.entry_no as lane_no,
  destinations.entry_no as destination_no,
  slow_carriers.carrier,
  slow_carriers.region,
  slow_carriers.delay_days
from slow_carriers
join lanes
  on lanes.carrier = slow_carriers.carrier
join destinations
  on destinations.country = slow_carriers.region
where
  $orders_n >= $planted_from_orders
