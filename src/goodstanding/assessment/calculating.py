"""A subject's numbers calculated with: formulas, points and the score, as SQL.

Everything is a whole number of millionths. A quotient, a product of two fractions and a point
on a curve are rounded once, half away from zero; sums and differences are exact. Each such
operation becomes a column of its own, worked out in a later step than what it needs, so that no
expression is written twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sqlglot import exp

from goodstanding.assessment.looking_up import looked_up
from goodstanding.assessment.millionths import (
    MILLION,
    at_least_0,
    clamped,
    curve,
    divided,
    floor,
    in_millionths,
    rounded,
    whole,
    wide,
)
from goodstanding.assessment.row_sql import COMPARISONS
from goodstanding.assessment.subject_sql import denominator, is_assessed, numerator
from goodstanding.database.steps import Step
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
    names_in,
)
from goodstanding.rulebook.evidence import FUNCTION, Evidence, evidence_of
from goodstanding.rulebook.model import Cap, Lookup, Points, Rulebook, Score
from goodstanding.rulebook.scored import PEER_FUNCTIONS

# Columns beside those of the score: what it is before any cap, between what it could be, and
# whether nothing is assessed at all.
UNCAPPED = "score__uncapped"
LOWER = "score__lower"
UPPER = "score__upper"
LEFT_OUT = "score__left_out"
_UNNAMED = "calculated__"
# A value in millionths, and how many steps it takes to have it.
_Value = tuple[exp.Expr, int]


def peer_column(function: str, indicator: str) -> str:
    """Name the column of an indicator's benchmark: `description__peer_mean`, in millionths."""
    return f"{indicator}__{function}"


def cap_flag(place: int) -> str:
    """Name the flag that says whether a cap of the score holds, counted from 0."""
    return f"cap__{place}"


def calculating_steps(rulebook: Rulebook, source: str) -> list[Step]:
    """Return the steps that add formulas, points and score to the subjects of `source`.

    The last is `calculated`. Each number has the three columns of an indicator: its numerator
    in millionths, a million below, and whether it is known.
    """
    calculation = _Calculation(rulebook)
    if rulebook.score is not None and rulebook.score.not_assessed_if is not None:
        calculation.leave_out(rulebook.score.not_assessed_if.node)
    for indicator in rulebook.indicators.values():
        if indicator.formula is not None:
            calculation.number(indicator.name, indicator.formula.node)
    for points in rulebook.points.values():
        calculation.points(points)
    if rulebook.score is not None:
        calculation.score(rulebook.score)
    return calculation.steps(source)


