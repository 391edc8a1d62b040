-- Chance, made of whole numbers: the same row, purpose and seed give the same draw on every
-- machine, in any order and with any number of threads. A draw is a number of 32 bits; the mixing
-- constants were chosen so that each bit of the row's number moves each bit of the draw half of
-- the time, and are below 2^31, so that no product leaves 64 bits.
--
-- DuckDB works out a draw four times as fast where it is a column of its own as within a `case` or
-- a condition, where it does not share common parts. What most rows need is therefore drawn first.

create macro salt(purpose) as
  ('0x' || left(md5(getvariable('seed') || ':' || purpose), 8))::bigint;

create macro mixed_once(x) as
  (xor(x, x >> 16) * 569420461) & 4294967295;

create macro mixed_twice(x) as
  (xor(x, x >> 15) * 1935289751) & 4294967295;

create macro mixed_last(x) as
  xor(x, x >> 15);

create macro draw(row_no, purpose) as
  mixed_last(mixed_twice(mixed_once(xor(row_no::bigint, salt(purpose)))));

-- one of 0 to 999,999: a share of n parts per million is all below n
create macro millionths(row_no, purpose) as
  (draw(row_no, purpose) * 1000000) >> 32;

-- true for so many parts per million
create macro chance(row_no, purpose, ppm) as
  millionths(row_no, purpose) < ppm;

-- one of 0 to n - 1, all alike
create macro choice(row_no, purpose, n) as
  (draw(row_no, purpose) * n) >> 32;

-- one of low to high, both included, all alike
create macro between_both(row_no, purpose, low, high) as
  low + ((draw(row_no, purpose) * (high - low + 1)) >> 32);

-- one of 0 to n - 1, small ones far more often: the product of two even draws
create macro skewed(row_no, purpose, n) as
  (((draw(row_no, purpose) * (draw(row_no, purpose || ' again') >> 2)) >> 30) * n) >> 32;

-- the number of a place within a row, such as a line of an order
create macro within(row_no, place) as
  xor(row_no::bigint, (place::bigint * 1640531527) & 4294967295);

-- every fourth subject is there throughout: what is drawn for one that is not goes to it
create macro is_always_there(subject_no) as
  subject_no % 4 = 1;
create macro always_there(subject_no) as
  subject_no - (subject_no - 1) % 4;

-- a place among so many by steps of the golden section: a few subjects already show every kind
create macro golden_place(subject_no, purpose, places) as
  (subject_no * ((places * 618 // 1000) | 1) + choice(0, purpose, places)) % places;
