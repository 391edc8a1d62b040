import pytest
from sqlglot import exp

from goodstanding.database.steps import (
    DIALECTS,
    Step,
    bound,
    dialect_named,
    parse,
    render,
    statement,
)
from goodstanding.errors import ArgumentInvalid

STEPS = [
    Step("first", "the first one", parse("select a from given where b <= $day")),
    Step("unused", "nobody reads it", parse("select 1 as x")),
    Step("second", "reads the first twice", parse("select f.a from first f join first g on true")),
]


def test_steps_that_the_last_one_does_not_need_are_left_out():
    sql = statement(STEPS, "second", "duckdb")
    assert "unused" not in sql
    assert sql.index("-- the first one") < sql.index("-- reads the first twice")


def test_a_step_read_twice_is_worked_out_once():
    sql = statement(STEPS, "second", "duckdb")
    assert "first as materialized" in sql
    assert "second as (" in sql


def test_every_step_is_materialised_on_postgresql():
    sql = statement(STEPS, "second", "postgres")
    assert sql.count(" as materialized (") == 2


@pytest.mark.parametrize(
    ("dialect", "written"), [("duckdb", "$day"), ("postgres", "%(day)s"), ("spark", ":day")]
)
def test_values_are_bound_by_name_and_never_written_in(dialect, written):
    assert written in statement(STEPS, "first", dialect)
    assert bound("day").sql(dialect=dialect) == written


@pytest.mark.parametrize("dialect", DIALECTS)
def test_whole_number_division_stays_whole(dialect):
    query = exp.select(exp.IntDiv(this=exp.column("a"), expression=exp.column("b"))).from_("t")
    assert "DIV(" not in statement([], query, dialect)


def test_an_unknown_database_is_refused_with_the_known_ones():
    with pytest.raises(ArgumentInvalid, match="there is no database 'oracle'") as caught:
        dialect_named("oracle")
    assert "duckdb, postgres, spark" in str(caught.value)


def test_what_is_no_query_is_a_broken_precondition():
    with pytest.raises(ValueError, match="not a query"):
        parse("drop table orders")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_so_does_a_division_within_another(dialect):
    inner = exp.paren(exp.IntDiv(this=exp.column("a"), expression=exp.column("b")))
    query = exp.select(exp.IntDiv(this=inner, expression=exp.column("c"))).from_("t")
    assert "DIV(" not in statement([], query, dialect)


@pytest.mark.parametrize(
    ("dialect", "written"),
    [
        ("duckdb", "CAST(a AS INT128) * 2 // 3"),
        ("postgres", "CAST(DIV(CAST(a AS DECIMAL) * 2, 3) AS BIGINT)"),
        ("spark", "CAST(a AS DECIMAL(38, 0)) * 2 DIV 3"),
    ],
)
def test_what_needs_128_bits_is_divided_whole_by_every_database(dialect, written):
    step = Step("wide", "a quotient", parse("select cast(a as hugeint) * 2 // 3 as b from given"))
    assert written in render(step, dialect)


@pytest.mark.parametrize(
    ("dialect", "written"), [("postgres", "* INTERVAL '1 DAY'"), ("spark", "* INTERVAL '1' DAY")]
)
def test_an_interval_that_is_worked_out_is_one_so_many_times(dialect, written):
    step = Step("later", "a day", parse("select a + interval (-b) day as c from given"))
    assert written in render(step, dialect)


def test_spark_looks_up_a_place_that_may_be_missing():
    step = Step("found", "a value", parse("select (array[5, 6])[cast(a as int)] as b from given"))
    assert "GET((" in render(step, "spark").replace("\n", "").replace(" ", "")
