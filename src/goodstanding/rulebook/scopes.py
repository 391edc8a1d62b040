"""Which names an expression of a rulebook may use, with their types.

Used where a rulebook is checked, and by whoever asks for the type of a part of an expression
(`expressions.inference.infer`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from goodstanding.expressions.inference import infer
from goodstanding.expressions.types import (
    PERIOD_FUNCTIONS,
    ROW_FUNCTIONS,
    SUBJECT_FUNCTIONS,
    UNKNOWN,
    VALUE_FUNCTIONS,
    WHOLE,
    Function,
    Kind,
    Scope,
    Type,
    lookup_function,
)
from goodstanding.rows.catalogue import ROW_KINDS, RowColumn, RowKind
from goodstanding.rows.catalogue import Type as Held
from goodstanding.rulebook.conditions import kinds_of_rows
from goodstanding.rulebook.model import Indicator, Measure, Rulebook

_KINDS = {
    Held.FLAG: Kind.FLAG,
    Held.WHOLE: Kind.WHOLE,
    Held.STARS: Kind.STARS,
    Held.POINTS: Kind.POINTS,
    Held.MONEY: Kind.MONEY,
    Held.DAY: Kind.DAY,
    Held.CODE: Kind.CODE,
    Held.IDENTITY: Kind.IDENTITY,
}


def column_type(column: RowColumn, kind: RowKind) -> Type:
    """Return the type of a row's column; flags, keys and who is assessed are never missing."""
    is_always_there = (
        column.type is Held.FLAG
        or column.name in kind.key
        or (
            column.name == "seller_id" and kind.is_of_orders  # elsewhere others may be meant
        )
    )
    return Type(kind=_KINDS[column.type], codes=column.codes, may_be_missing=not is_always_there)


def row_scope(
    kind: RowKind,
    *,
    measures: Iterable[str] = (),
    has_window: bool = True,
    lookups: Iterable[str] = (),
) -> Scope:
    """Return the scope of `where`, `when` and `any`: the columns of a row kind, and `lookups`.

    `measures` are explained when they are named; without a window there is no `within`.
    """
    elsewhere = dict.fromkeys(measures, "It is counted per subject; a row has only its columns.")
    functions = {**_lookup_functions(lookups), **ROW_FUNCTIONS}
    if not has_window:
        del functions["within"]
        elsewhere["within"] = "A set of rows has no window; say it in a measure of these rows."
    return Scope(
        called=f"a column of {_one(kind)}",
        names={column.name: column_type(column, kind) for column in kind.columns},
        functions=functions,
        elsewhere=elsewhere,
    )


def repeat_scope(kind: RowKind) -> Scope:
    """Return the scope of `per`: columns of a row, periods that days lie in, one of two values."""
    scope = row_scope(kind, has_window=False)
    return replace(scope, functions=PERIOD_FUNCTIONS)


def guard_scope(rulebook: Rulebook, broken: Iterable[str] = ()) -> Scope:
    """Return the scope of `not_assessed_if`: measures only, which are counted first.

    Rows' columns are explained when they are named; `broken` names are not blamed.
    """
    measures = rulebook.measures
    columns = {name for kind in kinds_of_rows(rulebook) for name in kind.names} - set(measures)
    types = {measure.name: measure_type(measure, rulebook) for measure in measures.values()}
    elsewhere = {
        **dict.fromkeys(columns, "It is a column of a row; make a measure that counts such rows."),
        **dict.fromkeys(
            rulebook.indicators, "It is an indicator, which comes later; name measures."
        ),
        **{n: f"It adds up {t}; make a mean of it." for n, t in types.items() if _is_scaled(t)},
        **{n: f'Make an indicator of it: is = "{n}(x)".' for n in rulebook.lookups},
    }
    named = {name: given for name, given in types.items() if not _is_scaled(given)}
    return Scope(
        called="a measure",
        names={**dict.fromkeys(broken, UNKNOWN), **named},
        functions=SUBJECT_FUNCTIONS,
        has_fractions=True,
        elsewhere=elsewhere,
    )


def subject_scope(rulebook: Rulebook, broken: Iterable[str] = ()) -> Scope:
    """Return the scope of limits and of `not_graded`: measures and indicators.

    What is explained and what is not blamed is as in `guard_scope`.
    """
    scope = guard_scope(rulebook, broken)
    types = {i.name: indicator_type(i, rulebook) for i in rulebook.numbers.values()}
    elsewhere = {name: why for name, why in scope.elsewhere.items() if name not in types}
    return replace(
        scope,
        called="a measure or an indicator",
        names={**scope.names, **types},
        elsewhere=elsewhere,
    )


def value_scope(
    rulebook: Rulebook, broken: Iterable[str] = (), broken_lookups: Iterable[str] = ()
) -> Scope:
    """Return the scope of formulas, points and curves: numbers of a subject, and of its peers."""
    lookups = _lookup_functions((*rulebook.lookups, *broken_lookups))
    functions = {**lookups, **VALUE_FUNCTIONS}
    elsewhere = {}
    if rulebook.peers is None:
        for name in [name for name in functions if name.startswith("peer_")]:
            del functions[name]
            elsewhere[name] = "Say whom a subject is compared with: peers = { … }."
    scope = subject_scope(rulebook, broken)
    return replace(
        scope, functions=functions, can_divide=True, elsewhere={**scope.elsewhere, **elsewhere}
    )


def measure_type(measure: Measure, rulebook: Rulebook) -> Type:
    """Return the type of a measure: a count, or of one that adds up what it adds up."""
    if measure.sum is None:
        return WHOLE
    kind = ROW_KINDS[rulebook.rows[measure.rows].kind]
    found, _ = infer(measure.sum.node, row_scope(kind, lookups=rulebook.lookups))
    return replace(found, may_be_missing=False, is_sum=True)


def indicator_type(indicator: Indicator, rulebook: Rulebook) -> Type:
    """Return the type of an indicator: a count, or a ratio or mean that may be not assessed."""
    if indicator.formula is not None:
        return Type(kind=Kind.FRACTION, may_be_missing=True)
    if indicator.ratio is not None:
        return Type(kind=Kind.RATIO, is_share=indicator.is_subset, may_be_missing=True)
    made_of = measure_type(rulebook.measures[indicator.measures[0]], rulebook)
    if indicator.mean is None:
        return made_of
    return Type(kind=Kind.MEAN, is_of_stars=made_of.kind is Kind.STARS, may_be_missing=True)


def scale_of(measure: Measure, rulebook: Rulebook) -> int:
    """Return how many times what a measure adds up is kept: 100 times for stars, say."""
    kind = measure_type(measure, rulebook).kind
    return next((held.scale for held, known in _KINDS.items() if known is kind), 1)


def _lookup_functions(names: Iterable[str]) -> dict[str, Function]:
    return {name: lookup_function(name) for name in names}


def _is_scaled(given: Type) -> bool:
    return given.kind in {Kind.STARS, Kind.POINTS}


def _one(kind: RowKind) -> str:
    return f"an {kind.name}" if kind.name[0] in "aeiou" else f"a {kind.name}"
