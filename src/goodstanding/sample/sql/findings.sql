-- what was found about buyers, and what became of their appeals
with timed as (
  select
    accounts.*,
    buyer_kinds.gravity,
    case
      when buyer_kinds.abuse <> '' then buyer_kinds.abuse
      else ['false_claims', 'return_abuse', 'extortion'][1 + choice(buyer_no, 'suspected of', 3)]
    end as kind,
    decided_s - between_both(buyer_no, 'warned', 7 * 86400, 20 * 86400) as warned_s,
    case
      when is_appealed then decided_s + between_both(buyer_no, 'appeals', 3600, 10 * 86400)
    end as appealed_s,
    case when not is_decided then decided_s end as dismissed_s
  from accounts
  join buyer_kinds
    on buyer_kinds.entry_no = accounts.kind_no
  where
    accounts.is_suspected
    and accounts.buyer_no between $first_row and $last_row
),

appealed as (
  select
    *,
    warned_s - between_both(buyer_no, 'proposed', 86400, 3 * 86400) as proposed_s,
    appealed_s + between_both(buyer_no, 'appeal decided', 2 * 86400, 20 * 86400)
      as appeal_decided_s,
    case
      when choice(buyer_no, 'answers', 2) = 0
        then warned_s + between_both(buyer_no, 'answers at', 3600, 6 * 86400)
    end as answered_s,
    1 + choice(buyer_no, 'decided by', 7) as reviewer_no,
    'reviewer ' || (1 + choice(buyer_no, 'proposed by', 7)) as proposed_by
  from timed
),

recorded as (
  select
    *,
    appeal_decided_s + between_both(buyer_no, 'overturn recorded', 60, 3 * 86400)
      as overturn_recorded_s
  from appealed
),

findings_told as (
  select
    buyer_no,
    0 as part,
    with_digits('N', buyer_no) as finding_id,
    buyer_text(buyer_no) as buyer_id,
    kind,
    gravity,
    ['unknown', 'careless', 'deliberate'][1 + choice(buyer_no, 'intent', 3)] as intent,
    -- which orders they rest on is not told
    null::bigint as cases_n,
    null::bigint as of_orders_n,
    null::varchar as rests_on,
    'Terms 7: fair dealing' as rule,
    'Sellers reported it, and the orders show it.' as summary,
    instant(proposed_s) as proposed_at,
    proposed_by,
    instant(warned_s) as warned_at,
    case when seen(warned_s) then proposed_by end as warned_by,
    instant(answered_s) as answered_at,
    case when seen(answered_s) then 'That is not how it was.' end as answer,
    instant(dismissed_s) as dismissed_at,
    case when seen(dismissed_s) then 'reviewer ' || reviewer_no end as dismissed_by,
    case when seen(dismissed_s) then 'It may have been otherwise.' end as dismissed_because,
    case when is_decided then instant(decided_s) end as decided_at,
    case when is_decided and seen(decided_s) then 'reviewer ' || reviewer_no end as decided_by,
    case when is_decided and seen(decided_s) then 'The orders show it.' end as reasons,
    case when is_decided and seen(decided_s) then 'Claims are looked at first' end as consequence,
    case
      when is_decided and seen(decided_s) then cast(instant(decided_s) as date) + 180
    end as until_on,
    instant(appealed_s) as appealed_at,
    case when seen(appealed_s) then 'Another person should look at it.' end as appeal,
    instant(appeal_decided_s) as appeal_decided_at,
    -- never by whoever decided first
    case
      when seen(appeal_decided_s)
        then 'reviewer ' || (1 + (reviewer_no + choice(buyer_no, 'appeal decided by', 6)) % 7)
    end as appeal_decided_by,
    case
      when not seen(appeal_decided_s) then null
      when is_overturned then 'The orders do not show it.'
      else 'The orders show it.'
    end as appeal_reasons,
    null::timestamp as recorded_at
  from recorded
  where
    seen(proposed_s)
),

overturned_told as (
  select
    buyer_no,
    1 as part,
    with_digits('N', buyer_no) as finding_id,
    instant(appeal_decided_s) as overturned_at,
    instant(overturn_recorded_s) as recorded_at
  from recorded
  where
    is_overturned
    and seen(overturn_recorded_s)
)

select * from findings_told
union all by name
select * from overturned_told
order by
  buyer_no,
  part
