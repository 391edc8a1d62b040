-- breaches of rules: orders not delivered, stores that break rules, buyers who abuse; revocations
with unsold as (
  select
    order_no,
    0 as part,
    'seller' as subject_kind,
    seller_text(seller_no) as subject_id,
    'trade' as ledger,
    case
      when chance(order_no, 'serious', $violations_unsold_serious)
        then $violations_serious_points_milli
      else $violations_unsold_points_milli
    end as points_milli,
    case
      when chance(order_no, 'serious', $violations_unsold_serious) then 'non-sale, serious'
      else 'non-sale'
    end as rule,
    coalesce(cancelled_s, ship_by_s) + between_both(order_no, 'charged', 3600, 5 * 86400)
      as occurred_s
  from order_lives
  where
    (fate = 'never shipped' or cancelled_by = 'seller')
    and chance(order_no, 'non-sale', $violations_of_unsold)
),

broken as (
  select
    orders.*,
    chance(orders.order_no, 'charged to the listing', $violations_of_listings) as is_of_listing,
    choice(orders.order_no, 'rule', 1000) as slot
  from order_lives as orders
  join seller_kinds
    on seller_kinds.entry_no = orders.seller_kind_no
  where
    chance(orders.order_no, 'breaks rules', seller_kinds.breaks_rules)
),

by_sellers as (
  select
    broken.order_no,
    1 as part,
    case when is_of_listing then 'listing' else 'seller' end as subject_kind,
    case
      when is_of_listing
        then listing_text(order_goods.listing_no)
      else seller_text(broken.seller_no)
    end as subject_id,
    violation_rules.ledger,
    violation_rules.points_milli,
    violation_rules.rule,
    broken.placed_s + between_both(broken.order_no, 'broken', 3600, 20 * 86400) as occurred_s
  from broken
  join order_goods
    on order_goods.order_no = broken.order_no and order_goods.line_no = 1
  join slots
    on slots.list = 'violation_rules' and slots.slot = broken.slot
  join violation_rules
    on violation_rules.entry_no = slots.entry_no
),

by_buyers as (
  select
    orders.order_no,
    2 as part,
    'buyer' as subject_kind,
    buyer_text(orders.buyer_no) as subject_id,
    'conduct' as ledger,
    buyer_kinds.gravity * 1000 as points_milli,
    buyer_kinds.abuse as rule,
    orders.placed_s + between_both(orders.order_no, 'buyer charged', 86400, 40 * 86400)
      as occurred_s
  from order_lives as orders
  join buyer_kinds
    on buyer_kinds.entry_no = orders.buyer_kind_no
  where
    buyer_kinds.abuse <> ''
    and chance(orders.order_no, 'buyer breaks rules', $violations_by_abusers)
),

charged as (
  select
    *,
    case
      when chance(within(order_no, part), 'revoked', $violations_revoked)
        then occurred_s + between_both(within(order_no, part), 'revoked at', 86400, 25 * 86400)
    end as revoked_s,
    chance(within(order_no, part), 'revocation late', $violations_revoked_on_record_late)
      as is_revocation_late
  from (
    select * from unsold
    union all by name
    select * from by_sellers
    union all by name
    select * from by_buyers
  )
  where
    seen(occurred_s)
),

violations_told as (
  select
    order_no,
    part,
    0 as version,
    with_digits('V', order_no) || '-' || part as violation_id,
    subject_kind,
    subject_id,
    ledger,
    points_milli::decimal(18, 3) / 1000 as points,
    instant(occurred_s) as occurred_at,
    case when not is_revocation_late then instant(revoked_s) end as revoked_at,
    rule,
    null::timestamp as recorded_at
  from charged
),

revocations_told as (
  select
    order_no,
    part,
    1 as version,
    with_digits('V', order_no) || '-' || part as violation_id,
    instant(revoked_s) as revoked_at,
    instant(revoked_s + 5 * 86400) as recorded_at
  from charged
  where
    is_revocation_late
    and seen(revoked_s + 5 * 86400)
)

select * from violations_told
union all by name
select * from revocations_told
order by
  order_no,
  part,
  version
