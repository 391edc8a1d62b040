"""Whatever the order in which rows arrive, and in however many loads, the same is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.database.duckdb import DuckDB
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import known_steps
from goodstanding.facts.numbering import named
from goodstanding.facts.tables import Kind, Table
from tests import oracle_facts
from tests.market_files import as_frames
from tests.oracle_facts import Facts, Row
from tests.small_loads import contents, load, market

pytestmark = pytest.mark.recount

FEW = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(FEW, max_examples=200)
INSTANTS = [datetime.fromisoformat(f"2018-02-0{day}T10:00:00") for day in (1, 2, 3, 4)]
FOREVER = datetime.fromisoformat("2100-01-01T00:00:00")
TABLES = ("orders", "feedback", "sellers")
COLUMNS = {
    "orders": ("seller_id", "placed_at", "paid_at", "carrier", "shipped_at", "amount_minor"),
    "feedback": ("order_id", "stars", "removed_at", "removed_reason"),
    "sellers": ("country", "opened_at"),
}

an_instant = st.sampled_from(INSTANTS)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.INSTANT: an_instant,
    Kind.NUMBERED: st.sampled_from(["X1", "X2"]),
    Kind.TEXT: st.sampled_from(["a", "b"]),
    Kind.MONEY: st.sampled_from([1, 2]),
    Kind.STARS: st.sampled_from([3, 4]),
    Kind.ID: st.sampled_from(["F1", "F2"]),
}


def rows_of(table: Table, *, recorded: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    said = {name: st.none() | VALUES[table.column(name).kind] for name in COLUMNS[table.name]}
    return st.fixed_dictionaries({**keys_of(table), **said, "recorded_at": recorded})


def keys_of(table: Table) -> dict[str, st.SearchStrategy[Any]]:
    given = st.sampled_from(INSTANTS[:1]) | st.just(INSTANTS[0] - timedelta(days=1))
    return {c.name: given if c.name == "given_at" else VALUES[c.kind] for c in table.keys}


@st.composite
def facts(draw: st.DrawFn, recorded: st.SearchStrategy[Any] = an_instant) -> Facts:
    """Draw rows of few keys and few values, so that they repeat and contradict each other."""
    drawn = {
        name: draw(st.lists(rows_of(BY_NAME[name], recorded=recorded), max_size=8))
        for name in TABLES
    }
    drawn["retractions"] = draw(
        st.lists(st.builds(retraction, st.sampled_from(TABLES), st.data(), an_instant), max_size=3)
    )
    return drawn


def retraction(table: str, data: st.DataObject, instant: datetime) -> Row:
    keys = {name: data.draw(values) for name, values in keys_of(BY_NAME[table]).items()}
    return {
        "table_name": table,
        "key": oracle_facts.key_text(BY_NAME[table], keys),
        "column_name": data.draw(st.sampled_from(["*", *COLUMNS[table]])),
        "retracted_at": instant,
    }


@st.composite
def parts(draw: st.DrawFn, whole: Facts) -> list[Facts]:
    """Part rows into loads, each row into any of them, in any order."""
    loads: list[Facts] = [{} for _ in range(draw(st.integers(1, 3)))]
    for name, rows in whole.items():
        for row in draw(st.permutations(rows)):
            draw(st.sampled_from(loads)).setdefault(name, []).append(row)
    return loads


def known(database: DuckDB, instant: datetime) -> dict[str, set[tuple[Any, ...]]]:
    """Return what is known of every fact at an instant; what is known of nothing is not there."""
    answer = {}
    for name in TABLES:
        table = BY_NAME[name]
        columns = [*table.keys, *(table.column(column) for column in COLUMNS[name])]
        found, joins = named(columns, "merged")
        steps = known_steps(table, COLUMNS[name])
        values = {"known_at": instant, "corrected_at": instant, "as_of_end": FOREVER}
        merged = database.run(steps, f"known_{name}", values)
        database.register("merged", merged)
        rows = database.rows(f"select {', '.join(found.values())} from merged {joins}")
        database.unregister("merged")
        answer[name] = {row for row in rows if any(x is not None for x in row[len(table.key) :])}
    return answer


def expected(rows: Facts, instant: datetime) -> dict[str, set[tuple[Any, ...]]]:
    """Return what the oracle knows of every fact at an instant."""
    answer = oracle_facts.known(rows, instant)
    return {
        name: {
            tuple(
                fact[column] * 100 if column == "stars" and fact.get(column) else fact.get(column)
                for column in (*BY_NAME[name].key, *COLUMNS[name])
            )
            for fact in answer[name]
        }
        for name in TABLES
    }


def load_all(database: DuckDB, loads: Sequence[Facts], recorded: Any = "source") -> None:
    for number, each in enumerate(loads):
        frames = as_frames(each)
        if frames:
            load(database, frames, recorded=recorded, now=FOREVER + timedelta(days=number))


def without_conflicts(whole: Facts) -> Facts:
    kept, _ = oracle_facts.settled(whole)
    return kept


def check_against_the_oracle(whole: Facts) -> None:
    kept, refused = oracle_facts.settled(whole)
    with market() as database:
        load_all(database, [whole])
        for instant in INSTANTS:
            assert known(database, instant) == expected(kept, instant)
        held = dict(
            database.rows(
                "select table_name, count(distinct quarantine_no) from quarantine group by all"
            )
        )
        assert held == {name: len(rows) for name, rows in refused.items() if rows}


@FEW
@given(facts())
def test_rows_are_merged_and_refused_as_the_oracle_does_it(whole: Facts):
    check_against_the_oracle(whole)


@pytest.mark.slow
@MANY
@given(facts())
def test_many_rows_are_merged_and_refused_as_the_oracle_does_it(whole: Facts):
    check_against_the_oracle(whole)


@FEW
@given(facts(recorded=st.none() | an_instant))
def test_rows_recorded_when_they_occurred_are_merged_as_the_oracle_does_it(whole: Facts):
    kept, _ = oracle_facts.settled(whole)
    with market() as database:
        load_all(database, [whole], recorded="occurred")
        for instant in INSTANTS:
            assert known(database, instant) == expected(kept, instant)


@FEW
@given(facts().map(without_conflicts), st.data())
def test_the_order_of_arrival_changes_nothing_that_is_known(whole: Facts, data: st.DataObject):
    loads = data.draw(parts(whole))
    with market() as database:
        load_all(database, loads)
        for instant in INSTANTS:
            assert known(database, instant) == expected(whole, instant)
        assert database.rows("select count(*) from quarantine") == [(0,)]


@pytest.mark.slow
@FEW
@given(facts(recorded=st.none() | an_instant), st.integers(0, 8), st.integers(0, 8))
def test_splitting_a_load_in_two_refuses_and_keeps_the_same(whole: Facts, at: int, also: int):
    first = {name: rows[: at if name == "orders" else also] for name, rows in whole.items()}
    second = {name: rows[len(first[name]) :] for name, rows in whole.items()}
    with market() as one, market() as two:
        load_all(one, [whole], recorded="occurred")
        load_all(two, [first, second], recorded="occurred")
        for instant in INSTANTS:
            assert known(one, instant) == known(two, instant)
        for table in (*TABLES, "quarantine"):
            count = f"select count(*) from {table}"
            assert one.rows(count) == two.rows(count)
        until = "select max(known_until) from loads"
        assert one.rows(until) == two.rows(until)


@FEW
@given(facts(recorded=st.none() | an_instant), st.sampled_from(["source", "occurred"]))
def test_loading_twice_changes_nothing(whole: Facts, recorded: Any):
    with market() as database:
        load_all(database, [whole], recorded)
        before = contents(database)
        load_all(database, [{}, whole], recorded)  # a day later
        assert contents(database) == before


@FEW
@given(facts().map(without_conflicts), st.data())
def test_a_load_in_any_order_gives_the_same_numbers(whole: Facts, data: st.DataObject):
    shuffled = {name: data.draw(st.permutations(rows)) for name, rows in whole.items()}
    with market() as one, market() as two:
        load_all(one, [whole])
        load_all(two, [shuffled])
        for register in ("order_ids", "seller_ids"):
            numbers = f"select * from {register} order by all"
            assert one.rows(numbers) == two.rows(numbers)
