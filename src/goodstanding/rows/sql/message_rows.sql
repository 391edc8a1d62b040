-- one row per thread: who wrote to whom, when it was answered, and whether a day went by first
select
  known_messages.thread_no as thread_id,
  known_messages.seller_no as seller_id,
  known_messages.buyer_no as buyer_id,
  known_messages.order_no as order_id,
  thread_listings.listing_no as listing_id,
  market_day(known_messages.first_at) as opened_on,
  code_number(known_messages.opened_by) as opened_by,
  coalesce(known_messages.is_spam, false) as is_spam,
  market_day(known_messages.first_answer_at) as answered_on,
  case
    when known_messages.first_answer_at >= known_messages.first_at
    then
      cast(
        date_diff(
          'second',
          date_trunc('second', known_messages.first_at),
          date_trunc('second', known_messages.first_answer_at)
        ) as bigint
      )
  end as answer_seconds,
  case
    when
      known_messages.first_at + interval '24' hour < $as_of_end
      and not coalesce(
        known_messages.first_answer_at <= known_messages.first_at + interval '24' hour, false
      )
    then market_day(known_messages.first_at + interval '24' hour)
  end as unanswered_on
from known_messages
left join thread_listings
  on thread_listings.order_no = known_messages.order_no
where known_messages.first_at is not null and known_messages.seller_no is not null
