-- every list with shares as 1,000 slots: a number drawn from 0 to 999 finds its entry
with placed as (
  select
    list,
    entry_no,
    weight,
    sum(weight) over (partition by list order by entry_no) as upto
  from weights
)

select
  list,
  unnest(range((upto - weight)::bigint, upto::bigint)) as slot,
  entry_no
from placed
