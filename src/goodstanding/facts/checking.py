"""A source's rows as facts: every column typed, or the reasons why a row cannot be one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from goodstanding.facts.kinds import check
from goodstanding.facts.shapes import Check, shape_of, shown
from goodstanding.facts.source import as_written
from goodstanding.facts.sql import listed, literal, quoted
from goodstanding.facts.store import STORED_TYPES
from goodstanding.facts.tables import Column, Kind, Table

MISSING_KEY = "missing, and part of the key"
RECORDED_AT = Column("recorded_at", Kind.INSTANT, "when the market learned of it")


def checked(
    table: Table,
    query: str,
    types: Mapping[str, str],
    zone: str,
    *,
    may_miss: tuple[str, ...] = (),
) -> str:
    """Return SQL that reads a source's rows as facts, one for one.

    It yields every canonical column (ids as text; NULL where silent, and of no meaning where
    wrong), `recorded_at`, `place`, `problems` (a list of column and reason; NULL where there
    are none), `skipped` (the columns that held a local time that no clock showed; NULL where
    there are none) and `row_text` (JSON, beside problems only; of what was worked out, it holds
    what the source said). `types` are DuckDB's types of the query's columns; `may_miss` names key
    columns that may be silent all the same.
    """
    columns = (*table.columns, RECORDED_AT)
    received = [column for column in columns if column.name in types]
    shapes = {column.name: shape_of(types[column.name]) for column in received}
    checks = {column.name: check(column, shapes[column.name], zone) for column in received}
    steps = [f"received as (\n  {query}\n)"]
    steps += _layers(checks.values())
    written = {c.name: as_written(c.name) for c in received if as_written(c.name) in types}
    raw = [*checks, *written.values()]
    skipped = {
        column.name: _skipped(column) for column in received if _is_looked_at(checks, column)
    }
    steps.append(_judged(columns, checks, raw, before=f"layer_{len(steps) - 2}"))
    wrong = _reasons(table, columns, checks, may_miss)
    is_wrong = " or ".join(f"{reason} is not null" for reason in wrong.values()) or "false"
    reasons = ", ".join(
        f"{{'column_name': {literal(name)}, 'reason': {reason}}}" for name, reason in wrong.items()
    )
    texts = {name: shown(name, shape) for name, shape in shapes.items()}
    texts |= {name: quoted(companion) for name, companion in written.items()}
    row = ", ".join(f"{literal(name)}: {text}" for name, text in texts.items())
    problems = f"list_filter([{reasons}], lambda p: p.reason is not null)"
    final = [
        *(f"{quoted(_value(column))} as {quoted(column.name)}" for column in columns),
        "place",
        f"case when {is_wrong} then {problems} end as problems",
        f"case when {is_wrong} then cast(to_json({{{row}}}) as varchar) end as row_text",
        f"{_listed_skipped(skipped)} as skipped",
    ]
    return f"with {', '.join(steps)}\nselect\n  {listed(final)}\nfrom judged"


def checked_type(column: Column) -> str:
    """Return a checked column's type: the market's own, except that ids are still texts."""
    return "varchar" if column.kind is Kind.NUMBERED else STORED_TYPES[column.kind]


def _layers(checks: Iterable[Check]) -> list[str]:
    """Return the steps that work out each check's parts, all of one depth at a time."""
    several = list(checks)
    steps = ["layer_0 as (select * from received)"]
    for depth in range(max((len(each.layers) for each in several), default=0)):
        parts = [
            f"{sql} as {quoted(name)}"
            for each in several
            for name, sql in (each.layers[depth].items() if depth < len(each.layers) else ())
        ]
        steps.append(_step(f"layer_{depth + 1}", ["*", *parts], f"layer_{depth}"))
    return steps


def _judged(
    columns: Iterable[Column], checks: Mapping[str, Check], raw: Iterable[str], *, before: str
) -> str:
    values, against = [], []
    for column in columns:
        found = checks.get(column.name)
        value = "null" if found is None else found.value
        values.append(f"cast({value} as {checked_type(column)}) as {quoted(_value(column))}")
        if found is not None and found.problem is not None:
            against.append(f"{found.problem} as {quoted(_problem(column))}")
        if found is not None and found.is_skipped is not None:
            against.append(f"{found.is_skipped} as {quoted(_skipped(column))}")
    return _step("judged", ["place", *map(quoted, raw), *values, *against], before)


def _reasons(
    table: Table,
    columns: Iterable[Column],
    checks: Mapping[str, Check],
    may_miss: tuple[str, ...],
) -> dict[str, str]:
    """Return SQL by column for what is wrong with it, NULL where nothing is."""
    reasons = {}
    for column in columns:
        problem = quoted(_problem(column))
        has_problem = column.name in checks and checks[column.name].problem is not None
        if column.name in table.key and column.name not in may_miss:
            absent = f"case when {quoted(_value(column))} is null then {literal(MISSING_KEY)} end"
            reasons[column.name] = f"coalesce({problem}, {absent})" if has_problem else absent
        elif has_problem:
            reasons[column.name] = problem
    return reasons


def _step(name: str, columns: list[str], before: str) -> str:
    return f"{name} as (\n  select\n    {listed(columns, '    ')}\n  from {before}\n)"


def _value(column: Column) -> str:
    return f"{column.name} value"


def _is_looked_at(checks: Mapping[str, Check], column: Column) -> bool:
    return checks[column.name].is_skipped is not None


def _listed_skipped(flags: Mapping[str, str]) -> str:
    if not flags:
        return "cast(null as varchar[])"
    names = ", ".join(f"case when {quoted(f)} then {literal(n)} end" for n, f in flags.items())
    any_flag = " or ".join(quoted(flag) for flag in flags.values())
    return f"case when {any_flag} then list_filter([{names}], lambda n: n is not null) end"


def _skipped(column: Column) -> str:
    return f"{column.name} skipped"


def _problem(column: Column) -> str:
    return f"{column.name} problem"
