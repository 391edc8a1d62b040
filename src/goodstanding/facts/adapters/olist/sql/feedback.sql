-- one rating for each answer and order; it names the Olist order, so it counts for all its sellers
select
  review_id || '/' || order_id as feedback_id,
  review_answer_timestamp as given_at,
  order_id,
  'buyer' as given_by,
  review_score as stars,
  case
    when regexp_matches(concat_ws('', review_comment_title, review_comment_message), '\S')
    then concat_ws(chr(10), review_comment_title, review_comment_message)
  end as comment,
  place
from olist_order_reviews
