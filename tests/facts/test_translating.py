"""What an expression of a mapping file makes of a row."""

from typing import Any

import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.expressions.reading import read
from goodstanding.expressions.tokens import ExpressionError
from goodstanding.facts.shapes import Shape
from goodstanding.facts.translating import condition, translated

COLUMNS: dict[str, Shape] = dict.fromkeys(("a", "b", "price", "state", "empty", "odd one"), "text")
COLUMNS |= {"count": "whole", "is_open": "flag", "at": "utc", "several": "nested"}
ROW = """
    select
      'x' as a, 'y' as b, '19.99' as price, 'paid' as state, ' ' as empty, 'o' as "odd one",
      7 as count, true as is_open, make_timestamptz(2018, 1, 5, 12, 0, 0, 'UTC') as at
"""


def value(text: str) -> Any:
    database = DuckDB.open(None)
    try:
        sql = translated(read(text, quoted_names=True), COLUMNS)
        return database.rows(f"select {sql} from ({ROW})")[0][0]
    finally:
        database.close()


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a", "x"),
        ('"odd one"', "o"),
        ("'fixed'", "fixed"),
        ("''", None),
        ("count", 7),
        ("is_open", True),
        # Numbers are exact to six places, and written without needless zeros.
        ("price * 100", "1999"),
        ("price", "19.99"),
        ("count * 10", "70"),
        ("price + 0.005", "19.995"),
        ("count / 3", "2.333333"),
        ("-count", "-7"),
        ("1.1 * 1.1 * 100", "121"),
        ("0.000001 * 1", "0.000001"),
        ("a * 100", "not a number"),
        ("count / 0", "not a number"),
        ("empty * 100", None),
        ("count - empty", None),
        ("5", "5"),
        ("join(a, '/', b)", "x/y"),
        ("join(a, count)", "x7"),
        ("join(a, price * 100)", "x1999"),
        ("join(a, empty)", None),
        ("if(state = 'paid', a, b)", "x"),
        ("if(state <> 'paid', a, b)", "y"),
        ("if(empty = 'paid', a, b)", None),
        ("if(state = 'paid', count * 2, '')", "14"),
        ("if(state = 'new', count * 2, '')", None),
        ("if(state = 'new', 'a', if(count > 6, 'b', 'c'))", "b"),
        ("if(known(empty), a, b)", "y"),
        ("if(missing(empty), a, b)", "x"),
        ("if(is_open, a, b)", "x"),
        ("if(not is_open, a, b)", "y"),
        ("if(true, a, b)", "x"),
        ("state = 'paid'", True),
        ("state in ('new', 'paid')", True),
        ("state not in ('new', 'paid')", False),
        ("known(state) and count between 1 and 7", True),
        ("(state = 'new' or count >= 8) or price > 20", False),
        ("price < 100", True),  # as numbers, not as texts
        ("price < 100 and price > 9", True),
        ("a < 5", None),
        ("empty = 'x'", None),
        ("is_open = true", True),
        ("known(at)", True),
        ("join('at ', at)", "at 2018-01-05T12:00:00.000000Z"),
        # Instants come as ISO 8601, which is read on as any other.
        ("instant('31/01/2026 10:00', 'DD/MM/YYYY hh:mm')", "2026-01-31T10:00"),
        ("instant(join(count, '.1.', '2026'), 'D.M.YYYY')", "2026-01-07"),
        ("instant(a, 'DD/MM/YYYY')", "not an instant"),
        ("instant(empty, 'DD/MM/YYYY')", None),
        ("epoch('1769853600')", "2026-01-31T10:00:00.000000Z"),
        ("epoch(count * 86400)", "1970-01-08T00:00:00.000000Z"),
        ("epoch_ms('1769853600123')", "2026-01-31T10:00:00.123000Z"),
        ("epoch(a)", "not an instant"),
        ("epoch(empty)", None),
        ("if(state = 'paid', epoch(count), '')", "1970-01-01T00:00:07.000000Z"),
        ("if(state = 'paid', at, epoch(count))", "2018-01-05T12:00:00.000000Z"),
        ("if(state = 'new', epoch(count), '')", None),
    ],
)
def test_what_an_expression_gives(text, result):
    assert value(text) == result


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c", "there is no column 'c'."),
        ("several", "column 'several' holds several values in one."),
        ("join(a, several)", "column 'several' holds several values in one."),
        ("price * c", "there is no column 'c'."),
        ("upper(a)", "there is no function 'upper' in a mapping."),
        ("if(a, b)", "'if' is not used so. It is written if(condition, a, b)."),
        ("known(a, b)", "'known' is not used so. It is written known(a)."),
        ("if(state = 'new', 'a', 5)", "'if' gives a number or a text."),
        ("state = 5 and a = 'x' and 5 = 'x'", "a number is compared with a text."),
        ("'a' + 1", "a number is expected here."),
        ("(a = 'x') + 1", "a number is expected here."),
        ("if('a', a, b)", "a condition is expected here."),
        ("if(count + 1, a, b)", "a condition is expected here."),
        (
            "instant(a)",
            "'instant' is not used so. It is written instant(a, 'DD/MM/YYYY hh:mm').",
        ),
        ("instant(a, b)", "'instant' is not used so."),
        ("instant(a, 'DD/MM')", "'DD/MM' has no year."),
        ("epoch(a, b)", "'epoch' is not used so. It is written epoch(seconds)."),
        ("join(epoch(a), b)", "an instant is no part of a text, nor asked about."),
        ("known(epoch(a))", "an instant is no part of a text, nor asked about."),
        ("epoch(a) > '2026-01-01'", "an instant is not compared here."),
        ("epoch(a) + 1", "a number is expected here."),
        ("if(epoch(a), a, b)", "a condition is expected here."),
        ("if(is_open, epoch(a), 'b')", "'if' gives an instant or a text."),
    ],
)
def test_what_cannot_be_meant(text, message):
    with pytest.raises(ExpressionError) as raised:
        translated(read(text, quoted_names=True), COLUMNS)
    assert str(raised.value).startswith(message)


def test_a_condition_is_asked_of_a_flag_and_of_texts_that_say_one():
    assert condition(read("is_open"), COLUMNS).startswith("(case when ")
    with pytest.raises(ExpressionError, match="a condition is expected here"):
        condition(read("'yes'"), COLUMNS)
