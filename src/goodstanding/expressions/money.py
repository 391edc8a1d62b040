"""Amounts of money in a currency of their own, as an expression writes them: 'USD 5.00'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from goodstanding import currencies
from goodstanding.errors import near
from goodstanding.expressions.nodes import Between, Compare, In, Name, Node, Text, parts
from goodstanding.expressions.types import Fault, Type
from goodstanding.expressions.writing import write

LARGEST = 10**15  # minor units, as many as an amount in an example may have
_WRITTEN = re.compile(r"([A-Za-z]{3}) ([0-9]+)(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units of a currency, which ISO 4217 lists."""

    currency: str
    minor: int


def read_money(text: str) -> Money | None:
    """Return the amount that a text writes out, None where it writes none that can be."""
    found = _WRITTEN.fullmatch(text)
    if found is None or found[1] not in currencies.CODES:
        return None
    places = currencies.decimals(found[1])
    if len(found[3] or "") > places:
        return None
    minor = int(Fraction(text[4:]) * 10**places)
    return Money(found[1], minor) if minor < LARGEST else None


def money_in(node: Node) -> Iterator[tuple[str, Money]]:
    """Yield each name that is compared with money of a currency, with that money."""
    if isinstance(node, Compare | Between | In):
        first, *others = parts(node)
        for one, other in [(first, each) for each in others] + [(each, first) for each in others]:
            if isinstance(one, Name) and isinstance(other, Text):
                money = read_money(other.value)
                if money is not None:
                    yield one.name, money
    for part in parts(node):
        yield from money_in(part)


def looks_like_money(node: Node) -> bool:
    """Say whether a node is a text that starts as money of a currency does."""
    return isinstance(node, Text) and _WRITTEN.fullmatch(node.value) is not None


def money_fault(text: str, left: tuple[Node, Type], money: Text) -> Fault | None:
    """Say what is wrong with comparing an amount with a text; `text` is the whole comparison."""
    node, given = left
    if given.is_sum or not isinstance(node, Name):
        why = "adds up" if given.is_sum else "calculates"
        return Fault(
            what=f"{text} {why} amounts before they are converted.",
            hint="Compare a column of a row with money of a currency, by itself.",
        )
    found = _WRITTEN.fullmatch(money.value)
    if found is None:
        return Fault(
            what=f"{text} compares {given} with {write(money)}.",
            hint="Write the currency, a space and the amount: 'USD 5.00'.",
        )
    if found[1] not in currencies.CODES:
        return Fault(
            what=f"{text}: '{found[1]}' is no currency of ISO 4217.",
            hint=near(found[1].upper(), currencies.CODES),
        )
    places = currencies.decimals(found[1])
    if len(found[3] or "") > places:
        return Fault(
            what=f"{text}: {found[1]} has {places or 'no'} decimals, not {len(found[3])}.",
            hint="An amount is whole in the smallest unit of its currency.",
        )
    if read_money(money.value) is None:
        return Fault(what=f"{text}: an amount has at most 15 digits.")
    return None
