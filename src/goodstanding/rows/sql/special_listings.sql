-- listings that are no goods by themselves: freight, gifts, deposits, what is sold in advance
select
  listing_no
from known_listings
where
  kind <> 'ordinary'
