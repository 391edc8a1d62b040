"""The functions of mapping files, and what each gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from goodstanding.errors import near
from goodstanding.expressions.nodes import Call, Text
from goodstanding.expressions.tokens import ExpressionError
from goodstanding.facts import patterns

Form = Literal["text", "number", "flag", "instant"]

USAGE: Mapping[str, str] = {
    "epoch": "epoch(seconds)",
    "epoch_ms": "epoch_ms(milliseconds)",
    "if": "if(condition, a, b)",
    "instant": "instant(a, 'DD/MM/YYYY hh:mm')",
    "join": "join(a, '/', b)",
    "known": "known(a)",
    "missing": "missing(a)",
}
# What each gives; `if` gives what is in it.
GIVES: Mapping[str, Form] = {
    "epoch": "instant",
    "epoch_ms": "instant",
    "instant": "instant",
    "join": "text",
    "known": "flag",
    "missing": "flag",
}


def check(call: Call) -> None:
    """Raise `ExpressionError` for a function that is not there, or that is not used so."""
    match call:
        case Call("instant", (_, Text(pattern))):
            patterns.read(pattern)
        case Call("join", _) | Call("if", (_, _, _)):
            pass
        case Call("known" | "missing" | "epoch" | "epoch_ms", (_,)):
            pass
        case Call(function, _) if function in USAGE:
            raise ExpressionError(
                f"'{function}' is not used so.", f"It is written {USAGE[function]}."
            )
        case Call(function, _):
            raise ExpressionError(
                f"there is no function '{function}' in a mapping.", near(function, list(USAGE))
            )
