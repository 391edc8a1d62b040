"""How sure a score is, and what keeps it lower, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from goodstanding.explanation.answer import CapTold, Explanation
from goodstanding.explanation.layout import item


def score_text(explanation: Explanation, width: int) -> Iterator[str]:
    """Say between what a score could be, were more known, and what it is at most meanwhile."""
    lower, upper = (explanation.result.get(f"score_{end}") for end in ("lower", "upper"))
    said = [_cap(cap) for cap in explanation.caps]
    if lower is not None and upper is not None:
        between = f"{lower:.2f} and {upper:.2f}"
        said.append(f"With what is known so far it could as well be anything between {between}.")
    if said:
        yield "The score"
    for sentence in said:
        yield from item(sentence, width)


def _cap(cap: CapTold) -> str:
    lower = f"; without that it would be {cap.without:.2f}" if cap.is_lower else ""
    return f"At most {cap.at_most:g}{lower}: {cap.because} [{cap.confidence}]"
