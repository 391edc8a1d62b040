-- two levels of categories: all at the top first
select
  category_text(category_no) as category_id,
  category_text(parent_no) as parent_id,
  name,
  null::timestamp as recorded_at
from category_names
order by
  category_no
