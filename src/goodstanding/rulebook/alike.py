"""Rows that are alike: repeats that count once, and limits on what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from goodstanding.errors import near
from goodstanding.expressions.inference import infer
from goodstanding.expressions.types import Kind
from goodstanding.rows.catalogue import ROW_KINDS, RowKind, Type
from goodstanding.rulebook.conditions import a
from goodstanding.rulebook.document import MeasureTable, RowsTable, SourcedTable
from goodstanding.rulebook.model import Collapse, Expression, Limited, Measure, Origin, RowSet
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.scopes import repeat_scope, row_scope

_ALIKE = frozenset({Kind.IDENTITY, Kind.CODE, Kind.DAY, Kind.WHOLE})
# Where an entry comes from: what it says itself, and for the rest what it stands in.
_Originating = Callable[[SourcedTable, Origin | None], Origin]
_Reading = Callable[[Path, str], Expression]


def collapse_of(
    name: str, rows: RowsTable, origin: _Originating, expression: _Reading
) -> Collapse | None:
    """Return how the repeats among a set of rows are told; None where nothing repeats."""
    table = rows.collapse
    if table is None:
        return None
    return Collapse(
        per=_per(("rows", name, "collapse"), table.per, expression),
        keep=table.keep,
        at_most=table.at_most,
        by=table.by,
        apart_days=table.apart_days,
        origin=origin(table, origin(rows, None)),
    )


def limited_of(
    name: str, measure: MeasureTable, origin: _Originating, expression: _Reading
) -> Limited | None:
    """Return how much of a measure's sum those alike can make; None where that is not limited."""
    table = measure.limited
    if table is None:
        return None
    return Limited(
        per=_per(("measure", name, "limited"), table.per, expression),
        by=table.by,
        least=table.range[0],
        most=table.range[1],
        origin=origin(table, origin(measure, None)),
    )


def _per(path: Path, written: Sequence[str], expression: _Reading) -> tuple[Expression, ...]:
    return tuple(expression((*path, "per", at), text) for at, text in enumerate(written))


def check_collapse(rows: RowSet, collapse: Collapse, notes: Notes) -> None:
    """Note repeats told by what is not the same or different, or of which another one counts."""
    path: Path = ("rows", rows.name, "collapse")
    _check_alike(path, collapse.per, collapse.by, ROW_KINDS[rows.kind], notes)
    if collapse.apart_days is None:
        return
    if collapse.keep != "first":
        what = "'apart_days' counts days from the first on, and the last is kept."
        notes.add((*path, "keep"), what, "Write keep = \"first\", or leave 'apart_days' out.")
    if collapse.at_most > 1:
        what = f"'apart_days' lets one of those so near count, and {collapse.at_most} are kept."
        notes.add((*path, "at_most"), what, "Leave 'at_most' or 'apart_days' out.")


def check_limited(measure: Measure, kind: RowKind, lookups: Iterable[str], notes: Notes) -> None:
    """Note a limit on what is not added up, told by what is no key, or that nothing lies within."""
    limited, path = measure.limited, ("measure", measure.name, "limited")
    if limited is None:
        return
    _check_alike(path, limited.per, limited.by, kind, notes)
    if measure.sum is None:
        what = "It limits what rows add up to, and this measure counts them."
        notes.add(path, what, 'Say what it adds up: sum = "if(stars >= 4, 1, 0)".')
    elif notes.is_whole(*path[:2]):
        found, _ = infer(measure.sum.node, row_scope(kind, lookups=lookups))
        if found.kind is not Kind.WHOLE:
            what = f"{measure.sum.text} is {found}: only whole numbers are limited."
            notes.add(path, what, 'Add up points: sum = "if(stars >= 4, 1, 0)".')
    if not limited.least <= 0 <= limited.most or limited.least == limited.most:
        what = f"No rows at all add up to 0, which is not within {limited.least} to {limited.most}."
        if limited.least == limited.most:
            what = "It leaves nothing to be added up."
        notes.add((*path, "range"), what, "Write the least, 0 or below, then the most: [-6, 6].")


def _check_alike(
    path: Path, per: Sequence[Expression], by: str, kind: RowKind, notes: Notes
) -> None:
    scope = repeat_scope(kind)
    for at, each in enumerate(per):
        found, faults = infer(each.node, scope)
        for fault in faults:
            notes.add((*path, "per", at), fault.what, fault.hint)
        if not faults and found.kind not in _ALIKE:
            what = f"{each.text} is {found}: rows are not told apart by that."
            notes.add((*path, "per", at), what, "Name an id, a code, a day, or ten_days(day).")
    if not kind.has(by) or kind.column(by).type is not Type.DAY:
        days = [column.name for column in kind.columns if column.type is Type.DAY]
        what = f"'{by}' is no day of {a(kind.name)}."
        notes.add((*path, "by"), what, near(by, days))
