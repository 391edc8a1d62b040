"""The chance that the sample is made with, held against a second reading in plain Python."""

import hashlib
import importlib.resources
from collections.abc import Iterator

import pytest

from goodstanding.database.duckdb import DuckDB

ROWS = 100_000


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDB]:
    opened = DuckDB.open(None)
    opened.execute("set variable seed = '7'")
    sql = importlib.resources.files("goodstanding.sample") / "sql" / "draws.sql"
    opened.execute(sql.read_text("utf-8"))
    yield opened
    opened.close()


def drawn(row_no: int, purpose: str) -> int:
    """Return the draw that `draws.sql` describes."""
    digest = hashlib.md5(f"7:{purpose}".encode(), usedforsecurity=False).hexdigest()
    mixed = row_no ^ int(digest[:8], 16)
    mixed = ((mixed ^ (mixed >> 16)) * 569420461) % 2**32
    mixed = ((mixed ^ (mixed >> 15)) * 1935289751) % 2**32
    return mixed ^ (mixed >> 15)


def over_rows(database: DuckDB, select: str) -> tuple[int, ...]:
    rows = database.rows(f"select {select} from range($rows) as rows (n)", {"rows": ROWS})
    return tuple(rows[0])


def test_a_draw_is_what_plain_python_makes_of_row_purpose_and_seed(database: DuckDB) -> None:
    rows = database.rows(
        "select n, draw(n, 'paid'), draw(n, 'lost') from range(1, 999999999, 9999991) as rows (n)"
    )
    assert len(rows) == 101
    for row_no, paid, lost in rows:
        assert (paid, lost) == (drawn(row_no, "paid"), drawn(row_no, "lost"))


def test_another_seed_draws_something_else(database: DuckDB) -> None:
    before = database.rows("select list(draw(n, 'paid')) from range(100) as rows (n)")
    database.execute("set variable seed = '8'")
    after = database.rows("select list(draw(n, 'paid')) from range(100) as rows (n)")
    database.execute("set variable seed = '7'")
    assert not set(before[0][0]) & set(after[0][0])


@pytest.mark.parametrize("ppm", [0, 1_000, 250_000, 999_000, 1_000_000])
def test_a_chance_comes_true_for_its_share_of_the_rows(database: DuckDB, ppm: int) -> None:
    (hits,) = over_rows(database, f"count(*) filter (where chance(n, 'late', {ppm}))")
    deviation = (ppm * (1_000_000 - ppm) * ROWS) ** 0.5 / 1_000_000
    assert abs(hits - ROWS * ppm / 1_000_000) <= 4 * deviation


def test_draws_of_neighbours_and_of_other_purposes_have_nothing_to_do_with_each_other(
    database: DuckDB,
) -> None:
    both, next_too = over_rows(
        database,
        "count(*) filter (where chance(n, 'late', 500000) and chance(n, 'low', 500000)), "
        "count(*) filter (where chance(n, 'late', 500000) and chance(n + 1, 'late', 500000))",
    )
    assert abs(both - ROWS / 4) < 600  # four standard deviations are 548
    assert abs(next_too - ROWS / 4) < 600


def test_between_both_reaches_both_ends_and_no_further(database: DuckDB) -> None:
    assert over_rows(
        database, "min(between_both(n, 'days', -3, 4)), max(between_both(n, 'days', -3, 4))"
    ) == (-3, 4)


def test_skewed_draws_stay_in_range_and_prefer_what_comes_first(database: DuckDB) -> None:
    least, most, first_tenth = over_rows(
        database,
        "min(skewed(n, 'listing', 1000)), max(skewed(n, 'listing', 1000)), "
        "count(*) filter (where skewed(n, 'listing', 1000) < 100)",
    )
    assert least == 0
    assert 900 < most < 1000
    # The product of two even draws is below a tenth in 0.1 * (1 + ln 10) of the cases.
    assert abs(first_tenth / ROWS - 0.330) < 0.01


@pytest.mark.parametrize("places", [830, 984, 1000])
def test_a_few_golden_places_lie_all_over(database: DuckDB, places: int) -> None:
    (tenths,) = database.rows(
        f"select count(distinct golden_place(n, 'kinds', {places}) * 10 // {places}) "
        "from range(1, 26) as rows (n)"
    )[0]
    assert tenths == 10


def test_places_within_a_row_do_not_meet_other_rows(database: DuckDB) -> None:
    (numbers,) = database.rows(
        "select count(distinct within(n, place)) "
        "from range(1, 100001) as rows (n), range(1, 5) as places (place)"
    )[0]
    assert numbers == 400_000
