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

-- eight digits, and nine only for the last of 100 million
create macro with_digits(letter, row_no) as
  letter || case
    when row_no < 100000000 then substr((100000000 + row_no)::varchar, 2)
    else row_no::varchar
  end;

create macro order_text(order_no) as with_digits('O', order_no);
create macro parent_text(order_no) as with_digits('P', order_no);
create macro buyer_text(buyer_no) as with_digits('B', buyer_no);
create macro listing_text(listing_no) as with_digits('L', listing_no);
create macro seller_text(seller_no) as 'S' || substr((1000000 + seller_no)::varchar, 2);
create macro category_text(category_no) as 'C' || (100 + category_no);
