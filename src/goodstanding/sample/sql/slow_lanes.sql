-- incidents, spread over the lanes and destinations that they concern
select
  lanes.entry_no as lane_no,
  destinations.entry_no as destination_no,
  (incidents.first_on - $first_day) * 86400 as first_s,
  (incidents.last_on - $first_day + 1) * 86400 as end_s,
  incidents.delay_days
from incidents
join lanes
  on (incidents.carrier = '' or incidents.carrier = lanes.carrier)
  and (incidents.method = '' or incidents.method = lanes.method)
join destinations
  on incidents.region = '' or incidents.region = destinations.country
