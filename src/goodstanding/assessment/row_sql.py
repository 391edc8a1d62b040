"""Row expressions as SQL: whether they hold.

SQL sees whole numbers only: stars are hundredths, codes small numbers, and a comparison
with a fraction is multiplied out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from sqlglot import exp

from goodstanding.assessment.bound_days import AS_OF, BoundDay
from goodstanding.assessment.looking_up import looked_up
from goodstanding.days import Length
from goodstanding.expressions.money import money_in, read_money
from goodstanding.expressions.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Flag,
    In,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Text,
    names_in,
)
from goodstanding.rows.catalogue import RowColumn, RowKind, Type, converted_column
from goodstanding.rulebook.model import Lookup, WindowRule

COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


@dataclass(frozen=True, slots=True)
class RowScope:
    """What a row expression may name: the columns of a kind, seen through a window.

    `length` None looks back on everything. `chosen` names a window that is chosen for each
    subject; its first day stands in a column of the row then. `days` collects the days to bind.
    `lookups` are the tables that may be asked.
    """

    kind: RowKind
    length: Length | None
    days: set[BoundDay] = field(default_factory=set)
    chosen: str | None = None
    lookups: Mapping[str, Lookup] = field(default_factory=dict)

    def day(self, day: BoundDay) -> exp.Expr:
        """Return a place for a bound day, and remember it."""
        self.days.add(day)
        return day.sql

    def through(self, window: WindowRule) -> RowScope:
        """Return the same scope seen through a window."""
        chosen = window.name if window.choices else None
        return replace(self, length=window.length, chosen=chosen)

    def at_most(self, window: WindowRule) -> RowScope:
        """Return the same scope seen through the longest that a window can be."""
        return replace(self, length=window.length, chosen=None)


def first_day(window: str) -> str:
    """Name the column that holds the first day of a window that is chosen for the subject."""
    return f"window__{window}__first"


def columns_in(node: Node) -> set[str]:
    """Return the columns of a row that an expression reads, converted amounts among them."""
    converted = {converted_column(name, money.currency) for name, money in money_in(node)}
    return {*names_in(node), *converted}


def holds(node: Node, scope: RowScope) -> exp.Expr:
    """Return a condition as SQL; true, false, or null where something in it is missing."""
    return _sql(node, scope)


def seen(column: RowColumn, kind: RowKind, as_of: exp.Expr) -> exp.Expr:
    """Return a column as it is seen on the as-of day: hidden while its day lies ahead.

    A value whose day nobody knows is not hidden, nor is what people decided.
    """
    value = exp.column(column.name)
    if column.since is None or column.is_decided:
        return value
    lies_ahead = exp.column(kind.column(column.since).name) > as_of
    if column.type is Type.FLAG:
        return exp.and_(value, exp.Not(this=exp.func("coalesce", lies_ahead, exp.false())))
    hidden = exp.If(this=lies_ahead, true=exp.null())
    return exp.Case(ifs=[hidden], default=value)


def _sql(node: Node, scope: RowScope) -> exp.Expr:
    match node:
        case Name(name=name):
            return exp.column(name)
        case Flag(value=value):
            return exp.true() if value else exp.false()
        case Number(value=value):
            return whole(value)
        case Text(value=value):
            return exp.Literal.string(value)
        case Not(operand=operand):
            return exp.Not(this=exp.paren(_sql(operand, scope)))
        case And(operands=operands):
            return exp.and_(*(_sql(o, scope) for o in operands))
        case Or(operands=operands):
            return exp.paren(exp.or_(*(_sql(o, scope) for o in operands)))
        case Compare(operator=operator, left=left, right=right):
            return _compare(operator, left, right, scope)
        case Between(operand=operand, low=low, high=high):
            return exp.and_(
                _compare(">=", operand, low, scope), _compare("<=", operand, high, scope)
            )
        case In(operand=operand, choices=choices):
            return exp.paren(exp.or_(*(_compare("=", operand, c, scope) for c in choices)))
        case Arithmetic(operator=operator, left=left, right=right):
            return _arithmetic(operator, left, right, scope)
        case Negative(operand=operand):
            return exp.Neg(this=exp.paren(_sql(operand, scope)))
        case Call(function=function, arguments=(x,)) if function in scope.lookups:
            return looked_up(scope.lookups[function], _sql(x, scope))
        case Call(function=function, arguments=arguments):
            return _FUNCTIONS[function](arguments, scope)


def whole(value: Fraction) -> exp.Expr:
    """Return a whole number as a SQL literal; ValueError for a fraction."""
    if value.denominator != 1:
        raise ValueError(f"{value} is no whole number: the checker should have refused it")
    number = exp.Literal.number(abs(value.numerator))
    return exp.Neg(this=number) if value < 0 else number


def _compare(operator: str, left: Node, right: Node, scope: RowScope) -> exp.Expr:
    if isinstance(left, Number | Text) and not isinstance(right, Number | Text):
        mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
        return _compare(mirrored, right, left, scope)
    make = COMPARISONS[operator]
    column = scope.kind.column(left.name) if isinstance(left, Name) else None
    if isinstance(right, Text) and column is not None and column.type is Type.CODE:
        number = exp.Literal.number(column.code_number(right.value))
        return make(this=exp.column(column.name), expression=number)
    if isinstance(right, Text) and column is not None and column.type is Type.MONEY:
        money = read_money(right.value)
        if money is None:
            raise ValueError(f"{right.value} is no money: the checker should have refused it")
        converted = exp.column(converted_column(column.name, money.currency))
        return make(this=converted, expression=exp.Literal.number(money.minor))
    if isinstance(right, Number):
        value = right.value * (1 if column is None else column.type.scale)
        amount = _sql(left, scope)
        if value.denominator != 1:
            amount = exp.paren(amount) * exp.Literal.number(value.denominator)
        return make(this=amount, expression=whole(Fraction(value.numerator)))
    return make(this=_sql(left, scope), expression=_sql(right, scope))


def _arithmetic(operator: str, left: Node, right: Node, scope: RowScope) -> exp.Expr:
    if _is_day(left, scope) and isinstance(right, Number):
        days = int(right.value)
        return add_days(_sql(left, scope), days if operator == "+" else -days)
    make = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}[operator]
    return exp.paren(make(this=_sql(left, scope), expression=_sql(right, scope)))


def _is_day(node: Node, scope: RowScope) -> bool:
    match node:
        case Name(name=name):
            return scope.kind.has(name) and scope.kind.column(name).type is Type.DAY
        case Arithmetic(left=left):
            return _is_day(left, scope)
        case Call(function="if", arguments=(_, value, _)):
            return _is_day(value, scope)
        case _:
            return False


def add_days(day: exp.Expr, days: int) -> exp.Expr:
    """Return a day moved by so many days."""
    if days == 0:
        return day
    moved = exp.DateAdd(this=day, expression=whole(Fraction(days)), unit=exp.var("DAY"))
    return exp.cast(moved, exp.DataType.Type.DATE)


def _within(arguments: tuple[Node, ...], scope: RowScope) -> exp.Expr:
    (day,) = arguments
    shift = 0
    # A moved day is compared with moved bounds, so that the column itself is compared.
    while isinstance(day, Arithmetic) and isinstance(day.right, Number):
        moved = int(day.right.value)
        shift += -moved if day.operator == "+" else moved
        day = day.left
    value = _sql(day, scope)
    until = value.copy() <= scope.day(BoundDay(None, shift))
    if scope.chosen is not None:
        first = add_days(exp.column(first_day(scope.chosen)), shift)
        return exp.and_(value >= first, until)
    if scope.length is None:
        return until
    return exp.and_(value >= scope.day(BoundDay(scope.length, shift)), until)


def _known(arguments: tuple[Node, ...], scope: RowScope) -> exp.Expr:
    return exp.Not(this=_missing(arguments, scope))


def _missing(arguments: tuple[Node, ...], scope: RowScope) -> exp.Expr:
    return _sql(arguments[0], scope).is_(exp.null())


def _age(arguments: tuple[Node, ...], scope: RowScope) -> exp.Expr:
    return days_from(_sql(arguments[0], scope), scope.day(AS_OF))


def _days_between(arguments: tuple[Node, ...], scope: RowScope) -> exp.Expr:
    return days_from(_sql(arguments[0], scope), _sql(arguments[1], scope))


def days_from(first: exp.Expr, last: exp.Expr) -> exp.Expr:
    """Return the number of days from one day to another, below 0 where that is the earlier."""
    apart = exp.DateDiff(this=last, expression=first, unit=exp.var("DAY"))
    return exp.cast(apart, exp.DataType.Type.BIGINT)


def _if(arguments: tuple[Node, ...], scope: RowScope) -> exp.Expr:
    condition, then, otherwise = arguments
    holds_ = _sql(condition, scope)
    return exp.Case(
        ifs=[
            exp.If(this=holds_, true=_sql(then, scope)),
            exp.If(this=exp.Not(this=exp.paren(holds_.copy())), true=_sql(otherwise, scope)),
        ]
    )


def _month(arguments: tuple[Node, ...], scope: RowScope) -> exp.Expr:
    day = _sql(arguments[0], scope)
    year, month = (exp.cast(part, exp.DataType.Type.BIGINT) for part in _year_and_month(day))
    return exp.paren(year * 12 + month)


def _ten_days(arguments: tuple[Node, ...], scope: RowScope) -> exp.Expr:
    day = _sql(arguments[0], scope)
    of_month = exp.Extract(this=exp.var("DAY"), expression=day)
    third = exp.Case(
        ifs=[
            exp.If(this=of_month <= 10, true=exp.Literal.number(0)),
            exp.If(this=of_month.copy() <= 20, true=exp.Literal.number(1)),
        ],
        default=exp.Literal.number(2),
    )
    return exp.paren(_month(arguments, scope) * 3 + third)


def _year_and_month(day: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    return (
        exp.Extract(this=exp.var("YEAR"), expression=day.copy()),
        exp.Extract(this=exp.var("MONTH"), expression=day.copy()),
    )


def _abs(arguments: tuple[Node, ...], scope: RowScope) -> exp.Expr:
    return exp.Abs(this=_sql(arguments[0], scope))


_FUNCTIONS: dict[str, Callable[[tuple[Node, ...], RowScope], exp.Expr]] = {
    "within": _within,
    "known": _known,
    "missing": _missing,
    "age": _age,
    "days_between": _days_between,
    "if": _if,
    "abs": _abs,
    "month": _month,
    "ten_days": _ten_days,
}
