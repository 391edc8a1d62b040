-- every buyer: kind, times of the account, and what was found about its owner
with numbered as (
  select
    unnest(range(1, $buyers_n + 1)) as buyer_no
),

placed as (
  select
    buyer_no,
    buyer_no > $buyers_outside_rings as is_in_ring,
    ($buyers_n - buyer_no) // $size_ring_members + 1 as ring_no,
    case
      when is_always_there(buyer_no)
        then golden_place(buyer_no // 4, 'steady buyer kinds', $honest_places)
      else golden_place(buyer_no, 'buyer kinds', 1000)
    end as place
  from numbered
),

known as (
  select
    placed.buyer_no,
    placed.is_in_ring,
    placed.ring_no,
    case when placed.is_in_ring then $ring_kind_no else slots.entry_no end as kind_no,
    placed.is_in_ring or placed.place >= $honest_places as is_abuser,
    between_both(placed.ring_no, 'ring starts', 240 * 86400, 460 * 86400) as ring_first_s,
    between_both(placed.ring_no, 'ring lasts', $rings_days[1] * 86400, $rings_days[2] * 86400)
      as ring_lasts_s
  from placed
  join slots
    on slots.list = 'buyer_kinds' and slots.slot = placed.place
),

opened as (
  select
    *,
    case
      -- accounts of a ring are opened in the same week
      when is_in_ring then ring_first_s - between_both(buyer_no, 'opened', 86400, 7 * 86400)
      when is_always_there(buyer_no) or chance(buyer_no, 'opened before', $buyers_opened_before)
        then -between_both(buyer_no, 'opened', 86400, 1000 * 86400)
      else choice(buyer_no, 'opened', $end_s * 85::bigint // 100)
    end as opened_s
  from known
),

suspected as (
  select
    *,
    chance(
      buyer_no,
      'suspected',
      case when is_abuser then $findings_of_abusers else $findings_of_the_honest end
    ) as is_suspected
  from opened
),

decided as (
  select
    *,
    is_suspected and not chance(buyer_no, 'dropped', $findings_dropped) as is_decided,
    case
      when is_in_ring
        then ring_first_s
        + ring_lasts_s
        + between_both(buyer_no, 'decided', 5 * 86400, 15 * 86400)
      else greatest(opened_s, 0)
        + ($end_s - greatest(opened_s, 0)) * between_both(buyer_no, 'decided', 30, 98) // 100
        + choice(buyer_no, 'decided at', 3600)
    end as decided_s
  from suspected
),

appealed as (
  select
    *,
    is_decided
    and chance(
      buyer_no,
      'appealed',
      case when is_abuser then $findings_appealed else $findings_honest_appeal end
    ) as is_appealed
  from decided
),

judged as (
  select
    *,
    is_appealed
    and chance(
      buyer_no,
      'overturned',
      case when is_abuser then $findings_overturned else $findings_overturned_honest end
    ) as is_overturned
  from appealed
),

closed as (
  select
    *,
    is_abuser
    and is_decided
    and not is_overturned
    and chance(buyer_no, 'account closed', $findings_closes_account) as is_closed_for_abuse
  from judged
)

select
  buyer_no::integer as buyer_no,
  kind_no::utinyint as kind_no,
  is_in_ring,
  ring_no::integer as ring_no,
  is_abuser,
  opened_s::integer as opened_s,
  case
    -- the longest appeal is over 30 days after the decision
    when is_closed_for_abuse
      then decided_s + between_both(buyer_no, 'closed', 31 * 86400, 45 * 86400)
    when is_in_ring or is_always_there(buyer_no) then null
    when chance(buyer_no, 'leaves', $buyers_closes)
      then opened_s + between_both(buyer_no, 'left', 30 * 86400, 1400 * 86400)
  end::integer as closed_s,
  is_suspected,
  is_decided,
  decided_s::integer as decided_s,
  is_appealed,
  is_overturned,
  is_closed_for_abuse
from closed
order by
  buyer_no
