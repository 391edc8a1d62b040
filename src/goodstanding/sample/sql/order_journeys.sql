-- who bought from whom, and how it went until the parcel came or did not
with drawn as (
  select
    *,
    choice(order_no, 'doubling', $doublings_n + 3) as doubling_slot,
    1 + skewed(root_no, 'buyer', $buyers_outside_rings) as drawn_buyer_no
  from order_starts
),

-- each doubling of the rank gets the same share of the orders, the first two twice as much
doubled as (
  select
    *,
    case
      when doubling_slot < 2 then 1
      when doubling_slot < 4 then 2
      else 1::bigint << (doubling_slot - 2)
    end as doubling_first
  from drawn
),

ranked as (
  select
    *,
    1 + (doubling_first + choice(order_no, 'rank', doubling_first) - 1) % $sellers_n
      as drawn_seller_no
  from doubled
),

-- who is not there, or takes no orders, is replaced by a neighbour
parties as (
  select
    ranked.order_no,
    ranked.root_no,
    ranked.is_joint,
    ranked.is_alone,
    ranked.placed_s,
    case
      when
        stores.takes_orders
        and ranked.placed_s >= stores.opened_s
        and ranked.placed_s < coalesce(stores.closed_s, ranked.placed_s + 1)
        then ranked.drawn_seller_no
      else always_there(ranked.drawn_seller_no)
    end as seller_no,
    case
      when
        ranked.placed_s >= accounts.opened_s
        and ranked.placed_s < coalesce(accounts.closed_s, ranked.placed_s + 1)
        then ranked.drawn_buyer_no
      else always_there(ranked.drawn_buyer_no)
    end as outside_buyer_no
  from ranked
  join stores
    on stores.seller_no = ranked.drawn_seller_no
  join accounts
    on accounts.buyer_no = ranked.drawn_buyer_no
),

-- in the days of a ring, a share of its store's orders are its members'
ringed as (
  select
    parties.*,
    stores.kind_no as seller_kind_no,
    stores.opened_s as seller_opened_s,
    case
      when
        parties.is_alone
        and parties.placed_s >= rings.first_s
        and parties.placed_s < rings.last_s
        and chance(
          parties.order_no,
          'ring',
          case when rings.kind = 'praise' then $rings_praised else $rings_attacked end
        )
        then rings.kind
    end as ring_kind,
    $buyers_n
    - (rings.ring_no - 1) * $size_ring_members
    - choice(parties.order_no, 'ring member', $size_ring_members) as ring_buyer_no
  from parties
  join stores
    on stores.seller_no = parties.seller_no
  left join rings
    on rings.seller_no = parties.seller_no
),

bought as (
  select
    ringed.*,
    case
      when ring_kind is null then outside_buyer_no
      else ring_buyer_no
    end as buyer_no,
    choice(order_no, 'lane', 1000) as lane_slot
  from ringed
),

