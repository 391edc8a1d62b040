"""Walk every condition of a rulebook, with its place and with where its numbers come from."""

from __future__ import annotations

from collections.abc import Iterator

from goodstanding.expressions.money import money_in
from goodstanding.expressions.nodes import Node
from goodstanding.rows.catalogue import ROW_KINDS, RowKind
from goodstanding.rulebook.model import Expression, Origin, RowSet, Rulebook
from goodstanding.rulebook.positions import Path


def conditions(rulebook: Rulebook) -> Iterator[tuple[Path, Expression, Origin]]:
    """Yield every condition of a rulebook with its place and where its numbers come from."""
    yield from _row_conditions(rulebook)
    for place, excluded in enumerate(rulebook.exclusions):
        if excluded.when is not None:
            yield ("exclude", place, "when"), excluded.when, excluded.origin
    for measure in rulebook.measures.values():
        path: Path = ("measure", measure.name)
        if measure.when is not None:
            yield (*path, "when"), measure.when, measure.origin
        for kind, condition in measure.kinds.items():
            origin = measure.kind_origins.get(kind, measure.origin)
            yield (*path, "any", kind), condition, origin
    for indicator in rulebook.indicators.values():
        if indicator.not_assessed_if is not None:
            path = ("indicator", indicator.name, "not_assessed_if")
            yield path, indicator.not_assessed_if, indicator.origin
    yield from judging_conditions(rulebook)
    for effect in rulebook.effects:
        if effect.condition is not None:
            yield ("effect", effect.place, "if"), effect.condition, effect.origin
    yield from score_conditions(rulebook)


def score_conditions(rulebook: Rulebook) -> Iterator[tuple[Path, Expression, Origin]]:
    """Yield the conditions under which there is no score, or it is capped."""
    score = rulebook.score
    if score is None:
        return
    if score.not_assessed_if is not None:
        yield ("score", "not_assessed_if"), score.not_assessed_if, score.origin
    for at, cap in enumerate(score.caps):
        yield ("score", "cap", at, "if"), cap.condition, cap.origin


def _row_conditions(rulebook: Rulebook) -> Iterator[tuple[Path, Expression, Origin]]:
    """Yield the conditions that choose windows and narrow rows."""
    for window in rulebook.windows.values():
        for place, choice in enumerate(window.choices):
            if choice.condition is not None:
                yield ("window", window.name, "choose", place), choice.condition, window.origin
    for rows in rulebook.rows.values():
        if rows.where is not None:
            yield ("rows", rows.name, "where"), rows.where, rows.origin


def row_nodes(rulebook: Rulebook, row_set: RowSet) -> list[Node]:
    """Return whatever expressions of a rulebook look at the rows of a set."""
    measures = [m for m in rulebook.measures.values() if m.rows == row_set.name]
    nodes: list[Node] = [e.node for m in measures for e in (m.when, m.sum, *m.kinds.values()) if e]
    if row_set.where is not None:
        nodes.append(row_set.where.node)
    nodes += [e.when.node for e in rulebook.exclusions if row_set.name in e.rows and e.when]
    peers = rulebook.peers
    if peers is not None and rulebook.measures[peers.of].rows == row_set.name:
        nodes.append(peers.most.node)
    if row_set.collapse is not None:
        nodes += [each.node for each in row_set.collapse.per]
    nodes += [each.node for m in measures if m.limited for each in m.limited.per]
    return nodes


def converts_money(rulebook: Rulebook, row_set: RowSet) -> bool:
    """Say whether an amount of the rows of a set is compared with money of a currency."""
    return any(any(money_in(node)) for node in row_nodes(rulebook, row_set))


def judging_conditions(rulebook: Rulebook) -> Iterator[tuple[Path, Expression, Origin]]:
    """Yield the conditions that judge a subject: not graded, and the limits of grades."""
    for place, entry in enumerate(rulebook.not_graded):
        yield ("not_graded", place, "if"), entry.condition, entry.origin
    for place, grade in enumerate(rulebook.grades):
        for at, limit in enumerate(grade.limits):
            path = ("grade", place, "all", at)
            yield path, limit.that, limit.origin
            if limit.unless is not None:
                yield (*path, "unless"), limit.unless, limit.origin


def follows_calendar(rulebook: Rulebook) -> bool:
    """Say whether months, or rows together, settle what counts: moving days may change it."""
    has_months = any(
        window.length is not None and window.length.unit != "days"
        for window in rulebook.windows.values()
    )
    is_limited = any(measure.limited is not None for measure in rulebook.measures.values())
    has_repeats = any(rows.collapse is not None for rows in rulebook.rows.values())
    return has_months or is_limited or has_repeats


def kinds_of_rows(rulebook: Rulebook) -> list[RowKind]:
    """Return the kinds of row that a rulebook counts, each once."""
    return [ROW_KINDS[name] for name in dict.fromkeys(r.kind for r in rulebook.rows.values())]


def a(kind: str) -> str:
    """Write a kind of row with its article: an order, a line."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
