"""Rows of orders written down or drawn at random, judged by the steps of a rulebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from goodstanding.assessment.compiling import Compiled, compile_rulebook
from goodstanding.assessment.examples import example_rows
from goodstanding.assessment.flags import judged_rows
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.database.steps import Step, parse, statement
from goodstanding.explanation.against import columns_at_fault, counts_against, grading_indicators
from goodstanding.explanation.clean_rows import CLEAN_EDITS, cleaned_columns, edits_for
from goodstanding.explanation.made_rows import Making
from goodstanding.explanation.subject_market import SubjectMarket, kept_rows
from goodstanding.facts.store import Settings, create_tables, market_clock
from goodstanding.rows.catalogue import ROW_KINDS, Type
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.all_faults import ALL_FAULTS
from tests.explanation.small_market import AS_OF, KNOWN_AT, ONE_DAY, SERVICE_LEVEL
from tests.small_rulebook import SMALL

ORDER = ROW_KINDS["order"]
Written = Mapping[str, Any]
# Both ends of the window, what lies just outside, and thirty days before either.
DAYS = [AS_OF - ONE_DAY * back for back in (0, 1, 40, 89, 90, 119, 120, 150, -1, -20)]


def table(written: Sequence[Written]) -> pa.Table:
    """Type rows as derived ones are; each is another order of another buyer."""
    return example_rows(ORDER, "seller", written)


def judged(rulebook: Rulebook, rows: pa.Table, as_of: date = AS_OF) -> dict[str, Any]:
    """Judge the rows as those of one subject."""
    return _run(rulebook, rows, "results", as_of)[0]


def flagged(rulebook: Rulebook, rows: pa.Table, as_of: date = AS_OF) -> list[dict[str, Any]]:
    """Return the rows with every flag, in their order."""
    (row_set,) = rulebook.rows
    found = _run(rulebook, rows, judged_rows(row_set), as_of)
    return sorted(found, key=lambda row: int(row["order_id"]))


def _run(rulebook: Rulebook, rows: pa.Table, final: str, as_of: date) -> list[dict[str, Any]]:
    compiled, sql = _compiled(rulebook.digest, final)
    DATABASE.register("written", rows)
    values = named_values(sql, compiled.bound_values(as_of))
    found: list[dict[str, Any]] = DATABASE.arrow(sql, values).to_pylist()
    return found


DATABASE = DuckDB.open(None)
RULEBOOKS = {
    rulebook.digest: rulebook
    for rulebook in (SERVICE_LEVEL, ALL_FAULTS, read_rulebook(SMALL, "small.toml"))
}


@cache
def _compiled(digest: str, final: str) -> tuple[Compiled, str]:
    compiled = compile_rulebook(RULEBOOKS[digest], for_explaining=True)
    steps = [
        Step("order_rows", "rows as they are written", parse("from written")),
        Step("subjects", "the one subject", parse("select 1 as subject_no")),
        *compiled.steps,
    ]
    return compiled, statement(steps, final, "duckdb")


def at_fault(rulebook: Rulebook, rows: pa.Table) -> list[frozenset[str]]:
    """Return, row by row, the columns for which it counts against the subject."""
    (row_set,) = rulebook.rows
    return [
        frozenset[str]().union(
            *(
                columns_at_fault(indicator, row_set, row, rulebook)
                for indicator in grading_indicators(rulebook)
                if counts_against(indicator, row_set, row, rulebook)
            )
        )
        for row in flagged(rulebook, rows)
    ]


def better_conduct(rows: pa.Table, faults: Sequence[frozenset[str]]) -> pa.Table:
    """Return the rows with what is at fault mended, row by row."""
    flags = {
        edit.name: pa.array([edit in edits_for(columns) for columns in faults], pa.bool_())
        for edit in CLEAN_EDITS
    }
    places = pa.array(range(rows.num_rows), pa.int64())
    DATABASE.register("was", rows.append_column("place", places))
    DATABASE.register("mended", pa.table({"place": places, **flags}))
    columns = cleaned_columns(ORDER, "was", "mended")
    listed = ", ".join(f"({value}) as {name}" for name, value in columns.items())
    found: pa.Table = DATABASE.arrow(
        f"select {listed} from was join mended using (place) order by place", {"as_of": AS_OF}
    ).cast(rows.schema)
    return found


def market_of(rulebook: Rulebook, rows: pa.Table) -> SubjectMarket:
    """Return a subject's market that holds the rows, and no facts."""
    database = DuckDB.open(None)
    settings = Settings(time_zone="UTC", currency="EUR")
    create_tables(database, settings)
    database.execute(
        "insert into order_ids select number, 'O' || number from range(1000) t(number)"
    )
    database.register("written", rows)
    database.execute(f"create table {kept_rows(ORDER)} as from written")
    compiled = compile_rulebook(rulebook, for_explaining=True)
    return SubjectMarket(
        database=database,
        settings=settings,
        question=Question(
            rulebook=rulebook, as_of=AS_OF, known_at=KNOWN_AT, subject_id="the subject"
        ),
        number=1,
        compiled=compiled,
        counting=compile_rulebook(rulebook),
        making=Making.of(compiled, market_clock(database, settings), database),
    )


def _column(name: str) -> st.SearchStrategy[Any]:
    column = ORDER.column(name)
    match column.type:
        case Type.FLAG:
            return st.booleans()
        case Type.STARS:
            return st.sampled_from((1, 3, 4, 5))
        case Type.CODE:
            return st.sampled_from(column.codes)
        case _:
            # Only deadlines may lie ahead; all else is cut before rows are made.
            ahead = DAYS if name in {"ship_by_on", "deliver_by_on"} else DAYS[:-2]
            return st.sampled_from(ahead)


_DRAWN = [
    column.name
    for column in ORDER.columns
    if column.type in {Type.FLAG, Type.STARS, Type.CODE, Type.DAY}
]


def rows_of_one() -> st.SearchStrategy[list[Written]]:
    """Draw orders at any point of their life, full of what can go wrong."""
    often = {"closed_on", "is_paid", "shipped_on"}
    row = st.fixed_dictionaries(
        {name: _column(name) for name in often},
        optional={name: _column(name) for name in _DRAWN if name not in often},
    )
    sparse = st.fixed_dictionaries(
        {"closed_on": _column("closed_on")},
        optional={name: _column(name) for name in ("stars", "feedback_on", "unshipped_on")},
    )
    return st.lists(st.one_of(row, sparse), min_size=1, max_size=30)


def moved(rows: pa.Table, days: int) -> pa.Table:
    """Return the rows as they are seen so many days later: every day lies further back."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_date(field.type):
            shifted = [day and day - timedelta(days) for day in rows.column(place).to_pylist()]
            rows = rows.set_column(place, field.name, pa.array(shifted, pa.date32()))
    return rows
