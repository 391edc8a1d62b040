-- threads between buyers and sellers: before buying, after it, and spam
with drawn as (
  select
    *,
    millionths(order_no, 'asks before') < $messages_before_buying as asks_before,
    millionths(order_no, 'asks after') < $messages_after_buying as asks_after,
    millionths(order_no, 'spam') < $messages_spam as is_spammed
  from order_lives
  where
    ring_kind is null
),

opened as (
  select *, 1 as sort from drawn where asks_before
  union all
  select *, 2 as sort from drawn where asks_after
  union all
  select *, 3 as sort from drawn where is_spammed
),

timed as (
  select
    opened.*,
    seller_kinds.replies_soon,
    seller_kinds.replies_late,
    sort = 2 and chance(order_no, 'store writes first', $messages_by_seller) as is_by_seller,
    case
      when sort = 1
        then greatest(
          placed_s - between_both(order_no, 'asked before', 600, 3 * 86400),
          both_open_s,
          0
        )
      when sort = 2
        then placed_s
        + skewed(order_no, 'asked after', coalesce(closed_s - placed_s, 30 * 86400))
      else placed_s + choice(order_no, 'spammed', 20 * 86400)
    end as first_s,
    within(order_no, sort) as thread_no
  from opened
  join seller_kinds
    on seller_kinds.entry_no = opened.seller_kind_no
),

answered as (
  select
    *,
    case
      when sort = 3 and not chance(thread_no, 'spam answered', 100000) then null
      when chance(thread_no, 'replies', replies_soon)
        then first_s + 60 + skewed(thread_no, 'replied', $messages_soon_hours * 3600)
      when chance(thread_no, 'replies', replies_soon + replies_late)
        then first_s + between_both(
          thread_no, 'replied', $messages_soon_hours * 3600, $messages_late_hours * 3600
        )
    end as answered_s
  from timed
)

select
  with_digits('T', order_no) || '-' || sort as thread_id,
  seller_text(seller_no) as seller_id,
  buyer_text(buyer_no) as buyer_id,
  case when sort = 2 then order_text(order_no) end as order_id,
  case when is_by_seller then 'seller' else 'buyer' end as opened_by,
  instant(first_s) as first_at,
  instant(answered_s) as first_answer_at,
  sort = 3 as is_spam,
  null::timestamp as recorded_at
from answered
where
  seen(first_s)
order by
  order_no,
  sort
