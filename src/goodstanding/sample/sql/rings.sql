-- rings of buyers: one with an odd number praises a fraudulent store, the others attack a good one
with targets as (
  select
    stores.seller_no,
    seller_kinds.name = 'fraudulent' as is_praised,
    row_number() over (
      partition by seller_kinds.name = 'fraudulent' order by stores.seller_no
    ) as target_no
  from stores
  join seller_kinds
    on seller_kinds.entry_no = stores.kind_no
  where
    stores.closed_s is null
    and (
      seller_kinds.name = 'fraudulent' and stores.opened_s < 240 * 86400
      -- the few largest are left alone, so that their grades are those of their kinds
      or seller_kinds.name = 'excellent' and stores.seller_no > 4
    )
),

numbered as (
  select
    2 * target_no - case when is_praised then 1 else 0 end as ring_no,
    case when is_praised then 'praise' else 'attack' end as kind,
    seller_no
  from targets
)

select
  ring_no,
  kind,
  seller_no,
  -- as in accounts.sql
  between_both(ring_no, 'ring starts', 240 * 86400, 460 * 86400) as first_s,
  between_both(ring_no, 'ring starts', 240 * 86400, 460 * 86400)
  + between_both(ring_no, 'ring lasts', $rings_days[1] * 86400, $rings_days[2] * 86400) as last_s
from numbered
where
  ring_no <= $rings_n
order by
  ring_no
