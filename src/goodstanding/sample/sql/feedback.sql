-- reviews of buyers, ratings by sellers, changed ratings, removals
with finished as (
  select
    orders.*,
    buyer_kinds.reviews,
    buyer_kinds.abuse,
    seller_kinds.low_description,
    seller_kinds.low_communication,
    seller_kinds.low_logistics,
    least(
      950000,
      seller_kinds.low_stars
      * buyer_kinds.low_percent // 100
      * case when coalesce(is_late, true) then $reviews_late_percent else 100 end // 100
      * case extra
        when 'note' then $reviews_note_percent
        when 'sample' then $reviews_sample_percent
        when 'gift'
          then case when is_gift_giver then $planted_gift_percent else $reviews_gift_percent end
        else 100
      end // 100
      + case when is_claimed then $reviews_claimed_adds else 0 end
      + buyer_kinds.adds_low
    ) as low_ppm,
    is_joint and chance(root_no, 'one review for all', $reviews_for_all) as is_for_all,
    millionths(order_no, 'review') as review_drawn,
    closed_s + 60 + choice(order_no, 'rated at', 20 * 86400) as rated_s
  from order_lives as orders
  join seller_kinds
    on seller_kinds.entry_no = orders.seller_kind_no
  join buyer_kinds
    on buyer_kinds.entry_no = orders.buyer_kind_no
  where
    orders.closed_s < $end_s
),

reviewed as (
  select
    *,
    600 + skewed(order_no, 'reviewed', $reviews_days_to_review * 86400 - 600) as reviews_after,
    millionths(order_no, 'low review') as low_drawn,
    millionths(order_no, 'stars') as stars_drawn,
    millionths(order_no, 'detailed') as detailed_drawn,
    millionths(order_no, 'description') as description_drawn,
    choice(order_no, 'description is', 6) as description_is,
    millionths(order_no, 'communication') as communication_drawn,
    choice(order_no, 'communication is', 6) as communication_is,
    millionths(order_no, 'logistics') as logistics_drawn,
    choice(order_no, 'logistics is', 6) as logistics_is,
    millionths(order_no, 'commented') as comment_drawn,
    draw(order_no, 'text') as text_drawn,
    millionths(order_no, 'review recorded late') as recording_drawn,
    millionths(order_no, 'review changed') as change_drawn
  from finished
  where
    review_drawn < reviews
    and (not is_for_all or order_no = root_no)
),

judged as (
  select
    *,
    closed_s + case
      when ring_kind = 'praise' then between_both(order_no, 'reviewed', 600, 86400)
      else reviews_after
    end as given_s,
    case
      when ring_kind is not null then ring_kind = 'attack'
      else low_drawn < low_ppm
    end as is_low,
    ring_kind is not null or detailed_drawn < $reviews_detailed as is_detailed
  from reviewed
),

starred as (
  select
    *,
    case
      when ring_kind = 'praise' then 5
      when ring_kind = 'attack' then 1
      when not is_low then case when stars_drawn < $reviews_high_split_5 then 5 else 4 end
      when stars_drawn < $reviews_low_split_1 then 1
      when stars_drawn < $reviews_low_split_1 + $reviews_low_split_2 then 2
      else 3
    end as stars
  from judged
  where
    given_s < $end_s
),

