"""What the names in an expression are, and which functions may stand in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """What a value is, as messages call it."""

    FLAG = "a flag"
    WHOLE = "a whole number"
    FRACTION = "a number with decimals"  # kept in millionths
    STARS = "stars"  # kept in hundredths, written as 3 or 4.5
    POINTS = "points"  # kept in millionths, written as 90 or 59.5
    MONEY = "an amount of money"  # minor units
    DAY = "a day"
    CODE = "a code"  # a text of a declared list
    IDENTITY = "an id"  # compared, counted, grouped; never written out
    TEXT = "a text"
    RATIO = "a ratio"  # two whole numbers, compared by cross-multiplying
    MEAN = "a mean"  # likewise
    UNKNOWN = "something not understood"  # after a fault: whatever follows is not blamed


PAIRS = frozenset({Kind.RATIO, Kind.MEAN})
NUMBERS = frozenset({Kind.WHOLE, Kind.FRACTION, *PAIRS})
ANYTHING = frozenset(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A kind, and what more is known of the value.

    `codes` lists the texts of a code. `is_share` marks a ratio whose numerator is counted
    among its denominator, so that it lies between 0 and 1. `is_of_stars` marks a mean of stars,
    `is_sum` what rows add up to. `may_be_missing` is false for what every row or subject has:
    flags, keys, counts.
    """

    kind: Kind
    codes: tuple[str, ...] = ()
    is_share: bool = False
    is_of_stars: bool = False
    is_sum: bool = False
    may_be_missing: bool = False

    def __str__(self) -> str:
        if self.is_of_stars:
            return "a mean of stars"
        return "a ratio (0 to 1)" if self.is_share else str(self.kind)


