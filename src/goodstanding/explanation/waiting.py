"""What time alone does to a result: the same rows, on later days."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sqlglot import exp

from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import statement
from goodstanding.days import ONE_DAY
from goodstanding.explanation.answer import Waiting
from goodstanding.explanation.clean_rows import day_columns
from goodstanding.explanation.scenarios import MOST_ROWS, Judged, Scenario, Stage, judge
from goodstanding.explanation.subject_market import kept_rows
from goodstanding.expressions.nodes import Call, Node, parts
from goodstanding.rulebook.conditions import conditions as rule_conditions
from goodstanding.rulebook.conditions import follows_calendar
from goodstanding.standing.due import next_assessed

_DAYS_BEYOND = 366  # beyond the longest window, for deadlines that lie ahead
_DAYS_AT_ONCE = 32  # the fewest days that are tried in one pass

Does = Callable[[Judged], bool]


def waiting(stage: Stage, does: Does) -> Waiting | None:
    """Find the first day on which a result does, no order coming in and nothing going wrong.

    And the first day of assessment from then on, on which it does. The rows as they are have
    been judged on the first day, and on the one before. None where months matter to the
    rulebook: rows moved by days would fall into others.
    """
    if follows_calendar(stage.market.question.rulebook):
        return None
    calendar = stage.market.question.rulebook.calendar
    on = assessed_on = None
    until = last_day(stage)
    for day, result in _later(stage, until):
        if does(result):
            on = on or day
            if next_assessed(calendar, day) == day:
                assessed_on = day
                break
    if on is not None and (not does(judged_on(stage, on)) or does(judged_on(stage, on - ONE_DAY))):
        raise ValueError(f"rows moved to {on} are judged unlike the rows on that day")
    return Waiting(on=on, assessed_on=assessed_on, tried_until=until)


def judged_on(stage: Stage, day: date) -> Judged:
    """Judge the rows as they are on another day."""
    market = stage.market
    query = exp.select(*stage.names).from_("results")
    sql = statement(market.judging_steps(), query, "duckdb")
    ((*row,),) = market.database.rows(sql, named_values(sql, market.values(day)))
    return dict(zip(stage.names, row, strict=True))


def last_day(stage: Stage) -> date:
    """Return the last day to try: beyond it nothing changes, or only what lies far ahead."""
    market = stage.market
    as_of = market.question.as_of
    lengths = [measure.window.length for measure in market.question.rulebook.measures.values()]
    longest = max((length.n for length in lengths if length is not None), default=0)
    furthest = as_of + (longest + _DAYS_BEYOND) * ONE_DAY
    conditions = [condition.node for _, condition, _ in rule_conditions(market.question.rulebook)]
    if None in lengths or any(map(_asks_age, conditions)):
        return furthest
    # What a window's first day has passed never comes back.
    earliest = min(market.counting.bound_values(as_of).values())
    latest = [
        day
        for kind in market.kinds
        for day in market.database.rows(
            f"select {', '.join(f'max({name})' for name in day_columns(kind))} "
            f"from {kept_rows(kind)}"
        )[0]
        if day is not None
    ]
    return min(furthest, as_of + max(max(latest, default=as_of) - earliest + ONE_DAY, ONE_DAY))


def _asks_age(node: Node) -> bool:
    return (isinstance(node, Call) and node.function == "age") or any(map(_asks_age, parts(node)))


def _later(stage: Stage, until: date) -> Iterator[tuple[date, Judged]]:
    as_of = stage.market.question.as_of
    at_once = max(_DAYS_AT_ONCE, MOST_ROWS // max(stage.rows_n, 1))
    days = range(1, (until - as_of).days + 1)
    for start in range(0, len(days), at_once):
        tried = days[start : start + at_once]
        for day, result in zip(
            tried, judge(stage, [Scenario(days_later=day) for day in tried]), strict=True
        ):
            yield as_of + day * ONE_DAY, result
