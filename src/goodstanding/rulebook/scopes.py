"""Which names an expression of a rulebook may use, with their types.

Used where a rulebook is checked, and by whoever asks for the type of a part of an expression
(`expressions.inference.infer`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from goodstanding.expressions.types import (
    ROW_FUNCTIONS,
    SUBJECT_FUNCTIONS,
    UNKNOWN,
    WHOLE,
    Kind,
    Scope,
    Type,
)
from goodstanding.rows.catalogue import RowColumn, RowKind
from goodstanding.rows.catalogue import Type as Held
from goodstanding.rulebook.model import Indicator

_KINDS = {
    Held.FLAG: Kind.FLAG,
    Held.WHOLE: Kind.WHOLE,
    Held.STARS: Kind.STARS,
    Held.MONEY: Kind.MONEY,
    Held.DAY: Kind.DAY,
    Held.CODE: Kind.CODE,
    Held.IDENTITY: Kind.IDENTITY,
}


def column_type(column: RowColumn, kind: RowKind) -> Type:
    """Return the type of a row's column; flags, keys and who is assessed are never missing."""
    is_always_there = column.type is Held.FLAG or column.name in {*kind.key, "seller_id"}
    return Type(kind=_KINDS[column.type], codes=column.codes, may_be_missing=not is_always_there)


def row_scope(kind: RowKind, *, measures: Iterable[str] = (), has_window: bool = True) -> Scope:
    """Return the scope of `where`, `when` and `any`: the columns of a row kind.

    `measures` are explained when they are named; without a window there is no `within`.
    """
    elsewhere = dict.fromkeys(measures, "It is counted per subject; a row has only its columns.")
    functions = dict(ROW_FUNCTIONS)
    if not has_window:
        del functions["within"]
        elsewhere["within"] = "A set of rows has no window; say it in a measure of these rows."
    return Scope(
        called=f"a column of {_one(kind)}",
        names={column.name: column_type(column, kind) for column in kind.columns},
        functions=functions,
        elsewhere=elsewhere,
    )


def guard_scope(
    measures: Collection[str],
    kinds: Iterable[RowKind],
    indicators: Iterable[str] = (),
    broken: Iterable[str] = (),
) -> Scope:
    """Return the scope of `not_assessed_if`: measures only, which are counted first."""
    columns = {name for kind in kinds for name in kind.names} - set(measures)
    elsewhere = {
        **dict.fromkeys(columns, "It is a column of a row; make a measure that counts such rows."),
        **dict.fromkeys(indicators, "It is an indicator, which comes later; name measures."),
    }
    return Scope(
        called="a measure",
        names={**dict.fromkeys(broken, UNKNOWN), **dict.fromkeys(measures, WHOLE)},
        functions=SUBJECT_FUNCTIONS,
        has_fractions=True,
        elsewhere=elsewhere,
    )


def subject_scope(
    measures: Collection[str],
    indicators: Mapping[str, Indicator],
    kinds: Iterable[RowKind] = (),
    broken: Iterable[str] = (),
) -> Scope:
    """Return the scope of limits and of `not_graded`: measures and indicators.

    Rows' columns are explained when they are named; `broken` names are not blamed.
    """
    scope = guard_scope(measures, kinds, broken=broken)
    names = {**scope.names, **{i.name: indicator_type(i) for i in indicators.values()}}
    return replace(scope, called="a measure or an indicator", names=names)


def indicator_type(indicator: Indicator) -> Type:
    """Return the type of an indicator: a count, or a ratio that may be not assessed."""
    if indicator.ratio is None:
        return WHOLE
    return Type(kind=Kind.RATIO, is_share=indicator.is_subset, may_be_missing=True)


def _one(kind: RowKind) -> str:
    return f"an {kind.name}" if kind.name[0] in "aeiou" else f"a {kind.name}"
