"""Check what turns numbers into a score: formulas, peers, points and their sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from goodstanding.errors import near
from goodstanding.expressions.inference import infer
from goodstanding.expressions.nodes import Call, Name, Node, names_in, parts
from goodstanding.expressions.types import NUMBERS, Kind, Type
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.evidence import evidence_faults
from goodstanding.rulebook.model import Expression, Indicator, Peers, Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.scopes import row_scope, value_scope

PEER_FUNCTIONS = ("peer_rate", "peer_mean", "peer_most", "peer_least")
HALF_WIDTH: Path = ("score", "interval", "half_width")
# The columns of rows that say in which category something was sold.
_GROUPS = ("category_id", "category_l2_id", "category_l1_id")


def check_scoring(rulebook: Rulebook, notes: Notes) -> None:
    """Note formulas that cannot be meant, and peers who cannot be told."""
    if rulebook.peers is not None:
        _check_peers(rulebook.peers, rulebook, notes)
    broken = notes.broken_names("measure", "indicator", "points")
    scope = value_scope(rulebook, broken, notes.broken_names("lookup"))
    summed = dict.fromkeys(["points"] if rulebook.points else [], Type(kind=Kind.FRACTION))
    for path, formula in formulas(rulebook):
        names = {**scope.names, **(summed if path[0] == "score" else {})}
        found, faults = infer(formula.node, replace(scope, names=names))
        for fault in faults:
            notes.add(path, fault.what, fault.hint)
        if not faults and found.kind not in (*NUMBERS, Kind.UNKNOWN):
            notes.add(path, f"{formula.text} is {found}, where a number is expected.")
        for fault in () if faults else evidence_faults(formula.node):
            notes.add(path, fault.what, fault.hint)
    _check_circles(rulebook, notes)
    if rulebook.peers is not None and not notes.broken and not peer_numbers(rulebook):
        what = "Nothing asks for the numbers of peers."
        notes.add(("peers",), what, "Write peer_rate(indicator) in a curve, or leave it out.")


def formulas(rulebook: Rulebook) -> Iterator[tuple[Path, Expression]]:
    """Yield every expression that calculates with a subject's numbers, with its place."""
    for indicator in rulebook.indicators.values():
        if indicator.formula is not None:
            yield ("indicator", indicator.name, "is"), indicator.formula
    for points in rulebook.points.values():
        path: Path = ("points", points.name)
        yield (*path, "is"), points.value
        for at, point in enumerate(points.curve):
            yield (*path, "curve", at), point.x
    if rulebook.score is not None and rulebook.score.formula is not None:
        yield ("score", "is"), rulebook.score.formula
    if rulebook.score is not None and rulebook.score.half_width is not None:
        yield HALF_WIDTH, rulebook.score.half_width


def peer_numbers(rulebook: Rulebook) -> dict[str, list[str]]:
    """Return the indicators of which benchmarks are asked for, with the functions that ask."""
    found: dict[str, list[str]] = {}
    for _, formula in formulas(rulebook):
        for function, name in _asked_of_peers(formula.node):
            asked = found.setdefault(name, [])
            if function not in asked:
                asked.append(function)
    return found


def measured_by_peers(rulebook: Rulebook) -> dict[str, str]:
    """Return the indicators that are calculated from what peers come to, and of which number."""
    return {
        indicator.name: name
        for indicator in rulebook.indicators.values()
        if indicator.formula is not None
        for _, name in _asked_of_peers(indicator.formula.node)
    }


def compared(rulebook: Rulebook, name: str) -> list[Indicator]:
    """Return the indicators that are calculated from what peers come to in an indicator."""
    of_peers = measured_by_peers(rulebook).items()
    return [rulebook.indicators[each] for each, number in of_peers if number == name]


def _asked_of_peers(node: Node) -> Iterator[tuple[str, str]]:
    match node:
        case Call(function=function, arguments=(Name(name),)) if function in PEER_FUNCTIONS:
            yield function, name
        case _:
            for part in parts(node):
                yield from _asked_of_peers(part)


def without_peers(rulebook: Rulebook) -> Rulebook | None:
    """Return a rulebook that tells what this one tells without looking at anybody else.

    None where nothing is left, or a grade or score is made of what is.
    """
    if rulebook.peers is None:
        return rulebook
    if rulebook.grades or rulebook.points or rulebook.score is not None:
        return None
    made = {i.name: i.formula.node for i in rulebook.indicators.values() if i.formula is not None}
    compared = {name for name, node in made.items() if any(_asked_of_peers(node))}
    own = {
        name: indicator
        for name, indicator in rulebook.indicators.items()
        if name not in compared and not (name in made and _needed(made[name], made) & compared)
    }
    return replace(rulebook, peers=None, indicators=own) if own else None


def _check_peers(peers: Peers, rulebook: Rulebook, notes: Notes) -> None:
    measure = rulebook.measures[peers.of]
    kind = ROW_KINDS[rulebook.rows[measure.rows].kind]
    for at, name in enumerate(peers.groups):
        if name not in _GROUPS or not kind.has(name):
            what = f"'{name}' is no category of {kind.name} rows."
            known = [each for each in _GROUPS if kind.has(each)]
            hint = near(name, known) if known else 'Name a measure of rows from = "line".'
            notes.add(("peers", "groups", at), what, hint)
    scope = row_scope(kind, has_window=False, lookups=rulebook.lookups)
    found, faults = infer(peers.most.node, scope)
    for fault in faults:
        notes.add(("peers", "most"), fault.what, fault.hint)
    if not faults and found.kind not in {Kind.WHOLE, Kind.MONEY}:
        what = f"{peers.most.text} is {found}, which is not added up."
        notes.add(("peers", "most"), what, "Write an amount, or 1 to count rows.")


def _check_circles(rulebook: Rulebook, notes: Notes) -> None:
    """Note formulas that need themselves, and points that need the score."""
    made = {i.name: i.formula.node for i in rulebook.indicators.values() if i.formula is not None}
    order = [*made, *rulebook.points]
    for path, formula in formulas(rulebook):
        if path == HALF_WIDTH:  # it comes after the score
            continue
        own = str(path[1]) if path[0] != "score" else "score"
        below = _needed(formula.node, made)
        if own in below:
            notes.add(path, f"'{own}' is made of itself.", "Name other numbers.")
        elif path[0] != "score" and below & {"score", "points"}:
            notes.add(path, "The score is added up last.", "Name indicators.")
        elif path[0] != "score":
            later = set(rulebook.points) & below
            place = order.index(own)
            wrong = [name for name in later if order.index(name) >= place]
            if wrong:
                what = f"'{wrong[0]}' are points, which come later."
                notes.add(path, what, "Name indicators, or points that stand above.")


def _needed(node: Node, made: dict[str, Node], seen: frozenset[str] = frozenset()) -> set[str]:
    found: set[str] = set()
    for name in names_in(node):
        found.add(name)
        if name in made and name not in seen:
            found |= _needed(made[name], made, seen | {name})
    return found
