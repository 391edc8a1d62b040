"""Expressions over a source's columns, as DuckDB's SQL.

Somebody else's columns have no declared types: a column is a number where it is calculated
with, a flag where it is a condition, and a text everywhere else. Numbers are worked out to
six decimals. Where a number is needed and something else stands, the result is the text
NOT_A_NUMBER, so that the row goes to quarantine for what it should have been; what is read
as an instant and is none, by `patterns`, likewise. Blank is missing, and what needs
something missing is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from goodstanding.errors import near
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
    parts,
)
from goodstanding.expressions.tokens import ExpressionError
from goodstanding.facts import functions, patterns
from goodstanding.facts.functions import Form
from goodstanding.facts.shapes import Shape, shown
from goodstanding.facts.sql import literal, quoted

Columns = Mapping[str, Shape]

NOT_A_NUMBER = "not a number"
YES, NO = ("true", "1", "yes"), ("false", "0", "no")  # a tuple is written as SQL writes a list
_ALONE = "It is what a column is to hold; compare, join and ask about the columns it is read from."


def translated(node: Node, columns: Columns) -> str:
    """Return SQL for an expression; a column alone stays as it is typed.

    Raises `ExpressionError` for a column or function that is not there, and for something
    used as what it is not.
    """
    if isinstance(node, Name):
        _shape(node, columns)
        return quoted(node.name)
    match _form(node, columns):
        case "number":
            return _written(_number(node, columns))
        case "flag":
            return condition(node, columns)
        case "instant":
            return _instant(node, columns)
        case _:
            return _text(node, columns)


def condition(node: Node, columns: Columns) -> str:
    """Return SQL for an expression that is true, false or missing. Raises `ExpressionError`."""
    match node:
        case Not(operand):
            sql = f"not {condition(operand, columns)}"
        case And(operands):
            sql = " and ".join(condition(each, columns) for each in operands)
        case Or(operands):
            sql = " or ".join(condition(each, columns) for each in operands)
        case Compare() | Between() | In():
            sql = _compared(node, columns)
        case _:
            sql = _flag(node, columns)
    return f"({sql})"


def flags(node: Node, columns: Columns, *, is_condition: bool = False) -> Iterator[str]:
    """Name the columns that an expression uses as conditions, such as `is_test` or `not paid`."""
    match node:
        case Name(name):
            if is_condition and name in columns:
                yield name
        case Not() | And() | Or():
            yield from _flags_of(parts(node), columns, is_condition=True)
        case Compare() | Between() | In():
            has_flag = any(_form(part, columns) == "flag" for part in parts(node))
            yield from _flags_of(parts(node), columns, is_condition=has_flag)
        case Call("if", (test, yes, no)):
            yield from flags(test, columns, is_condition=True)
            yield from _flags_of((yes, no), columns, is_condition=is_condition)
        case _:
            yield from _flags_of(parts(node), columns, is_condition=False)


def _flags_of(nodes: Sequence[Node], columns: Columns, *, is_condition: bool) -> Iterator[str]:
    for node in nodes:
        yield from flags(node, columns, is_condition=is_condition)


def no_flag(name: str, columns: Columns) -> str:
    """Return SQL that is true where a column says something that is no condition."""
    said = _said_as_flag(name, columns[name])
    return f"({said} <> '' and {said} not in {(*YES, *NO)})"


def _said_as_flag(name: str, shape: Shape) -> str:
    return f"lower(trim({shown(name, shape)}))"


def _compared(node: Compare | Between | In, columns: Columns) -> str:
    match node:
        case Compare(operator, left, right):
            first, second = _alike((left, right), columns)
            return f"{first} {operator} {second}"
        case Between(operand, low, high):
            first, least, most = _alike((operand, low, high), columns)
            return f"{first} between {least} and {most}"
        case In(operand, choices):
            first, *others = _alike((operand, *choices), columns)
            return f"{first} in ({', '.join(others)})"


def _flag(node: Node, columns: Columns) -> str:
    match node:
        case Name():
            said = _said_as_flag(node.name, _shape(node, columns))
            sql = f"case when {said} in {YES} then true when {said} in {NO} then false end"
        case Flag(value):
            sql = "true" if value else "false"
        case Call("known", (operand,)):
            sql = f"{_text(operand, columns)} is not null"
        case Call("missing", (operand,)):
            sql = f"{_text(operand, columns)} is null"
        case Call("if", (test, yes, no)):
            sql = _chosen(test, condition(yes, columns), condition(no, columns), columns)
        case _:
            raise ExpressionError(
                "a condition is expected here.", "Such as status = 'paid', or known(paid_at)."
            )
    return sql


def _form(node: Node, columns: Columns) -> Form | None:
    """Return what an expression gives; None for a column, which is what it is used as."""
    match node:
        case Name() | Text(""):
            return None
        case Text():
            return "text"
        case Number() | Arithmetic() | Negative():
            return "number"
        case Call("if", (_, yes, no)):
            forms = {_form(yes, columns), _form(no, columns)} - {None}
            if len(forms) > 1:
                raise ExpressionError(
                    f"'if' gives {_listed(forms, ' or ')}.",
                    "Let both be of one kind; '' is missing.",
                )
            return next(iter(forms), None)
        case Call():
            functions.check(node)
            return functions.GIVES[node.function]
        case _:
            return "flag"


def _alike(nodes: Sequence[Node], columns: Columns) -> list[str]:
    """Return SQL for things that are compared: as numbers where one of them is a number."""
    forms = {_form(node, columns) for node in nodes} - {None}
    if "instant" in forms:
        raise ExpressionError("an instant is not compared here.", _ALONE)
    if len(forms) > 1:
        raise ExpressionError(
            f"{_listed(forms, ' is compared with ')}.",
            "A text stands in quotes, a number does not.",
        )
    if forms == {"number"}:
        # What is no number equals none, and is neither less nor more.
        numbers = [_number(node, columns) for node in nodes]
        return [f"(case when isfinite({number}) then {number} end)" for number in numbers]
    if forms == {"flag"}:
        return [condition(node, columns) for node in nodes]
    return [_text(node, columns) for node in nodes]


def _listed(forms: Collection[Form | None], between: str) -> str:
    return between.join(
        f"{'an' if form == 'instant' else 'a'} {form}" for form in sorted(map(str, forms))
    )


def _instant(node: Node, columns: Columns) -> str:
    """Return SQL for a text in ISO 8601: NULL where missing, not an instant where none fits."""
    match node:
        case Call("instant", (said, Text(pattern))):
            return patterns.in_iso(_text(said, columns), patterns.read(pattern))
        case Call("epoch" | "epoch_ms" as unit, (count,)):
            return patterns.since_1970(_text(count, columns), in_milliseconds=unit == "epoch_ms")
        case Call("if", (test, yes, no)):
            return _chosen(test, _instant(yes, columns), _instant(no, columns), columns)
        case _:
            return _text(node, columns)


def _text(node: Node, columns: Columns) -> str:
    match node:
        case Name():
            said = shown(node.name, _shape(node, columns))
            sql = f"case when trim({said}) <> '' then {said} end"
        case Text(value):
            sql = literal(value) if value else "cast(null as varchar)"
        case Call("join", arguments):
            sql = " || ".join(_text(each, columns) for each in arguments)
        case Call("if", (test, yes, no)):
            sql = _chosen(test, _text(yes, columns), _text(no, columns), columns)
        case _:
            form = _form(node, columns)
            if form == "instant":
                raise ExpressionError("an instant is no part of a text, nor asked about.", _ALONE)
            is_number = form == "number"
            sql = _written(_number(node, columns)) if is_number else _flag_text(node, columns)
    return f"({sql})"


def _flag_text(node: Node, columns: Columns) -> str:
    return f"cast({condition(node, columns)} as varchar)"


def _number(node: Node, columns: Columns) -> str:
    """Return SQL for a double: NULL where missing, not a number where something else stands."""
    match node:
        case Number(value):
            sql = f"cast({value.numerator / value.denominator!r} as double)"
        case Name():
            said = f"trim({shown(node.name, _shape(node, columns))})"
            sql = f"case when {said} <> '' then coalesce(try_cast({said} as double), 'nan') end"
        case Text(""):
            sql = "cast(null as double)"
        case Negative(operand):
            sql = f"- {_number(operand, columns)}"
        case Arithmetic(operator, left, right):
            # Rounding at once takes away what a binary fraction is off by: 19.99 * 100 is 1999.
            worked_out = f"{_number(left, columns)} {operator} {_number(right, columns)}"
            sql = f"round({worked_out}, 6)"
        case Call("if", (test, yes, no)):
            sql = _chosen(test, _number(yes, columns), _number(no, columns), columns)
        case _:
            raise ExpressionError(
                "a number is expected here.", "A column, a number, or a calculation."
            )
    return f"({sql})"


def _chosen(test: Node, yes: str, no: str, columns: Columns) -> str:
    asked = condition(test, columns)
    return f"(case when {asked} then {yes} when not {asked} then {no} end)"


def _written(number: str) -> str:
    """Return SQL for a number as text, without needless zeros."""
    digits = f"cast(cast({number} as decimal(24, 6)) as varchar)"
    return (
        f"(case when {number} is null then null when not isfinite({number}) "
        f"or abs({number}) > 1e15 then {literal(NOT_A_NUMBER)} "
        f"else regexp_replace({digits}, '\\.?0+$', '') end)"
    )


def _shape(name: Name, columns: Columns) -> Shape:
    wrong = wrong_column(name.name, columns)
    if wrong is not None:
        raise wrong
    return columns[name.name]


def wrong_column(name: str, columns: Columns) -> ExpressionError | None:
    """Return why a column cannot be used: it is not there, or holds several values in one."""
    if name not in columns:
        return ExpressionError(f"there is no column '{name}'.", near(name, list(columns)))
    if columns[name] == "nested":
        return ExpressionError(
            f"column '{name}' holds several values in one.", "Write one value a row in the source."
        )
    return None