class _Calculation:
    """Gathers columns by the step in which they are worked out."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.levels: list[list[exp.Expr]] = []
        self.known: dict[str, _Value] = {}
        self.assessed: list[_Value] = []  # what points are given for, before what stands in
        self.is_left_out: _Value | None = None

    def steps(self, source: str) -> list[Step]:
        found = []
        for level, columns in enumerate(self.levels):
            is_last = level == len(self.levels) - 1
            name = "calculated" if is_last else f"calculated_{level + 1}"
            query = exp.select("*", *columns).from_(source)
            found.append(Step(name, "numbers made of numbers, in millionths", query))
            source = name
        return found

    def column(self, name: str, value: exp.Expr, level: int) -> _Value:
        """Work out a value in a step of that level, as a column."""
        big = exp.cast(value, exp.DataType.Type.BIGINT)
        self.room(level).append(exp.alias_(big, name))
        return exp.column(name), level + 1

    def room(self, level: int) -> list[exp.Expr]:
        """Return the columns of the step of that level."""
        while len(self.levels) <= level:
            self.levels.append([])
        return self.levels[level]

    def unnamed(self, value: exp.Expr, level: int) -> _Value:
        number = sum(map(len, self.levels)) + 1
        return self.column(f"{_UNNAMED}{number}", value, level)

    def number(self, name: str, node: Node) -> _Value:
        """Work out a named number, once, with the columns of an indicator."""
        if name not in self.known:
            value, level = self.of(node)
            self.known[name] = self.told(name, value, level)
        return self.known[name]

    def told(self, name: str, value: exp.Expr, level: int) -> _Value:
        found, level = self.column(numerator(name).name, value, level)
        self.column(denominator(name).name, whole(MILLION), level)
        self.levels[level].append(
            exp.alias_(exp.Not(this=found.copy().is_(exp.null())), is_assessed(name).name)
        )
        return found, level + 1

    def points(self, points: Points) -> None:
        value, level = self.of(points.value.node)
        if points.curve:
            value, level = self.on_curve(points, value, level)
        value, level = self.unnamed(value, level)
        self.assessed.append((value.copy(), level))
        if points.if_missing is not None:
            value = exp.func("coalesce", value, in_millionths(points.if_missing))
        value, level = self.if_assessed(value, level)
        self.known[points.name] = self.told(points.name, value, level)

    def on_curve(self, points: Points, value: exp.Expr, level: int) -> _Value:
        x, level = self.unnamed(value, level)
        xs: list[exp.Expr] = []
        for point in points.curve:
            at, own = self.of(point.x.node)
            level = max(level, own)
            # A value that lies below the one before it is raised to that.
            if xs:
                at = exp.Case(ifs=[exp.If(this=at < xs[-1].copy(), true=xs[-1].copy())], default=at)
            at, level = self.unnamed(at, level)
            xs.append(at)
        worth = [int(point.points * MILLION) for point in points.curve]
        return self.unnamed(curve(x, xs, worth), level)

    def score(self, score: Score) -> None:
        if score.formula is not None:
            value, level = self.of(score.formula.node)
            self.assessed += self.named_beside_points(score.formula.node)
        else:
            value, level = self.sum_of_points()
        if self.assessed:  # points of nothing at all are no score
            known = exp.func("coalesce", *(each for each, _ in self.assessed))
            is_any = exp.Not(this=known.is_(exp.null()))
            value = exp.Case(ifs=[exp.If(this=is_any, true=value)])
            level = max(level, *(own for _, own in self.assessed))
        value, level = self.unnamed(*self.if_assessed(value, level))
        least, most = in_millionths(score.least), in_millionths(score.most)
        if not score.caps:
            self.known["score"] = self.told("score", clamped(value, least, most), level)
        else:
            value, level = self.column(UNCAPPED, clamped(value, least, most), level)
            caps = [self.cap(place, cap, level) for place, cap in enumerate(score.caps)]
            level = max(own for _, own in caps)
            capped = [column for column, _ in caps]
            self.known["score"] = self.told("score", lowered(value, score.caps, capped), level)
        if score.half_width is not None:
            self.interval(score, score.half_width.node)

    def cap(self, place: int, cap: Cap, least_level: int) -> _Value:
        """Work out whether a cap holds, as a flag; one of which that is not known does not."""
        asked, level = self.condition(cap.condition.node)
        level = max(level, least_level)
        is_so = exp.func("coalesce", asked, exp.false())
        return self.flag(cap_flag(place), is_so, level)

    def interval(self, score: Score, half_width: Node) -> None:
        """Work out between what a score could be, were more known: within its range and caps."""
        own, level = self.known["score"]
        width, wide_level = self.of(half_width)
        level = max(level, wide_level)
        width, level = self.unnamed(at_least_0(width), level)
        least, most = in_millionths(score.least), in_millionths(score.most)
        low, _ = self.unnamed(own.copy() - width, level)
        high, level = self.unnamed(own.copy() + width.copy(), level)
        capped: list[exp.Expr] = [exp.column(cap_flag(at)) for at in range(len(score.caps))]
        self.column(LOWER, clamped(low, least, most), level)
        high, level = self.unnamed(clamped(high, least.copy(), most.copy()), level)
        self.column(UPPER, lowered(high, score.caps, capped), level)

    def if_assessed(self, value: exp.Expr, level: int) -> _Value:
        """Leave a value out where the rulebook says that nothing is assessed of a subject."""
        if self.is_left_out is None:
            return value, level
        is_out, own = self.is_left_out
        is_in = exp.Not(this=is_out.copy())
        return exp.Case(ifs=[exp.If(this=is_in, true=value)]), max(level, own)

    def leave_out(self, unless: Node) -> None:
        """Work out, before anything else, of whom nothing is assessed."""
        asked, level = self.condition(unless)
        self.is_left_out = self.flag(LEFT_OUT, exp.func("coalesce", asked, exp.false()), level)

    def flag(self, name: str, value: exp.Expr, level: int) -> _Value:
        """Work out whether something is so in a step of that level, as a column."""
        self.room(level).append(exp.alias_(value, name))
        return exp.column(name), level + 1

    def named_beside_points(self, formula: Node) -> list[_Value]:
        """Return the ratios and means that a score is made of beside its points."""
        if not self.assessed:
            return []
        named = [self.rulebook.indicators.get(name) for name in sorted(names_in(formula))]
        return [
            self.named(each.name)
            for each in named
            if each is not None and each.is_pair and each.formula is None
        ]

    def sum_of_points(self) -> _Value:
        parts = [self.known[name] for name in self.rulebook.points]
        total, level = parts[0][0].copy(), parts[0][1]
        for part, own in parts[1:]:
            total, level = exp.Add(this=total, expression=part.copy()), max(level, own)
        return total, level

    def of(self, node: Node) -> _Value:
        """Return a value in millionths; null where something in it is missing."""
        match node:
            case Number(value=value):
                # A database counts small numbers that are written out in 32 bits.
                found: _Value = (exp.cast(in_millionths(value), exp.DataType.Type.BIGINT), 0)
            case Name(name=name):
                found = self.named(name)
            case Negative(operand=operand):
                turned, level = self.of(operand)
                found = (exp.Neg(this=exp.paren(turned)), level)
            case Arithmetic(operator="+" | "-" as operator, left=left, right=right):
                (one, level), (other, own) = self.of(left), self.of(right)
                make = exp.Add if operator == "+" else exp.Sub
                together = exp.paren(make(this=one, expression=exp.paren(other)))
                found = (together, max(level, own))
            case Arithmetic(operator="*", left=left, right=right):
                found = self.product(left, right)
            case Arithmetic(left=left, right=right):
                found = self.quotient(left, right)
            case Call(function=function, arguments=arguments):
                found = self.call(function, arguments)
            case _:
                raise ValueError(f"no quantity: {node}; the checker should have refused it")
        return found

    def quotient(self, left: Node, right: Node) -> _Value:
        if isinstance(right, Number) and right.value > 0:
            return self.scaled(left, 1 / right.value)
        (top, level), (bottom, own) = self.of(left), self.of(right)
        bottom, own = self.unnamed(bottom, own)
        top, level = self.unnamed(top, max(level, own))
        return self.unnamed(divided(top, bottom), level)

    def product(self, left: Node, right: Node) -> _Value:
        for node, by in ((left, right), (right, left)):
            if isinstance(by, Number):
                return self.scaled(node, by.value)
        (one, level), (other, own) = self.of(left), self.of(right)
        (one, level), (other, _) = (self.unnamed(each, max(level, own)) for each in (one, other))
        return self.unnamed(rounded(wide(one) * other, whole(MILLION)), level)

    def scaled(self, node: Node, by: Fraction) -> _Value:
        """Multiply by a number that is written out, in a millionth of the room of another."""
        value, level = self.of(node)
        if by.denominator == 1:
            big = exp.cast(whole(by.numerator), exp.DataType.Type.BIGINT)
            return self.unnamed(exp.paren(value) * big, level)
        value, level = self.unnamed(value, level)
        if by.numerator != 1:
            value = wide(value) * whole(by.numerator)
        return self.unnamed(rounded(value, whole(by.denominator)), level)

    def named(self, name: str) -> _Value:
        if name in self.known:
            value, level = self.known[name]
            return value.copy(), level
        if name == "points":
            return self.sum_of_points()
        indicator = self.rulebook.indicators.get(name)
        if indicator is None:
            return exp.paren(exp.column(name) * whole(MILLION)), 0
        if indicator.formula is not None:
            return self.number(name, indicator.formula.node)
        if not indicator.is_pair:
            return exp.paren(numerator(name) * whole(MILLION)), 0
        self.known[name] = self.column(f"{name}__millionths", pair_in_millionths(name), 0)
        return self.named(name)

    def call(self, function: str, arguments: tuple[Node, ...]) -> _Value:
        if function in PEER_FUNCTIONS:
            (asked,) = arguments
            if not isinstance(asked, Name):
                raise ValueError(f"{function} of no indicator; the checker should have refused it")
            return exp.column(peer_column(function, asked.name)), 0
        if function == "if":
            return self.chosen(*arguments)
        if function == FUNCTION:
            return self.evidence(evidence_of(Call(function, arguments)))
        values = [self.of(argument) for argument in arguments]
        level = max(own for _, own in values)
        columns = []
        for value, _ in values:
            column, after = self.unnamed(value, level)
            columns.append(column)
        level = after
        match function:
            case "abs":
                found: _Value = (exp.Abs(this=columns[0]), level)
            case "floor":
                found = self.unnamed(floor(columns[0]), level)
            case "clamp":
                found = self.unnamed(clamped(*columns), level)
            case _:
                found = self.looked_up(self.rulebook.lookups[function], columns[0], level)
        return found

    def looked_up(self, lookup: Lookup, x: exp.Expr, level: int) -> _Value:
        x, level = self.unnamed(exp.IntDiv(this=x, expression=whole(MILLION)), level)
        return exp.paren(looked_up(lookup, x) * whole(MILLION)), level

    def evidence(self, told: Evidence) -> _Value:
        """Return what evidence comes to, rounded once; what is below 0 weighs nothing."""
        parts = [self.of(told.good), self.of(told.bad)]
        level = max(own for _, own in parts)
        (good, after), (bad, _) = (self.unnamed(at_least_0(value), level) for value, _ in parts)
        weighed = exp.paren(good + bad.copy() + whole(told.k * MILLION))
        total, level = self.unnamed(weighed, after)
        begun = told.k * told.start
        top = exp.paren(wide(good.copy()) * whole(begun.denominator))
        top = exp.paren(top + whole(begun.numerator * MILLION))
        bottom = wide(total) * whole(begun.denominator)
        worth = whole(int(told.worth * MILLION))
        return self.unnamed(rounded(top * worth, bottom), level)

    def chosen(self, condition: Node, one: Node, other: Node) -> _Value:
        asked, level = self.condition(condition)
        (first, own), (second, further) = self.of(one), self.of(other)
        value = exp.Case(
            ifs=[
                exp.If(this=asked, true=first),
                exp.If(this=exp.Not(this=exp.paren(asked.copy())), true=second),
            ]
        )
        return self.unnamed(value, max(level, own, further))

    def condition(self, node: Node) -> _Value:
        """Return a condition on values; unknown where something compared is missing."""
        match node:
            case Flag(value=is_so):
                found: _Value = (exp.true() if is_so else exp.false(), 0)
            case Not(operand=operand):
                asked, level = self.condition(operand)
                found = (exp.Not(this=exp.paren(asked)), level)
            case And(operands=operands) | Or(operands=operands):
                each = [self.condition(operand) for operand in operands]
                joined = exp.and_ if isinstance(node, And) else exp.or_
                found = (
                    exp.paren(joined(*(part for part, _ in each))),
                    max(level for _, level in each),
                )
            case Between(operand=operand, low=low, high=high):
                both = And((Compare(">=", operand, low), Compare("<=", operand, high)))
                found = self.condition(both)
            case In(operand=operand, choices=choices):
                found = self.condition(Or(tuple(Compare("=", operand, c) for c in choices)))
            case Compare(operator=operator, left=left, right=right):
                (one, level), (two, own) = self.of(left), self.of(right)
                found = (COMPARISONS[operator](this=one, expression=two), max(level, own))
            case Call(function="known" | "missing" as function, arguments=(asked_of,)):
                value, level = self.of(asked_of)
                is_missing = value.is_(exp.null())
                is_known = exp.Not(this=is_missing.copy())
                found = (is_missing if function == "missing" else is_known, level)
            case _:
                raise ValueError(f"no condition: {node}; the checker should have refused it")
        return found


def lowered(value: exp.Expr, caps: Sequence[Cap], holds: Sequence[exp.Expr]) -> exp.Expr:
    """Return a value, or the lowest of the caps that hold where it lies above that."""
    lowest_first = sorted(zip(caps, holds, strict=True), key=lambda each: each[0].at_most)
    ifs = []
    for cap, is_so in lowest_first:
        most = in_millionths(cap.at_most)
        is_above = exp.and_(is_so.copy(), value.copy() > most)
        ifs.append(exp.If(this=is_above, true=most.copy()))
    return exp.Case(ifs=ifs, default=value.copy()) if ifs else value.copy()


def pair_in_millionths(name: str) -> exp.Expr:
    """Return a ratio or mean as a number, null where it is not assessed."""
    top = numerator(name) * whole(MILLION)
    return exp.Case(ifs=[exp.If(this=is_assessed(name), true=rounded(top, denominator(name)))])
