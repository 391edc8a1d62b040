-- payments taken back by banks; how each ended was recorded later
with filed as (
  select
    orders.order_no,
    orders.delivered_s
    + between_both(
      orders.order_no,
      'filed',
      $chargebacks_days[1] * 86400,
      $chargebacks_days[2] * 86400
    ) as filed_s,
    between_both(orders.order_no, 'outcome after', 20 * 86400, 60 * 86400) as decided_after_s
  from order_lives as orders
  join buyer_kinds
    on buyer_kinds.entry_no = orders.buyer_kind_no
  where
    orders.delivered_s is not null
    and chance(orders.order_no, 'charges back', buyer_kinds.charges_back)
),

filings_told as (
  select
    order_no,
    0 as part,
    with_digits('K', order_no) as chargeback_id,
    order_text(order_no) as order_id,
    instant(filed_s) as filed_at,
    null::timestamp as recorded_at
  from filed
  where
    seen(filed_s)
),

outcomes_told as (
  select
    order_no,
    1 as part,
    with_digits('K', order_no) as chargeback_id,
    $chargebacks_outcomes[1 + choice(order_no, 'outcome', len($chargebacks_outcomes))] as outcome,
    instant(filed_s + decided_after_s) as recorded_at
  from filed
  where
    seen(filed_s + decided_after_s)
)

select * from filings_told
union all by name
select * from outcomes_told
order by
  order_no,
  part
