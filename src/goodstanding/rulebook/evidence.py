"""Read what a formula makes of evidence: a share that starts somewhere, and moves with it.

`evidence(good, bad, start, k)` is (k * start + good) / (k + good + bad): the mean of a beta
distribution whose prior weighs as much as k observations (Gelman and others, Bayesian Data
Analysis, 3rd edition, 2013, section 2.4). A fifth argument says of how much it is a share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from goodstanding.expressions.calculating import written
from goodstanding.expressions.nodes import Call, Node, calls_in
from goodstanding.expressions.types import Fault
from goodstanding.expressions.writing import write

FUNCTION = "evidence"
MOST_K = 1_000_000
MOST_WORTH = 1_000_000
_FINEST = 1_000_000  # the largest denominator of where it starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for and against, from what share it starts, and how firmly.

    It lies between 0 and `worth`.
    """

    good: Node
    bad: Node
    start: Fraction
    k: int
    worth: Fraction


def evidence_of(call: Call) -> Evidence:
    """Return what a call says; the checker found no fault in it."""
    good, bad, *numbers = call.arguments
    start, k, worth = (*(written(each) for each in numbers), Fraction(1))[:3]
    if start is None or k is None or worth is None:
        raise ValueError(f"{write(call)}: the checker should have refused it")
    return Evidence(good=good, bad=bad, start=start, k=int(k), worth=worth)


def evidence_faults(node: Node) -> Iterator[Fault]:
    """Yield what cannot be meant of each call in an expression that has no other faults."""
    for call in calls_in(node):
        if call.function == FUNCTION:
            yield from _faults(call)


def _faults(call: Call) -> Iterator[Fault]:
    _, _, *numbers = call.arguments
    if len(numbers) > 3:
        yield Fault(
            what=f"{write(call)} has {len(call.arguments)} arguments.",
            hint="Write evidence(good, bad, start, k), or of how much it is a share after that.",
        )
        return
    for said, number in zip(("start", "k", "worth"), numbers, strict=False):
        value = written(number)
        if value is None:
            yield Fault(
                what=f"{write(call)}: {write(number)} is no number that is written out.",
                hint="Where it starts and how firmly is the same for everybody: 2 / 3, 6.",
            )
        elif not _FITS[said](value):
            yield Fault(what=f"{write(call)}: {write(number)} is {_MEANT[said]}.")


_FITS = {
    "start": lambda value: 0 <= value <= 1 and value.denominator <= _FINEST,
    "k": lambda value: value.denominator == 1 and 1 <= value <= MOST_K,
    "worth": lambda value: 0 < value <= MOST_WORTH and (value * 1_000_000).denominator == 1,
}
_MEANT = {
    "start": "no share to start from: it lies from 0 to 1",
    "k": f"no weight of the start: it is a whole number from 1 to {MOST_K:,}",
    "worth": f"nothing to be a share of: it is above 0, at most {MOST_WORTH:,}",
}
