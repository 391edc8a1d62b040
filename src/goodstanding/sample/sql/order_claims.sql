-- the disputes of these orders: what was claimed, who answered when, and how it ended
with drawn as (
  select
    order_journeys.*,
    seller_kinds.answers_in_time,
    seller_kinds.answers_late,
    seller_kinds.refuses,
    buyer_kinds.claims_falsely,
    seller_kinds.not_as_described * buyer_kinds.claims_percent // 100 as claims_rightly,
    millionths(order_no, 'claims') as claim_drawn,
    millionths(order_no, 'claims falsely') as falsehood_drawn
  from order_journeys
  join seller_kinds
    on seller_kinds.entry_no = order_journeys.seller_kind_no
  join buyer_kinds
    on buyer_kinds.entry_no = order_journeys.buyer_kind_no
  where
    order_journeys.ring_kind is null
    and order_journeys.fate in ('sold', 'never shipped')
),

claimed as (
  select
    *,
    case
      when fate = 'never shipped'
        then case
          when cancelled_s is null and claim_drawn < $disputes_unshipped_claimed
            then 'never shipped'
        end
      when delivered_s is null
        then case when claim_drawn < $disputes_lost_claimed then 'lost' end
      when is_late and delivered_s > deliver_by_s + 3 * 86400
        then case when claim_drawn < $disputes_late_claimed then 'late' end
      when falsehood_drawn < claims_falsely then 'false'
      when claim_drawn < claims_rightly then 'not as described'
      when claim_drawn < claims_rightly + $disputes_other then 'other'
    end as claim
  from drawn
),

opened as (
  select
    *,
    case claim
      when 'never shipped' then ship_by_s + between_both(order_no, 'opens', 8 * 86400, 20 * 86400)
      when 'lost' then deliver_by_s + between_both(order_no, 'opens', 86400, 12 * 86400)
      when 'late'
        then deliver_by_s
        + 86400
        + choice(order_no, 'opens', delivered_s - deliver_by_s - 2 * 86400)
      when 'false' then delivered_s + between_both(order_no, 'opens', 86400, 10 * 86400)
      else delivered_s + between_both(order_no, 'opens', 3600, 14 * 86400)
    end as opened_s,
    case
      when claim in ('never shipped', 'lost', 'late', 'false') then 'not_received'
      when claim = 'not as described' then 'not_as_described'
      else 'other'
    end as reason
  from claimed
  where
    claim is not null
),

acted as (
  select
    *,
    case
      when chance(order_no, 'acts again', $disputes_acted_again)
        then opened_s + between_both(order_no, 'acts', 7200, 4 * 86400)
    end as acted_s
  from opened
),

-- five times 24 hours to answer (BX-5), from the opening or the latest change
answered as (
  select
    *,
    case
      when
        acted_s is not null
        and chance(order_no, 'acted twice', $disputes_acted_twice)
        then opened_s + (acted_s - opened_s) * between_both(order_no, 'acted first', 20, 90) // 100
    end as earlier_acted_s,
    coalesce(acted_s, opened_s) + 5 * 86400 as answer_by_s,
    case
      when chance(order_no, 'answers', $disputes_at_the_limit) then 'at the limit'
      when chance(order_no, 'answers', $disputes_at_the_limit + $disputes_just_missed)
        then 'just missed'
      when chance(order_no, 'answers in time', answers_in_time) then 'in time'
      when chance(order_no, 'answers in time', answers_in_time + answers_late) then 'late'
      when chance(order_no, 'unanswered', $disputes_withdrawn_early) then 'withdrawn early'
      when
        chance(
          order_no,
          'unanswered',
          $disputes_withdrawn_early + $disputes_escalates_unanswered
        )
        then 'arbitration'
      when
        chance(
          order_no,
          'unanswered',
          $disputes_withdrawn_early + $disputes_escalates_unanswered + $disputes_stays_open
        )
        then 'stays open'
      else 'unanswered'
    end as course
  from acted
),

timed as (
  select
    *,
    case course
      when 'at the limit' then answer_by_s
      when 'just missed' then answer_by_s + 1
      when 'in time' then answer_by_s - between_both(order_no, 'answered', 7200, 118 * 3600)
      when 'late' then answer_by_s + between_both(order_no, 'answered', 3600, 3 * 86400)
    end as answered_s
  from answered
),

escalated as (
  select
    *,
    case
      when
        answered_s is not null
        and (
          chance(order_no, 'refuses', refuses)
          or (claim = 'false' and chance(order_no, 'refuses the false', 500000))
        )
        then answered_s + between_both(order_no, 'escalated', 7200, 5 * 86400)
      when course = 'arbitration'
        then answer_by_s + between_both(order_no, 'escalated', 3600, 3 * 86400)
    end as escalated_s
  from timed
),

ended as (
  select
    *,
    case
      when escalated_s is not null
        then escalated_s + between_both(order_no, 'ended', 2 * 86400, 14 * 86400)
      when course = 'stays open' then null
      when course = 'unanswered' then answer_by_s
      when course = 'withdrawn early'
        then answer_by_s - between_both(order_no, 'ended', 3600, 4 * 86400)
      else answered_s + between_both(order_no, 'ended', 3600, 6 * 86400)
    end as closed_s,
    case
      when escalated_s is not null then 'ruled'
      when course = 'stays open' then null
      when course in ('unanswered', 'withdrawn early')
        then replace(course, ' early', '')
      when chance(order_no, 'withdrawn', $disputes_withdrawn) then 'withdrawn'
      else 'settled'
    end as close_reason
  from escalated
),

ruled as (
  select
    *,
    case
      when close_reason is distinct from 'ruled' then null
      when claim = 'never shipped' then 'seller'
      when claim = 'false'
        then case
          when chance(order_no, 'ruled', $disputes_abuser_ruled_liable) then 'buyer'
          when chance(order_no, 'ruled for', 500000) then 'carrier'
          else 'seller'
        end
      when reason = 'not_received'
        then case
          when chance(order_no, 'ruled', $disputes_seller_pays_loss) then 'seller'
          when chance(order_no, 'ruled for', 800000) then 'carrier'
          else 'platform'
        end
      when chance(order_no, 'ruled', $disputes_ruled_for_buyer) then 'seller'
      when chance(order_no, 'ruled for', 600000) then 'buyer'
      else 'nobody'
    end as liable,
    reason = 'not_as_described' and chance(order_no, 'goods go back', $disputes_returned)
      as has_return,
    chance(order_no, 'retracted', $disputes_retracted) as is_retracted
  from ended
)

select
  order_no,
  reason,
  case
    when chance(order_no, 'reason changed', $disputes_reason_changed)
      then case when reason = 'not_received' then 'not_as_described' else 'not_received' end
    else reason
  end as first_reason,
  claim = 'false' as is_false,
  opened_s::integer as opened_s,
  acted_s::integer as acted_s,
  earlier_acted_s::integer as earlier_acted_s,
  answered_s::integer as answered_s,
  escalated_s::integer as escalated_s,
  closed_s::integer as closed_s,
  close_reason,
  liable,
  has_return,
  is_retracted,
  case
    when is_retracted or close_reason is null or close_reason = 'withdrawn' then null
    when close_reason = 'ruled' and liable in ('buyer', 'nobody') then null
    when
      close_reason = 'settled'
      and not has_return
      and chance(order_no, 'partly', $disputes_partly_refunded)
      then between_both(order_no, 'part', $refunds_part_percent[1], $refunds_part_percent[2])
    else 100
  end::utinyint as refund_percent
from ruled
where
  opened_s < $end_s
