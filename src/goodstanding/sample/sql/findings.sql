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
    end as appealed_s
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
    1 + choice(buyer_no, 'decided by', 7) as reviewer_no
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
    instant(proposed_s) as proposed_at,
    instant(warned_s) as warned_at,
    case when is_decided then instant(decided_s) end as decided_at,
    case when is_decided and seen(decided_s) then 'reviewer ' || reviewer_no end as decided_by,
    instant(appealed_s) as appealed_at,
    instant(appeal_decided_s) as appeal_decided_at,
    -- never by whoever decided first
    case
      when seen(appeal_decided_s)
        then 'reviewer ' || (1 + (reviewer_no + choice(buyer_no, 'appeal decided by', 6)) % 7)
    end as appeal_decided_by,
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
