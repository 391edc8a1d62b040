-- How ids and instants are written. Seconds (`_s`) count from the start of the first day.

create macro setting(name) as
  getvariable(name)::bigint;

create macro seen(happened_s) as
  happened_s < setting('end_s');

-- an instant that was set, such as a deadline
create macro due(happens_s) as
  make_timestamp((setting('start_s') + happens_s) * 1000000);

-- an instant at which something happened; unknown where it lies after the last day
create macro instant(happened_s) as
  case when seen(happened_s) then due(happened_s) end;

create macro order_text(order_no) as 'O' || (1000000000 + order_no);
create macro parent_text(order_no) as 'P' || (1000000000 + order_no);
create macro seller_text(seller_no) as 'S' || (100000000 + seller_no);
create macro buyer_text(buyer_no) as 'B' || (1000000000 + buyer_no);
create macro listing_text(listing_no) as 'L' || (1000000000 + listing_no);
create macro category_text(category_no) as 'C' || (100 + category_no);
