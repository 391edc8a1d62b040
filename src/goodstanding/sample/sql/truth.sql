-- what was planted: buyers who abuse, rings and their stores, fraudulent stores, gifts, carriers
with buyers as (
  select
    *,
    case
      when is_closed_for_abuse and seen(closed_s) then 'found, account closed'
      when is_overturned and seen(decided_s) then 'found, appealed with success'
      when is_decided and seen(decided_s) then 'found'
      else 'not found'
    end as fate
  from accounts
  where
    is_abuser
),

planted as (
  select
    0 as part,
    buyers.buyer_no as subject_no,
    'buyer' as subject_kind,
    buyer_text(buyers.buyer_no) as subject_id,
    buyer_kinds.abuse as kind,
    buyers.fate as detail
  from buyers
  join buyer_kinds
    on buyer_kinds.entry_no = buyers.kind_no
  where
    not buyers.is_in_ring
  union all
  select
    0 as part,
    buyers.buyer_no as subject_no,
    'buyer' as subject_kind,
    buyer_text(buyers.buyer_no) as subject_id,
    'ring_' || rings.kind as kind,
    'ring ' || rings.ring_no || ' at ' || seller_text(rings.seller_no) || ', ' || buyers.fate
      as detail
  from buyers
  join rings
    on rings.ring_no = buyers.ring_no
  where
    buyers.is_in_ring
  union all
  select
    1 as part,
    rings.seller_no as subject_no,
    'seller' as subject_kind,
    seller_text(rings.seller_no) as subject_id,
    case when rings.kind = 'praise' then 'praised_by_ring' else 'attacked_by_ring' end as kind,
    'ring ' || rings.ring_no || ', '
    || strftime(instant(rings.first_s), '%Y-%m-%d') || ' to '
    || strftime(instant(rings.last_s), '%Y-%m-%d') as detail
  from rings
  union all
  select
    2 as part,
    stores.seller_no as subject_no,
    'seller' as subject_kind,
    seller_text(stores.seller_no) as subject_id,
    'fraudulent' as kind,
    case
      when seen(stores.closed_s) then 'closed'
      else 'open'
    end as detail
  from stores
  join seller_kinds
    on seller_kinds.entry_no = stores.kind_no
  where
    seller_kinds.name = 'fraudulent'
  union all
  select
    3 as part,
    seller_no as subject_no,
    'seller' as subject_kind,
    seller_text(seller_no) as subject_id,
    'gift_giver' as kind,
    'a gift in ' || $planted_gives // 10000 || ' % of the parcels leaves ' || $planted_gift_percent
    || ' % of the low reviews' as detail
  from (select unnest($planted_gift_givers) as seller_no)
  where
    $orders_n >= $planted_from_orders
  union all
  select distinct
    4 as part,
    seller_no as subject_no,
    'seller' as subject_kind,
    seller_text(seller_no) as subject_id,
    'slow_carrier' as kind,
    carrier || ' to ' || region || ', ' || delay_days // 2 || ' to ' || delay_days || ' days later'
      as detail
  from slow_stores
)

select
  subject_kind,
  subject_id,
  kind,
  detail
from planted
order by
  part,
  subject_no
