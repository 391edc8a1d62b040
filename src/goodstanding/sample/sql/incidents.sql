-- the incidents of the rates, as facts
select
  'I' || (100 + entry_no) as incident_id,
  nullif(carrier, '') as carrier,
  nullif(region, '') as region,
  nullif(method, '') as method,
  first_on,
  last_on,
  reason,
  'operations' as decided_by,
  cast(first_on as timestamp) + interval 12 hour as decided_at,
  null::timestamp as recorded_at
from incidents
order by
  entry_no
