-- every buyer's score and band on a day, from the market's rows of orders
with
days as (select $as_of::date as last_day, $as_of::date - 364 as first_day),
-- from each category the second from the top, and the top
paths as (
  with recursive up as (
    select category_no as of_no, category_no as at_no, 0 as steps
    from categories
    union all
    select of_no, parent_no, steps + 1
    from up
    join categories on category_no = at_no
    where parent_no is not null
  )
  select
    of_no as category_no,
    arg_max(at_no, steps) as top_no,
    coalesce(max(at_no) filter (steps = depth - 1), arg_max(at_no, steps)) as group_no
  from (select *, max(steps) over (partition by of_no) as depth from up)
  group by of_no
),
-- orders of what is no ware: deposits and gifts
special as (
  select order_no
  from order_lines
  join listings using (listing_no)
  where kind <> 'ordinary'
),
-- orders of the year, and of the ten days before it, which may repeat one of its
lately as (
  select
    order_id,
    seller_id,
    buyer_id,
    amount_minor,
    paid_on,
    unpaid_on between first_day and last_day as is_left_unpaid,
    is_paid
    and coalesce(
      closed_on between first_day and last_day
      or refunded_on between first_day and last_day
      or dispute_closed_on between first_day and last_day
      or (cancelled_by in (2, 3) and cancelled_on between first_day and last_day),
      false
    ) as is_completed,
    coalesce(closed_on, refunded_on, cancelled_on, dispute_closed_on) as ended_on,
    feedback_given_on,
    dispute_close_reason = 4
    and dispute_liable = 2
    and dispute_closed_on between first_day and last_day as is_lost,
    refund_reason = 1
    and is_free_refund
    and refunded_on between first_day and last_day as is_sent_back,
    is_paid
    and amount_minor >= 500
    and paid_on between first_day - 10 and last_day
    and (
      closed_on is not null
      or refunded_on is not null
      or dispute_closed_on is not null
      or coalesce(cancelled_by in (2, 3), false)
    )
    and order_id not in (from special) as is_ended
  from kept_orders
  cross join days
  where last_on >= first_day - 10 and first_on <= last_day
),
counted as (
  select
    buyer_id,
    count(*) filter (is_completed) as completed,
    coalesce(
      sum(
        case
          when feedback_given_on <= ended_on then 100
          else round(100 - 5 * (feedback_given_on - ended_on) / 3.0)
        end
      ) filter (
        is_completed
        and feedback_given_on between first_day and last_day
        and feedback_given_on - ended_on <= 30
      ),
      0
    ) as feedback_worth,
    count(*) filter (is_completed and is_lost) as disputes_lost,
    count(*) filter (is_completed and is_sent_back) as sent_back,
    count(*) filter (is_left_unpaid) as left_unpaid
  from lately
  cross join days
  group by buyer_id
),
-- one of a seller's orders in ten days, the last that was paid
spread as (
  select
    buyer_id,
    count(*) filter (last_paid_on >= first_day) as counted_orders
  from (
    select
      buyer_id,
      max(paid_on) as last_paid_on
    from lately
    where is_ended
    group by
      buyer_id,
      seller_id,
      (year(paid_on) * 12 + month(paid_on)) * 3 + least((day(paid_on) - 1) // 10, 2)
  )
  cross join days
  group by buyer_id
),
-- where each buyer buys most; of equals, the first by name
bought as (
  select
    buyer_id,
    group_no,
    min(top_no) as top_no,
    count(*) as lines
  from order_lines
  join kept_orders on order_id = order_no
  join paths using (category_no)
  cross join days
  where paid_on between first_day and last_day
  group by buyer_id, group_no
),
belonging as (
  select
    buyer_id,
    arg_min(group_no, (-lines, category_id)) as group_no,
    arg_min(top_no, (-lines, category_id)) as top_no
  from bought
  join category_ids on category_no = group_no
  group by buyer_id
),
answers as (
  select
    buyer_no as buyer_id,
    count(distinct order_no) as answered
  from messages
  cross join days
  where
    opened_by = 'seller'
    and not coalesce(is_spam, false)
    and first_answer_at::date between first_day and last_day
    and first_answer_at::date - first_at::date <= 2
  group by buyer_no
),
found as (
  select
    buyer_no as buyer_id,
    count(*) filter (last_day - decided_at::date < 180) as active,
    sum(
      coalesce(least(greatest(gravity, 1), 10), 1)
      * round(1e6 * pow(0.5, (last_day - decided_at::date) / 180))
    ) / 1e6 as gravity
  from findings
  cross join days
  where
    decided_at::date between first_day and last_day
    and dismissed_at is null
    and finding_no not in (select finding_no from findings where overturned_at is not null)
  group by buyer_no
),
everybody as (
  select
    buyer_no as buyer_id,
    coalesce(completed, 0) as completed,
    coalesce(feedback_worth, 0) as feedback_worth,
    coalesce(disputes_lost, 0) as disputes_lost,
    coalesce(sent_back, 0) as sent_back,
    coalesce(left_unpaid, 0) as left_unpaid,
    coalesce(counted_orders, 0) as counted_orders,
    coalesce(answered, 0) as answered,
    coalesce(active, 0) as active,
    coalesce(gravity, 0) as gravity,
    group_no,
    top_no,
    objected_at is not null as has_objected
  from buyers
  left join counted on counted.buyer_id = buyer_no
  left join spread on spread.buyer_id = buyer_no
  left join belonging on belonging.buyer_id = buyer_no
  left join answers on answers.buyer_id = buyer_no
  left join found on found.buyer_id = buyer_no
),
of_groups as (
  select
    group_no,
    top_no,
    grouping(group_no) as is_not_group,
    grouping(top_no) as is_not_top,
    count(*) filter (completed > 0) as members,
    sum(sent_back) filter (completed > 0) / sum(completed) filter (completed > 0) as share
  from everybody
  group by grouping sets ((group_no), (top_no), ())
),
compared as (
  select
    everybody.*,
    case
      when of_group.members >= 20 then of_group.share
      when of_top.members >= 20 then of_top.share
      else of_all.share
    end as usual
  from everybody
  left join of_groups as of_group
    on of_group.is_not_group = 0 and of_group.group_no = everybody.group_no
  left join of_groups as of_top
    on of_top.is_not_top = 0 and of_top.top_no = everybody.top_no
  left join of_groups as of_all
    on of_all.is_not_group = 1 and of_all.is_not_top = 1
),
beyond as (
  select
    *,
    greatest(sent_back - completed * round(coalesce(usual, 0), 6), 0) as too_many
  from compared
),
scored as (
  select
    *,
    18 * (4 + feedback_worth / 100) / (6 + feedback_worth / 100) as feedback,
    22.5 * (4 + greatest(completed - disputes_lost + answered, 0))
    / (6 + greatest(completed - disputes_lost + answered, 0) + disputes_lost) as disputes,
    22.5 * (4 + greatest(completed - too_many, 0))
    / (6 + greatest(completed - too_many, 0) + too_many) as returns,
    24.3 * (4 + completed) / (6 + completed + gravity) as conduct,
    2.7 * (4 + completed) / (6 + completed + left_unpaid) as payment,
    10 * ln(1 + least(counted_orders, 50)) / ln(51) as volume
  from beyond
),
capped as (
  select
    *,
    least(
      feedback + disputes + returns + conduct + payment + volume,
      case when active > 0 then 40 else 100 end
    ) as score
  from scored
)
select
  buyer_ids.buyer_id,
  completed,
  counted_orders,
  case when not has_objected then score end as score,
  case
    when has_objected then 'objected'
    when counted_orders < 3 then 'new'
    when score >= 85 then 'excellent'
    when score >= 70 then 'trusted'
    when score >= 40 then 'standard'
    else 'limited'
  end as band
from capped
join buyer_ids on buyer_no = capped.buyer_id
order by buyer_ids.buyer_id