-- what each side tends to do
tendencies as (
  select
    bought.order_no,
    bought.root_no,
    bought.is_joint,
    bought.placed_s,
    bought.seller_no,
    bought.seller_kind_no,
    bought.buyer_no,
    bought.ring_kind,
    accounts.kind_no as buyer_kind_no,
    greatest(accounts.opened_s, bought.seller_opened_s) as both_open_s,
    lanes.entry_no as lane_no,
    destination_slots.entry_no as destination_no,
    lanes.handling_days * 86400 as handling_s,
    lanes.travel_hours[1] * 3600 as travel_least_s,
    lanes.travel_hours[2] * 3600 as travel_most_s,
    (bought.placed_s // 86400 + lanes.promised_days) * 86400 as deliver_by_s,
    lanes.lost,
    lanes.tracked
  from bought
  join slots as lane_slots
    on lane_slots.list = 'lanes' and lane_slots.slot = bought.lane_slot
  join lanes
    on lanes.entry_no = lane_slots.entry_no
  join slots as destination_slots
    on destination_slots.list = 'destinations'
    and destination_slots.slot = choice(bought.buyer_no, 'destination', 1000)
  join accounts
    on accounts.buyer_no = bought.buyer_no
),

-- how it ends: one draw, so that the ends exclude each other
fated as (
  select
    tendencies.*,
    seller_kinds.pace_percent,
    seller_kinds.ships_late,
    seller_kinds.adds_note,
    seller_kinds.adds_sample,
    seller_kinds.adds_gift,
    seller_kinds.cancels as below_cancelled,
    seller_kinds.cancels + seller_kinds.never_ships as below_unshipped,
    seller_kinds.cancels + seller_kinds.never_ships + buyer_kinds.cancels as below_changed,
    buyer_kinds.pays_not,
    millionths(order_no, 'fate') as fate_drawn,
    millionths(order_no, 'does not pay') as payment_drawn,
    millionths(order_no, 'pays slowly') as slowness_drawn,
    between_both(order_no, 'pays', 14 * 3600, 48 * 3600) as pays_slowly_after,
    between_both(order_no, 'pays', 300, 3600) as pays_at_once_after
  from tendencies
  join seller_kinds
    on seller_kinds.entry_no = tendencies.seller_kind_no
  join buyer_kinds
    on buyer_kinds.entry_no = tendencies.buyer_kind_no
),

ended as (
  select
    *,
    case
      when ring_kind is not null then 'sold'
      when payment_drawn < pays_not then 'unpaid'
      when fate_drawn < below_cancelled then 'cancelled by seller'
      when fate_drawn < below_unshipped then 'never shipped'
      when fate_drawn < below_changed then 'cancelled by buyer'
      when fate_drawn < below_changed + $orders_cancelled_by_platform then 'cancelled by platform'
      when
        fate_drawn
        < below_changed + $orders_cancelled_by_platform + $orders_cancelled_by_unknown
        then 'cancelled by unknown'
      else 'sold'
    end as fate,
    placed_s + case
      when slowness_drawn < $orders_pays_slowly then pays_slowly_after
      else pays_at_once_after
    end as would_pay_s
  from fated
),

paid as (
  select
    *,
    case when fate <> 'unpaid' then would_pay_s end as paid_s,
    case when fate <> 'unpaid' then would_pay_s + handling_s end as ship_by_s,
    millionths(order_no, 'ships late') as lateness_drawn,
    millionths(order_no, 'ships at an edge') as edge_drawn,
    handling_s * between_both(order_no, 'ships', 8, pace_percent) // 100
    + choice(order_no, 'ships at', 3600) as ships_after
  from ended
),

shipped as (
  select
    *,
    case fate
      when 'sold' then null
      when 'unpaid'
        then placed_s + case
          when chance(order_no, 'unpaid cancelled', $orders_unpaid_cancelled)
            then between_both(order_no, 'cancelled', 3600, 10 * 86400)
          else $orders_days_to_pay * 86400
        end
      when 'cancelled by seller'
        then paid_s + between_both(order_no, 'cancelled', 3600, handling_s * 13 // 10)
      when 'never shipped'
        then case
          when chance(order_no, 'closed by platform', $orders_never_shipped_closed)
            then ship_by_s + between_both(order_no, 'cancelled', 3600, 4 * 86400)
        end
      when 'cancelled by buyer'
        then paid_s + between_both(order_no, 'cancelled', 300, 12 * 3600)
      when 'cancelled by platform'
        then paid_s + between_both(order_no, 'cancelled', 3600, 48 * 3600)
      else paid_s + between_both(order_no, 'cancelled', 3600, 10 * 86400)
    end as cancelled_s,
    case
      when fate <> 'sold' then null
      when ring_kind = 'praise' then paid_s + between_both(order_no, 'ships', 600, 18000)
      when edge_drawn < $orders_clock_is_off
        then paid_s - between_both(order_no, 'ships', 600, 7200)
      when edge_drawn < $orders_clock_is_off + $orders_ships_at_the_limit then ship_by_s
      when lateness_drawn < ships_late
        then ship_by_s + between_both(order_no, 'ships', 1800, 6 * 86400)
      else least(ship_by_s, paid_s + ships_after)
    end as shipped_s
  from paid
),

delayed as (
  select
    shipped.*,
    skewed(order_no, 'travel', travel_most_s - travel_least_s) as travel_more_s,
    millionths(order_no, 'lost') as loss_drawn,
    millionths(order_no, 'extra') as extra_drawn,
    $orders_n >= $planted_from_orders
    and list_contains($planted_gift_givers, shipped.seller_no) as is_gift_giver,
    greatest(
      case
        when shipped_s >= slow_lanes.first_s and shipped_s < slow_lanes.end_s
          then slow_lanes.delay_days
        else 0
      end,
      coalesce(slow_stores.delay_days, 0)
    ) * 864 * between_both(order_no, 'delay', 50, 100) as delay_s
  from shipped
  left join slow_lanes
    on slow_lanes.lane_no = shipped.lane_no
    and slow_lanes.destination_no = shipped.destination_no
  left join slow_stores
    on slow_stores.seller_no = shipped.seller_no
    and slow_stores.lane_no = shipped.lane_no
    and slow_stores.destination_no = shipped.destination_no
),

travelled as (
  select
    *,
    case
      when loss_drawn >= lost or ring_kind = 'praise'
        then shipped_s + travel_least_s + travel_more_s + delay_s
      when chance(order_no, 'found again', $orders_found_again)
        then shipped_s + 2 * travel_most_s + travel_more_s
    end as delivered_s
  from delayed
)

select
  order_no::integer as order_no,
  root_no::integer as root_no,
  is_joint,
  placed_s::integer as placed_s,
  seller_no::integer as seller_no,
  seller_kind_no::utinyint as seller_kind_no,
  buyer_no::integer as buyer_no,
  buyer_kind_no::utinyint as buyer_kind_no,
  both_open_s::integer as both_open_s,
  ring_kind,
  lane_no::utinyint as lane_no,
  destination_no::utinyint as destination_no,
  fate,
  paid_s::integer as paid_s,
  ship_by_s::integer as ship_by_s,
  shipped_s::integer as shipped_s,
  deliver_by_s::integer as deliver_by_s,
  delivered_s::integer as delivered_s,
  delivered_s >= deliver_by_s + 86400 as is_late,
  chance(order_no, 'tracked', tracked) as is_tracked,
  cancelled_s::integer as cancelled_s,
  case
    when fate in ('cancelled by seller', 'cancelled by buyer', 'cancelled by unknown')
      then replace(fate, 'cancelled by ', '')
    when
      fate = 'unpaid'
      and chance(order_no, 'unpaid cancelled', $orders_unpaid_cancelled)
      then 'buyer'
    when cancelled_s is not null then 'platform'
  end as cancelled_by,
  case
    when shipped_s is null then null
    when is_gift_giver then case when extra_drawn < $planted_gives then 'gift' else 'none' end
    when extra_drawn < adds_gift then 'gift'
    when extra_drawn < adds_gift + adds_sample then 'sample'
    when extra_drawn < adds_gift + adds_sample + adds_note then 'note'
    else 'none'
  end as extra,
  is_gift_giver
from travelled
