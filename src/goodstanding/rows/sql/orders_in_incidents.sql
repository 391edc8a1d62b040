-- orders due to be shipped, or on their way, on a day of a declared incident that concerns them
select
  sent.order_id,
  min(incidents.first_on) as first_on
from (
  select
    order_id,
    case when shipped_on > cast($as_of as date) then null else carrier end as carrier,
    ship_to,
    shipping_method,
    ship_by_on,
    case when shipped_on <= cast($as_of as date) then shipped_on end as shipped_on,
    coalesce(
      case when delivered_on <= cast($as_of as date) then delivered_on end,
      case when closed_on <= cast($as_of as date) then closed_on end,
      case when cancelled_on <= cast($as_of as date) then cancelled_on end,
      cast($as_of as date)
    ) as arrived_on
  from order_rows_alone
) as sent
join known_incidents as incidents
  on (incidents.carrier is null or incidents.carrier = sent.carrier)
  and (incidents.region is null or incidents.region = sent.ship_to)
  and (incidents.method is null or incidents.method = sent.shipping_method)
  and (incidents.last_on is null or incidents.last_on >= incidents.first_on)
  and (
    sent.ship_by_on between incidents.first_on and coalesce(incidents.last_on, cast($as_of as date))
    or (
      sent.shipped_on <= coalesce(incidents.last_on, cast($as_of as date))
      and sent.arrived_on >= incidents.first_on
    )
  )
group by
  sent.order_id
