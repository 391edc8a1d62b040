"""Copy a rulebook's text, as something of one's own to change."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from typing import Any

from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.own_limits import with_own_limits

# The worked examples prove the original's limits; with other limits they cannot come out.
_LEFT_OUT = ("example", "example_row")
_EXAMPLES = ("# The worked examples are left out: they hold the original to its own limits.",)
_OWNED = (
    "# The limits of its grades, the rungs of its ladders and its effects",
    "# are marked as own design, without a source: the original's say nothing of yours. Where you",
    "# change another number, mark its entry in the same way.",
)
_STILL_SOURCED = (
    "# Its numbers still name the original's sources. Where you change one, take the source away",
    '# from its entry, and write: confidence = "own design".',
)
_HEADING = re.compile(r"\[\[?\s*([A-Za-z0-9_-]+)")


def own_id(stem: str, *, taken: Collection[str]) -> str:
    """Return the id for a copy kept in a file of that name, none of those taken."""
    own = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:50].strip("-") or "mine"
    while own in taken:
        own = f"my-{own}"
    return own


def copied(rulebook: Rulebook, new_id: str) -> str:
    """Return the text with a new id and a title that says so, without its worked examples.

    The limits of its grades, the rungs of its ladders and its effects are marked as own design, as
    they are to be changed: no source of the original says what they will be.
    """
    shorter = "\n".join(_without_examples(rulebook.text.splitlines())).rstrip() + "\n"
    is_shorter = _same_but_for_examples(shorter, rulebook.text)
    text = shorter if is_shorter else rulebook.text
    owned = with_own_limits(text)
    head = [
        f"# A copy of {rulebook.id}, version {rulebook.version}, to be changed.",
        *(_EXAMPLES if is_shorter else ()),
        *(_STILL_SOURCED if owned is None else _OWNED),
        "",
    ]
    text = "\n".join([*head, owned or text])
    text = re.sub(r"(?m)^(id\s*=\s*).*$", rf'\g<1>"{new_id}"', text, count=1)
    return re.sub(r'(?m)^(title\s*=\s*".*)"\s*$', r'\g<1>, changed"', text, count=1)


def _without_examples(lines: list[str]) -> list[str]:
    kept: list[str] = []
    is_example = False
    for line in lines:
        heading = _HEADING.match(line)
        if heading is not None:
            was_example, is_example = is_example, heading[1] in _LEFT_OUT
            if is_example and not was_example:  # the remark above the first speaks of them
                while kept and (not kept[-1] or kept[-1].startswith("#")):
                    kept.pop()
        if not is_example:
            kept.append(line)
    return kept


def _same_but_for_examples(text: str, original: str) -> bool:
    """Say whether nothing else went, as where a text in several lines looks like a heading."""
    try:
        return _rest(tomllib.loads(text)) == _rest(tomllib.loads(original))
    except tomllib.TOMLDecodeError:
        return False


def _rest(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in _LEFT_OUT}
