"""Each construct of a row expression, evaluated by DuckDB on rows written down here."""

from datetime import date, timedelta

import pytest
from sqlglot import exp

from goodstanding.assessment import bound_days, row_sql
from goodstanding.assessment.examples import example_rows
from goodstanding.assessment.row_sql import RowScope
from goodstanding.database.duckdb import DuckDB, named_values
from goodstanding.database.steps import statement
from goodstanding.days import Length
from goodstanding.expressions.reading import read
from goodstanding.rows.catalogue import ROW_KINDS

ORDER = ROW_KINDS["order"]
AS_OF = date(2018, 7, 31)
NINETY = Length(90)
FIRST = AS_OF - timedelta(days=89)


def evaluated(make, row: dict[str, object], length: Length | None = NINETY) -> object:
    scope = RowScope(ORDER, length)
    query = exp.select(exp.alias_(make(scope), "found")).from_("given")
    database = DuckDB.open(None)
    database.register("given", example_rows(ORDER, "seller", [row]))
    sql = statement([], query, "duckdb")
    values = named_values(sql, bound_days.values(scope.days, AS_OF))
    return database.rows(sql, values)[0][0]


def holds(text: str, row: dict[str, object], length: Length | None = NINETY) -> object:
    return evaluated(lambda scope: row_sql.holds(read(text), scope), row, length)


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("stars <= 3", {"stars": 3}, True),
        ("stars <= 3", {"stars": 3.01}, False),
        ("stars < 3.5", {"stars": 3.49}, True),
        ("stars < 3.5", {"stars": 3.5}, False),
        ("3 >= stars", {"stars": 4}, False),
        ("stars between 2 and 4", {"stars": 4}, True),
        ("stars in (1, 5)", {"stars": 5}, True),
        ("stars <= 3", {}, None),
        ("not stars <= 3", {}, None),
        ("missing(stars) or stars <= 3", {}, True),
        ("known(stars)", {"stars": 1}, True),
        ("cancelled_by = 'seller'", {"cancelled_by": "seller"}, True),
        ("cancelled_by <> 'seller'", {"cancelled_by": "buyer"}, True),
        ("cancelled_by in ('buyer', 'platform')", {"cancelled_by": "platform"}, True),
        ("is_paid and (stars = 1 or stars = 5)", {"is_paid": True, "stars": 5}, True),
        ("is_paid", {}, False),
        ("amount_minor >= 500", {"amount_minor": 499}, False),
        ("amount_minor * 2 - 1 = 999", {"amount_minor": 500}, True),
        ("abs(amount_minor - 10) = 5", {"amount_minor": 5}, True),
        ("if(is_paid, amount_minor, 0) = 7", {"is_paid": True, "amount_minor": 7}, True),
        ("if(is_paid, amount_minor, 0) = 0", {"amount_minor": 7}, True),
        ("shipped_on > ship_by_on", {"shipped_on": FIRST, "ship_by_on": AS_OF}, False),
        ("age(closed_on) = 89", {"closed_on": FIRST}, True),
        ("days_between(paid_on, shipped_on) = 89", {"paid_on": FIRST, "shipped_on": AS_OF}, True),
        ("closed_on + 89 = shipped_on", {"closed_on": FIRST, "shipped_on": AS_OF}, True),
    ],
)
def test_a_row_expression_means_what_it_says(text, row, expected):
    assert holds(text, row) is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(FIRST - timedelta(1), False), (FIRST, True), (AS_OF, True), (AS_OF + timedelta(1), False)],
)
def test_a_window_holds_its_first_and_its_last_day(day, expected):
    assert holds("within(shipped_on)", {"shipped_on": day}) is expected
    moved = day - timedelta(30)
    assert holds("within(shipped_on + 30)", {"shipped_on": moved}) is expected


def test_without_a_window_everything_up_to_the_as_of_day_lies_within():
    assert holds("within(shipped_on)", {"shipped_on": date(1995, 1, 1)}, None) is True
    assert holds("within(shipped_on)", {"shipped_on": AS_OF + timedelta(1)}, None) is False


def test_what_lies_ahead_of_the_as_of_day_is_hidden():
    tomorrow = AS_OF + timedelta(1)
    row = {"feedback_on": tomorrow, "stars": 1, "is_paid": True, "paid_on": tomorrow}
    as_of = exp.cast(exp.Literal.string(AS_OF.isoformat()), exp.DataType.Type.DATE)
    for name, hidden in (("stars", None), ("feedback_on", None), ("is_paid", False)):
        column = ORDER.column(name)
        assert evaluated(lambda _, c=column: row_sql.seen(c, ORDER, as_of.copy()), row) is hidden
        bare = {name: row[name]}  # a value whose day nobody knows is not hidden
        if name != "feedback_on":
            found = evaluated(lambda _, c=column: row_sql.seen(c, ORDER, as_of.copy()), bare)
            assert found not in (None, False)