UNKNOWN = Type(kind=Kind.UNKNOWN)
FLAG = Type(kind=Kind.FLAG)
WHOLE = Type(kind=Kind.WHOLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something in an expression that cannot be meant: what, and what to write instead."""

    what: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that may stand in an expression.

    `takes` names the kinds that each argument may have; `rest`, where not empty, those of any
    number of further ones. `gives` makes the result's type from the arguments'. The arguments
    from place `alike_from` on must be of one kind. The result is missing where an argument is,
    unless `asks_for_missing`.
    """

    usage: str
    meaning: str
    takes: tuple[frozenset[Kind], ...]
    gives: Callable[[Sequence[Type]], Type]
    rest: frozenset[Kind] = frozenset()
    alike_from: int | None = None
    asks_for_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where an expression stands: its names with their types, and the functions it may use.

    `called` says what a name is here ("a column of orders"); `elsewhere` explains names that
    exist, but not here. `has_fractions` allows numbers with decimals and calculating with
    ratios; a stars column is compared with 4.5 without it. `can_divide` allows `/`.
    """

    called: str
    names: Mapping[str, Type]
    functions: Mapping[str, Function]
    has_fractions: bool = False
    can_divide: bool = False
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def _always(given: Type) -> Callable[[Sequence[Type]], Type]:
    return lambda _: given


def _first_number(arguments: Sequence[Type]) -> Type:
    """Give the first argument's type; a ratio that is calculated with becomes a fraction."""
    first = arguments[0]
    return Type(kind=Kind.FRACTION) if first.kind in PAIRS else first


def widest(types: Sequence[Type]) -> Type:
    """Give the type that holds all of these, which are alike: a fraction where one is."""
    known = [given for given in types if given.kind is not Kind.UNKNOWN]
    if not known:
        return UNKNOWN
    kinds = {given.kind for given in known}
    if len(kinds) > 1 and kinds <= NUMBERS:
        return Type(kind=Kind.FRACTION)
    return _first_number(known)


_DAY = frozenset({Kind.DAY})
_CHOSEN = frozenset({Kind.FLAG, Kind.WHOLE, Kind.MONEY, Kind.DAY})

_KNOWN = Function(
    usage="known(x)",
    meaning="x is known",
    takes=(ANYTHING,),
    gives=_always(FLAG),
    asks_for_missing=True,
)
_MISSING = Function(
    usage="missing(x)",
    meaning="x is not known",
    takes=(ANYTHING,),
    gives=_always(FLAG),
    asks_for_missing=True,
)
_ABS = Function(
    usage="abs(x)",
    meaning="x without its sign",
    takes=(NUMBERS | {Kind.MONEY},),
    gives=_first_number,
)

# What may stand in an expression about a row: `where`, `when`, `any`.
ROW_FUNCTIONS: Mapping[str, Function] = {
    "within": Function(
        usage="within(day)",
        meaning="the day lies in the measure's window",
        takes=(_DAY,),
        gives=_always(FLAG),
    ),
    "known": _KNOWN,
    "missing": _MISSING,
    "age": Function(
        usage="age(day)",
        meaning="days from the day to the as-of day",
        takes=(_DAY,),
        gives=_always(WHOLE),
    ),
    "days_between": Function(
        usage="days_between(a, b)",
        meaning="days from a to b, below 0 where b is the earlier",
        takes=(_DAY, _DAY),
        gives=_always(WHOLE),
    ),
    "if": Function(
        usage="if(condition, a, b)",
        meaning="a where the condition holds, b where it does not, missing where it is unknown",
        # Stars and codes are compared where they stand, with what their column says of them.
        takes=(frozenset({Kind.FLAG}), _CHOSEN, _CHOSEN),
        gives=lambda arguments: widest(arguments[1:]),
        alike_from=1,
    ),
    "abs": _ABS,
}

# What may stand in `collapse.per` and `limited.per`, where rows are told apart.
PERIOD_FUNCTIONS: Mapping[str, Function] = {
    "ten_days": Function(
        usage="ten_days(day)",
        meaning="the third of a month that the day lies in: from the 1st, the 11th, the 21st on",
        takes=(_DAY,),
        gives=_always(WHOLE),
    ),
    "month": Function(
        usage="month(day)",
        meaning="the month that the day lies in",
        takes=(_DAY,),
        gives=_always(WHOLE),
    ),
    "if": ROW_FUNCTIONS["if"],
    "known": _KNOWN,
    "missing": _MISSING,
}

_PEER = "of those the subject is compared with"


def _of_peers(name: str, meaning: str) -> Function:
    return Function(
        usage=f"{name}(indicator)",
        meaning=f"{meaning} {_PEER}",
        takes=(PAIRS,),
        gives=lambda arguments: replace(arguments[0], may_be_missing=True),
    )


# What may stand where a subject's numbers are calculated with: formulas, points, curves.
VALUE_FUNCTIONS: Mapping[str, Function] = {
    "if": Function(
        usage="if(condition, a, b)",
        meaning="a where the condition holds, b where it does not, missing where it is unknown",
        takes=(frozenset({Kind.FLAG}), NUMBERS, NUMBERS),
        gives=_always(Type(kind=Kind.FRACTION)),
    ),
    "known": _KNOWN,
    "missing": _MISSING,
    "abs": _ABS,
    "floor": Function(
        usage="floor(x)",
        meaning="the whole number at or below x",
        takes=(NUMBERS,),
        gives=_always(Type(kind=Kind.FRACTION)),
    ),
    "clamp": Function(
        usage="clamp(x, low, high)",
        meaning="x, or the end that it lies beyond",
        takes=(NUMBERS, NUMBERS, NUMBERS),
        gives=_always(Type(kind=Kind.FRACTION)),
    ),
    "evidence": Function(
        usage="evidence(good, bad, start, k)",
        meaning="(k * start + good) / (k + good + bad): start while nothing is known",
        takes=(NUMBERS, NUMBERS, NUMBERS, NUMBERS),
        rest=NUMBERS,
        gives=_always(Type(kind=Kind.FRACTION)),
    ),
    "peer_rate": _of_peers("peer_rate", "the numerators over the denominators, both added up,"),
    "peer_mean": _of_peers("peer_mean", "the mean"),
    "peer_most": _of_peers("peer_most", "the largest"),
    "peer_least": _of_peers("peer_least", "the smallest"),
}

# What may stand where the value of a lookup is worked out, at each whole number.
LOOKUP_FUNCTIONS: Mapping[str, Function] = {
    name: Function(
        usage=usage,
        meaning=meaning,
        takes=(NUMBERS,) * arguments_n,
        gives=_always(Type(kind=Kind.FRACTION)),
    )
    for name, usage, meaning, arguments_n in (
        ("power", "power(a, b)", "a to the power of b", 2),
        ("ln", "ln(a)", "the natural logarithm of a", 1),
        ("exp", "exp(a)", "e to the power of a", 1),
    )
}


def lookup_function(name: str) -> Function:
    """Return the function that looks a whole number up in a table of that name."""
    return Function(
        usage=f"{name}(x)",
        meaning=f"the value of {name} at x",
        takes=(frozenset({Kind.WHOLE}),),
        gives=_always(WHOLE),
    )


# What may stand in an expression about a subject: everywhere else.
SUBJECT_FUNCTIONS: Mapping[str, Function] = {
    "known": _KNOWN,
    "missing": _MISSING,
    "abs": _ABS,
}