detailed as materialized (
  select
    *,
    -- low details follow from a low review, or stand alone
    case
      when not is_detailed then null
      when
        description_drawn
        < case when is_low then $reviews_low_in_description else low_description end
        then least(stars, 2 + description_is % 2)
      else greatest(stars, 4 + description_is % 2)
    end as description_stars,
    case
      when not is_detailed then null
      when
        communication_drawn
        < case when is_low then $reviews_low_in_communication else low_communication end
        then least(stars, 2 + communication_is % 2)
      else greatest(stars, 4 + communication_is % 2)
    end as communication_stars,
    case
      when not is_detailed then null
      when
        logistics_drawn
        < case
          when is_low then $reviews_low_in_logistics
          when is_late then low_logistics * $reviews_late_percent // 100
          else low_logistics
        end
        then least(stars, 1 + logistics_is % 3)
      else greatest(stars, 4 + logistics_is % 2)
    end as logistics_stars,
    case
      when ring_kind = 'praise' then $texts_praise[1 + text_drawn % len($texts_praise)]
      when ring_kind = 'attack' then $texts_attack[1 + text_drawn % len($texts_attack)]
      when comment_drawn >= $reviews_commented then null
      when stars < 3 then $texts_low[1 + text_drawn % len($texts_low)]
      when stars = 3 then $texts_middle[1 + text_drawn % len($texts_middle)]
      else $texts_high[1 + text_drawn % len($texts_high)]
    end as comment,
    case
      when recording_drawn < $reviews_recorded_late
        then given_s + between_both(order_no, 'review recorded', 2 * 86400, 10 * 86400)
    end as recorded_s,
    case
      when change_drawn < case when is_low then $reviews_changed else $reviews_changed_high end
        then given_s + between_both(order_no, 'changed', 3600, 25 * 86400)
    end as changed_s,
    case
      when
        stars <= 3
        and chance(
          order_no,
          'review removed',
          case when abuse = '' then $reviews_removed else $reviews_removed_abuse end
        )
        then given_s + between_both(order_no, 'removed', 86400, 30 * 86400)
    end as removed_s
  from starred
),

reviews_told as (
  select
    order_no,
    0 as part,
    with_digits('F', order_no) as feedback_id,
    instant(given_s) as given_at,
    case when is_for_all then parent_text(root_no) else order_text(order_no) end as order_id,
    'buyer' as given_by,
    stars,
    description_stars,
    communication_stars,
    logistics_stars,
    comment,
    null::timestamp as removed_at,
    null::varchar as removed_reason,
    null::varchar as removed_by,
    instant(recorded_s) as recorded_at
  from detailed
  where
    recorded_s is null
    or seen(recorded_s)
),

-- the store settled it, mostly
changes_told as (
  select
    order_no,
    1 as part,
    with_digits('F', order_no) as feedback_id,
    instant(changed_s) as given_at,
    case when is_for_all then parent_text(root_no) else order_text(order_no) end as order_id,
    'buyer' as given_by,
    case when is_low then 4 + choice(order_no, 'changed to', 2) else 2 end as stars,
    case when is_detailed then case when is_low then 4 else 3 end end as description_stars,
    case when is_detailed then case when is_low then 5 else 3 end end as communication_stars,
    case when is_detailed then case when is_low then 4 else 3 end end as logistics_stars
  from detailed
  where
    seen(changed_s)
),

removals as (
  select
    *,
    removed_s + between_both(order_no, 'removal recorded', 60, 5 * 86400) as removal_recorded_s
  from detailed
  where
    removed_s is not null
    and (recorded_s is null or recorded_s < removed_s)
),

removals_told as (
  select
    order_no,
    2 as part,
    with_digits('F', order_no) as feedback_id,
    instant(given_s) as given_at,
    instant(removed_s) as removed_at,
    case
      when ring_kind = 'attack' then 'left by a competitor'
      when abuse = 'extortion' then 'extortion'
      else $texts_removed[1 + choice(order_no, 'removed text', len($texts_removed))]
    end as removed_reason,
    'reviewer ' || (1 + choice(order_no, 'removed by', 7)) as removed_by,
    instant(removal_recorded_s) as recorded_at
  from removals
  where
    seen(removal_recorded_s)
),

ratings_told as (
  select
    order_no,
    3 as part,
    with_digits('G', order_no) as feedback_id,
    instant(rated_s) as given_at,
    order_text(order_no) as order_id,
    'seller' as given_by,
    case
      when abuse in ('', 'ring') then 4 + choice(order_no, 'rated', 2)
      else 1 + choice(order_no, 'rated', 5)
    end as stars
  from finished
  where
    chance(order_no, 'seller rates', $reviews_by_seller)
    and seen(rated_s)
)

select * from reviews_told
union all by name
select * from changes_told
union all by name
select * from removals_told
union all by name
select * from ratings_told
order by
  order_no,
  part
