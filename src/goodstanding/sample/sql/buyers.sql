-- the buyers' accounts
select
  buyer_text(buyer_no) as buyer_id,
  instant(opened_s) as opened_at,
  instant(closed_s) as closed_at,
  case
    when closed_s is null or not seen(closed_s) then null
    when is_closed_for_abuse then 'abuse'
    else 'own wish'
  end as closed_reason,
  case
    when chance(buyer_no, 'objects', $buyers_objects)
      then instant(opened_s + between_both(buyer_no, 'objected', 3600, 900 * 86400))
  end as objected_at,
  case
    when chance(buyer_no, 'consents', $buyers_consents)
      then instant(opened_s + skewed(buyer_no, 'consented', 600 * 86400))
  end as marketing_consent_at,
  null::timestamp as recorded_at
from accounts
where
  buyer_no between $first_row and $last_row
order by
  buyer_no
