"""Mark a rulebook's limits, rungs and effects as somebody's own, in its text, comments and all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

OWN = "own design"
_GRADE = re.compile(r"\[\[?\s*grades?\s*[\].]")
_LIMITS = re.compile(r"\s*(?:all|steps)\s*=|\[\[\s*grade\s*\.\s*all\s*\]\]")
_LADDER = re.compile(r"\[\[?\s*ladder\s*\.")
_EFFECT = re.compile(r"\[\[\s*effect\s*\]\]")
_SOURCE = re.compile(r'\s*source\s*=\s*"[^"]*"\s*(#.*)?$')
_CONFIDENCE = re.compile(r'(\s*confidence\s*=\s*)"[^"]*"(\s*(?:#.*)?)$')
_WITHIN = re.compile(r',\s*(?:source|confidence)\s*=\s*"[^"]*"')  # of a limit or rung in { … }


def with_own_limits(text: str) -> str | None:
    """Return the text with each limit, step, rung and effect as own design, and without its source.

    None where it is written so that this cannot be done line by line.
    """
    lines = text.splitlines()
    starts = [0, *(n for n, line in enumerate(lines) if line.startswith("[")), len(lines)]
    blocks = [lines[start:end] for start, end in pairwise(starts)]
    changed = "\n".join(line for block in blocks for line in _owned(block)) + "\n"
    return changed if _is_done(text, changed) else None


def _owned(block: Sequence[str]) -> Iterator[str]:
    if not block or not _holds_numbers(block):
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


def _holds_numbers(block: Sequence[str]) -> bool:
    if _LADDER.match(block[0]) or _EFFECT.match(block[0]):
        return True
    return bool(_GRADE.match(block[0])) and any(map(_LIMITS.match, block))


def _is_done(text: str, changed: str) -> bool:
    """Say whether limits, rungs and effects are own design, and nothing else is another now."""
    try:
        before, after = tomllib.loads(text), tomllib.loads(changed)
    except tomllib.TOMLDecodeError:
        return False
    limited = [(grade, grade["all"]) for grade in after.get("grade", []) if grade.get("all")]
    followed: list[tuple[Any, list[Any]]] = [(effect, []) for effect in after.get("effect", [])]
    climbed = [(ladder, _rungs(ladder)) for ladder in after.get("ladder", {}).values()]
    return (
        _without_origins(before) == _without_origins(after)
        and _is_own(after.get("grades", {"confidence": OWN}), [])
        and all(_is_own(entry, parts) for entry, parts in (*limited, *climbed, *followed))
    )


def _rungs(ladder: dict[str, Any]) -> list[dict[str, Any]]:
    return [*ladder.get("rungs", []), *([ladder["every"]] if "every" in ladder else [])]


def _is_own(entry: dict[str, Any], parts: list[Any]) -> bool:
    """Say whether a grade or ladder is own design, and its limits or rungs are."""
    tables = [part for part in parts if isinstance(part, dict)]
    says_all = len(tables) == len(parts) > 0
    return (
        "source" not in entry
        and all("source" not in table for table in tables)
        and all(table.get("confidence", entry.get("confidence")) == OWN for table in tables)
        and (entry.get("confidence") == OWN or says_all)
    )


def _without_origins(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document; limits, steps, rungs and effects without where they come from."""
    grades = [
        _bare(grade) | {"all": [_bare(limit) for limit in grade["all"]]}
        if grade.get("all")
        else grade
        for grade in document.get("grade", [])
    ]
    ladders = {
        name: _bare(ladder) | {"rungs": [_bare(rung) for rung in _rungs(ladder)], "every": None}
        for name, ladder in document.get("ladder", {}).items()
    }
    return document | {
        "grade": grades,
        "grades": _bare(document.get("grades", {})),
        "ladder": ladders,
        "effect": [_bare(effect) for effect in document.get("effect", [])],
    }


def _bare(entry: Any) -> Any:
    """Return an entry without its source and confidence; a limit in short is its condition."""
    if not isinstance(entry, dict):
        return {"that": entry}
    return {key: value for key, value in entry.items() if key not in {"source", "confidence"}}
