-- one order of ours for each seller of an Olist order; one without items has no seller, so no key
with sold as (
  select
    order_id,
    seller_id,
    coalesce(
      min(shipping_limit_date) filter (
        try_cast(shipping_limit_date as timestamp) is null and shipping_limit_date is not null
      ),
      arg_max(shipping_limit_date, try_cast(shipping_limit_date as timestamp))
    ) as ship_by,
    coalesce(
      min(written) filter (centavos is null or centavos <> trunc(centavos)),
      case
        when count(centavos) = count(*)
        then cast(cast(sum(centavos) as decimal(38, 0)) as varchar)
      end
    ) as amount_minor
  from olist_priced_items
  group by
    order_id,
    seller_id
)
select
  orders.order_id || '/' || sold.seller_id as order_id,
  orders.order_id as parent_order_id,
  customers.customer_unique_id as buyer_id,
  sold.seller_id,
  orders.order_purchase_timestamp as placed_at,
  orders.order_approved_at as paid_at,
  sold.ship_by,
  orders.order_delivered_carrier_date as shipped_at,
  orders.order_estimated_delivery_date as deliver_by,
  orders.order_delivered_customer_date as delivered_at,
  orders.order_delivered_customer_date as closed_at,
  case
    when orders.order_status = 'canceled'
    then greatest(
      try_cast(orders.order_purchase_timestamp as timestamp),
      try_cast(orders.order_approved_at as timestamp),
      try_cast(orders.order_delivered_carrier_date as timestamp),
      try_cast(orders.order_delivered_customer_date as timestamp)
    )
  end as cancelled_at,
  case
    when orders.order_status = 'canceled' then 'unknown'
    when orders.order_status not in (
      'created', 'approved', 'processing', 'invoiced', 'shipped', 'delivered', 'unavailable'
    )
    then 'order_status ' || orders.order_status -- no such code: the row goes to quarantine
  end as cancelled_by,
  sold.amount_minor,
  'BRL' as currency,
  'BR-' || customers.customer_state as ship_to, -- ISO 3166-2
  orders.place || case
    when sold.order_id is null
    then ': order ' || coalesce(orders.order_id, '') || ' has no items, so no seller'
    else ''
  end as place
from olist_orders as orders
left join sold
  on sold.order_id = orders.order_id
left join olist_customers as customers
  on customers.customer_id = orders.customer_id
