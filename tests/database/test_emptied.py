"""Steps from which goes what is looked for in tables that hold nothing."""

from __future__ import annotations

import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.database.emptied import without_empty
from goodstanding.database.steps import Step, parse, render

TABLES = "create table facts as select * from (values (1, 'a'), (2, 'b')) as t(k, v)"


def left(*queries: str) -> list[str]:
    """Return what is left of steps `one`, `two`, … where the table `none` holds no row."""
    names = ("one", "two", "three")
    steps = [Step(name, "", parse(sql)) for name, sql in zip(names, queries, strict=False)]
    return [
        " ".join(render(step, "duckdb").lower().split()) for step in without_empty(steps, ["none"])
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select k from facts union all select k from none", "select k from facts"),
        (
            "select k from facts union all select f.k from facts as f join none on none.k = f.k",
            "select k from facts",
        ),
        (
            "select k from facts union all select k from facts where k in (select k from none)",
            "select k from facts",
        ),
        (
            (
                "select k from facts union all select k from "
                "(select k from facts where v = 'a' and k in (select k from none)) as x"
            ),
            "select k from facts",
        ),
        (
            "select k from facts where not k in (select k from none) and v = 'a'",
            "select k from facts where true and v = 'a'",
        ),
        (
            "select k from facts union all select k from none union all select k from facts",
            "select k from facts union all select k from facts",
        ),
        (
            "select k from facts union all select max(k) from none group by v",
            "select k from facts",
        ),
    ],
)
def test_what_yields_nothing_goes(sql, expected):
    assert left(sql) == [expected]


@pytest.mark.parametrize(
    "sql",
    [
        "select k from none union all select k from facts",  # it names the columns
        "select k from facts union select k from none",  # and tells different ones apart
        "select k from facts union all select count(*) from none",
        "select k from facts union all select count(*) from facts where k in (select k from none)",
        "select f.k from facts as f left join none on none.k = f.k",
        "select k from facts where k in (select k from none) or v = 'a'",
        "select k in (select k from none) as is_there from facts",
        "select k from facts where not (k in (select k from none) and v = 'a')",
        "select f.k from facts as f anti join none on none.k = f.k",
        "select k from facts except all select k from none",
        "select k from facts union all select k from none limit 1",
        "select k from facts union all select f.k from none right join facts as f on f.k = none.k",
        "select k from facts union all select f.k from none full join facts as f on f.k = none.k",
        "with more as (select 5 as k) select k from more union all select k from none",
        "select k from facts union all select product(k) from none",
        "select k from facts union all select max(k) from none group by rollup (k)",
        "select k from facts union all select 7 from none having true",
    ],
)
def test_what_may_yield_something_stays(sql):
    assert left(sql) == [" ".join(render(Step("one", "", parse(sql)), "duckdb").lower().split())]


def test_a_step_that_yields_nothing_is_nothing_to_those_that_read_it():
    one, two, three = left(
        "select k from none",
        "select k from one",
        "select k from facts union all select k from two",
    )
    assert (one, two, three) == ("select k from none", "select k from one", "select k from facts")


def test_a_step_that_is_called_like_an_empty_table_is_read_in_its_place():
    steps = [Step("none", "", parse("select 5 as k"))]
    steps.append(Step("one", "", parse("select k from facts union all select k from none")))
    assert without_empty(steps, ["none"]) == steps


def test_a_step_that_reads_itself_is_left_as_it_is():
    sql = "select k from none union all select k + 1 from one where k < 3"
    assert left(sql) == [" ".join(render(Step("one", "", parse(sql)), "duckdb").lower().split())]


@pytest.mark.parametrize(
    "sql",
    [
        "select k from facts where not (k, v) in (select k, v from none)",
        "select f.k from facts as f left join none on none.k = f.k",
        "select k from facts union all select count(*) from none",
        "select k from facts where not k in (select k from none) or v = 'z'",
    ],
)
def test_the_rest_yields_the_same(sql):
    database = DuckDB.open(None)
    database.execute(TABLES)
    database.execute("create table none (k integer, v varchar)")
    (step,) = without_empty([Step("one", "", parse(sql))], ["none"])
    assert sorted(database.rows(render(step, "duckdb"))) == sorted(database.rows(sql))
    database.close()
