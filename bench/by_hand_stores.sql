-- whoever has opened a store, or sold something
select seller_id
from sellers
where coalesce(opened_at < $until, true)
union
select seller_id
from lives
