"""Mark the limits of a rulebook's grades as somebody's own, in its text, comments and all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

OWN = "own design"
_GRADE = re.compile(r"\[\[?\s*grades?\s*[\].]")
_LIMITS = re.compile(r"\s*(?:all|steps)\s*=|\[\[\s*grade\s*\.\s*all\s*\]\]")
_SOURCE = re.compile(r'\s*source\s*=\s*"[^"]*"\s*(#.*)?$')
_CONFIDENCE = re.compile(r'(\s*confidence\s*=\s*)"[^"]*"(\s*(?:#.*)?)$')
_WITHIN = re.compile(r',\s*(?:source|confidence)\s*=\s*"[^"]*"')  # of a limit in { … }


def with_own_limits(text: str) -> str | None:
    """Return the text with each limit or step of a grade as own design, and without its source.

    None where it is written so that this cannot be done line by line.
    """
    lines = text.splitlines()
    starts = [0, *(n for n, line in enumerate(lines) if line.startswith("[")), len(lines)]
    blocks = [lines[start:end] for start, end in pairwise(starts)]
    changed = "\n".join(line for block in blocks for line in _owned(block)) + "\n"
    return changed if _is_done(text, changed) else None


def _owned(block: Sequence[str]) -> Iterator[str]:
    if not block or not _GRADE.match(block[0]) or not any(map(_LIMITS.match, block)):
        yield from block
        return
    says_so = any(map(_CONFIDENCE.match, block))
    yield block[0]
    if not says_so:
        yield f'confidence = "{OWN}"'
    for line in block[1:]:
        source = _SOURCE.match(line)
        if source is None:
            yield _CONFIDENCE.sub(rf'\1"{OWN}"\2', _WITHIN.sub("", line))
        elif source[1]:
            yield source[1]


def _is_done(text: str, changed: str) -> bool:
    """Say whether every limit is own design, and nothing else is another than it was."""
    try:
        before, after = tomllib.loads(text), tomllib.loads(changed)
    except tomllib.TOMLDecodeError:
        return False
    limited = [grade for grade in after.get("grade", []) if grade.get("all")]
    return (
        _without_origins(before) == _without_origins(after)
        and all(map(_is_own, limited))
        and _is_own({"all": [], **after.get("grades", {"confidence": OWN})})
    )


def _is_own(grade: dict[str, Any]) -> bool:
    limits = [limit for limit in grade["all"] if isinstance(limit, dict)]
    return (
        "source" not in grade
        and all("source" not in limit for limit in limits)
        and all(limit.get("confidence", grade.get("confidence")) == OWN for limit in limits)
        and (grade.get("confidence") == OWN or len(limits) == len(grade["all"]))
    )


def _without_origins(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document, its limits and steps without what says where they come from."""
    grades = [
        _bare(grade) | {"all": [_bare(limit) for limit in grade["all"]]}
        if grade.get("all")
        else grade
        for grade in document.get("grade", [])
    ]
    return document | {"grade": grades, "grades": _bare(document.get("grades", {}))}


def _bare(entry: Any) -> Any:
    """Return an entry without its source and confidence; a limit in short is its condition."""
    if not isinstance(entry, dict):
        return {"that": entry}
    return {key: value for key, value in entry.items() if key not in {"source", "confidence"}}
