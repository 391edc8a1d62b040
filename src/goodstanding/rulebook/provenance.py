"""Check that every number says where it comes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from goodstanding.errors import near
from goodstanding.expressions.nodes import Node, Number, parts
from goodstanding.rulebook.conditions import conditions
from goodstanding.rulebook.model import DOUBTFUL, Origin, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path


def source_ids(written: str | None) -> tuple[str, ...]:
    """Part the ids of sources: 'SL-04, BX-1' are two."""
    return tuple(part for part in (p.strip() for p in (written or "").split(",")) if part)


def check_numbers(rulebook: Rulebook, notes: Notes) -> None:
    """Note numbers without a source, unless they claim none."""
    numbered: list[tuple[Path, Origin]] = [
        (path, origin)
        for path, condition, origin in conditions(rulebook)
        if _has_number(condition.node)
    ]
    numbered += [
        (("window", w.name), w.origin)
        for w in rulebook.windows.values()
        if w.length is not None and not w.choices
    ]
    numbered += [
        (("rows", rows.name, "collapse"), rows.collapse.origin)
        for rows in rulebook.rows.values()
        if rows.collapse is not None and rows.collapse.apart_days is not None
    ]
    numbered += [
        (("measure", m.name, "limited"), m.limited.origin)
        for m in rulebook.measures.values()
        if m.limited is not None
    ]
    numbered += [(("points", p.name), p.origin) for p in rulebook.points.values()]
    if rulebook.score is not None:
        numbered.append((("score",), rulebook.score.origin))
        caps = enumerate(rulebook.score.caps)
        numbered += [(("score", "cap", at), cap.origin) for at, cap in caps]
    numbered += [(("lookup", each.name), each.origin) for each in rulebook.lookups.values()]
    if rulebook.peers is not None:
        numbered.append((("peers",), rulebook.peers.origin))
    calendar = rulebook.calendar
    if calendar.published_before_day is not None or calendar.day is not None:
        numbered.append((("calendar",), calendar.origin))
    numbered += [
        (("ladder", ladder.name, *(("every",) if ladder.is_repeated else ("rungs", at))), r.origin)
        for ladder in rulebook.ladders.values()
        for at, r in enumerate(ladder.rungs)
    ]
    numbered += [
        (("effect", effect.place), effect.origin)
        for effect in rulebook.effects
        if effect.amount is not None or effect.days is not None
    ]
    for path, origin in numbered:
        is_read = notes.is_whole(*path[:2]) and notes.is_whole("source")
        if is_read and not origin.source and origin.confidence not in DOUBTFUL:
            notes.add(
                path,
                "Nothing says where its number comes from.",
                'Give source = "…" here or at the top, or confidence = "own design".',
            )


def check_sources(
    table: Mapping[str, object], path: Path, known: Collection[str], notes: Notes
) -> None:
    """Note sources, at any depth of a table, that are not among those known."""
    for key, value in table.items():
        here: Path = (*path, key)
        if key == "source" and isinstance(value, str):
            for source in source_ids(value):
                if source not in known:
                    notes.add(here, f"The source '{source}' is not known.", near(source, [*known]))
        elif isinstance(value, dict) and key not in {"example_row", "because"}:
            check_sources(value, here, known, notes)
        elif isinstance(value, list) and key != "example":
            for place, entry in enumerate(value):
                if isinstance(entry, dict):
                    check_sources(entry, (*here, place), known, notes)


def _has_number(node: Node) -> bool:
    return isinstance(node, Number) or any(map(_has_number, parts(node)))
