"""What each part of a score is worth, what it loses, and which orders lost it."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from goodstanding.assessment.calculating import peer_column
from goodstanding.assessment.flags import met, quantity
from goodstanding.assessment.millionths import MILLION
from goodstanding.assessment.peers import group_column, level_column, size_column
from goodstanding.explanation.answer import Benchmark, ListingTold, PointsTold
from goodstanding.explanation.figures import decimals, figure
from goodstanding.explanation.subject_market import kept_rows
from goodstanding.expressions.nodes import Name
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.english import label
from goodstanding.rulebook.scored import compared, peer_numbers

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import Indicator, Measure, Points, Rulebook

MOST_STARS = 500  # hundredths

# One row of the step `results`.
Judged = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """How many millionths of a point an order or violation cost in one entry of points.

    `rows` names the set whose rows lost it, `about` the register of its number.
    """

    points: str
    rows: str
    about: str
    number: int
    lost: int


def points_told(rulebook: Rulebook, judged: Judged) -> tuple[PointsTold, ...]:
    """Return every entry of points, with what it is made of and what it is compared with."""
    return tuple(_told(rulebook, points, judged) for points in rulebook.points.values())


def losses(market: SubjectMarket, judged: Judged) -> list[Loss]:
    """Return what each order cost, entry by entry.

    What an entry loses is shared among the orders behind it: equally among those that a rate
    counts as bad, and by the stars that they miss where stars are averaged. The shares are
    whole millionths that add up to the loss; what is left over goes to the first orders. Where
    nothing is behind it (nothing was assessed) nobody has a share.
    """
    rulebook = market.question.rulebook
    return [
        loss
        for points in rulebook.points.values()
        for loss in _shared(market, points, lost(points, judged))
    ]


def listings_told(market: SubjectMarket, lost: Iterable[Loss]) -> tuple[ListingTold, ...]:
    """Return what the orders of each listing cost, the dearest first; of a listing nothing."""
    if market.question.rulebook.subject == "listing":
        return ()
    listings = _listings_of_orders(market)
    costs: dict[str | None, dict[str, int]] = {}
    for loss in (each for each in lost if each.about == "order"):
        ids: Sequence[str | None] = listings.get(loss.number) or [None]
        share, rest = divmod(loss.lost, len(ids))
        for place, listing_id in enumerate(ids):
            own = costs.setdefault(listing_id, {})
            own[loss.points] = own.get(loss.points, 0) + share + (place < rest)
    dearest = sorted(costs, key=lambda each: (-sum(costs[each].values()), each or ""))
    return tuple(
        ListingTold(
            listing_id=each,
            costs={name: number / MILLION for name, number in costs[each].items() if number},
        )
        for each in dearest
    )


def sum_told(rulebook: Rulebook, judged: Judged) -> str | None:
    """Say what the points come to and what the score makes of them, where it is not their sum."""
    score = rulebook.score
    if score is None or score.formula is None or not rulebook.points:
        return None
    parts = [judged[f"{name}__numerator"] or 0 for name in rulebook.points]
    note = f". {score.origin.note}" if score.origin.note else "."
    together = decimals(Fraction(sum(parts), MILLION))
    return f"Together {together}. The score is {score.formula.text}{note}"


def _listings_of_orders(market: SubjectMarket) -> dict[int, list[str]]:
    """Return the listings of each order, by id; of a rulebook without lines none are at hand."""
    kinds = [kind for kind in market.kinds if kind.name == "line"]
    if not kinds:
        return {}
    rows = market.database.rows(
        f"""
        select distinct kept.order_id, listing_ids.listing_id
        from {kept_rows(kinds[0])} as kept
        join listing_ids on listing_ids.listing_no = kept.listing_id
        order by kept.order_id, listing_ids.listing_id
        """
    )
    found: dict[int, list[str]] = {}
    for order_no, listing_id in rows:
        found.setdefault(order_no, []).append(listing_id)
    return found


def lost(points: Points, judged: Judged) -> int:
    """Return how many millionths an entry lacks of the most that it can be."""
    own = judged[f"{points.name}__numerator"]
    if own is None or points.most is None:
        return 0
    return int(points.most * MILLION) - int(own)


def _told(rulebook: Rulebook, points: Points, judged: Judged) -> PointsTold:
    own = judged[f"{points.name}__numerator"]
    indicator = _indicator_of(points, rulebook)
    return PointsTold(
        name=points.name,
        points=None if own is None else own / MILLION,
        most=None if points.most is None else float(points.most),
        lost=lost(points, judged) / MILLION,
        made_of=None if indicator is None else indicator.name,
        text=_text(points, indicator, judged),
        benchmark=None if indicator is None else benchmark_told(rulebook, indicator, judged),
        confidence=points.origin.confidence,
    )


def _indicator_of(points: Points, rulebook: Rulebook) -> Indicator | None:
    node = points.value.node
    return rulebook.indicators.get(node.name) if isinstance(node, Name) else None


def _text(points: Points, indicator: Indicator | None, judged: Judged) -> str:
    own = judged[f"{points.name}__numerator"]
    worth = "no points" if own is None else decimals(Fraction(own, MILLION))
    most = "" if points.most is None else f" of {decimals(points.most)}"
    if indicator is None:
        return f"{worth}{most}"
    top = judged[f"{indicator.name}__numerator"]
    bottom = judged.get(f"{indicator.name}__denominator")  # a count has none
    if not judged[f"{indicator.name}__is_assessed"]:
        return f"{worth}{most}: {label(indicator.name)} not assessed"
    value = figure(top, bottom, is_share=indicator.is_share)
    return f"{worth}{most}: {label(indicator.name)} {value}"


def benchmarks_told(rulebook: Rulebook, judged: Judged) -> dict[str, Benchmark]:
    """Return, by indicator, what each is compared with."""
    found = {
        name: benchmark_told(rulebook, rulebook.indicators[name], judged)
        for name in peer_numbers(rulebook)
    }
    return {name: told for name, told in found.items() if told is not None}


def benchmark_told(rulebook: Rulebook, indicator: Indicator, judged: Judged) -> Benchmark | None:
    """Return what an indicator is compared with; None where it is compared with nothing."""
    functions = peer_numbers(rulebook).get(indicator.name)
    if functions is None or rulebook.peers is None:
        return None
    level = judged[level_column(indicator.name)]
    groups = [*rulebook.peers.groups, "everyone"]
    values = {
        function: None
        if (found := judged[peer_column(function, indicator.name)]) is None
        else found / MILLION
        for function in functions
    }
    notes = [each.origin.note for each in compared(rulebook, indicator.name)]
    return Benchmark(
        within=groups[level],
        id=judged[group_column(indicator.name)],
        peers_n=judged[size_column(indicator.name)],
        values=values,
        notes=tuple(dict.fromkeys(note for note in notes if note is not None)),
        text=_compared(indicator, judged, functions, peers_called(rulebook)),
    )


def peers_called(rulebook: Rulebook) -> str:
    """Return what those are called with whom a subject is compared: stores, listings."""
    kind = rulebook.subject_kind
    return "stores" if kind.register == "seller" else kind.plural


def _compared(indicator: Indicator, judged: Judged, functions: Sequence[str], called: str) -> str:
    size, group = judged[size_column(indicator.name)], judged[group_column(indicator.name)]
    who = f"{size:,} {called}" if group is None else f"{size:,} {called} of category {group}"
    said = []
    for function in functions:
        value = judged[peer_column(function, indicator.name)]
        if value is not None:
            shown = figure(value, MILLION, is_share=indicator.is_share)
            said.append(f"{_CALLED[function].format(called)} {shown}")
    return f"{', '.join(said)} among {who}, itself included"


_CALLED = {
    "peer_rate": "average",
    "peer_mean": "average of the {}",
    "peer_most": "highest",
    "peer_least": "lowest",
}


def _shared(market: SubjectMarket, points: Points, whole: int) -> Iterator[Loss]:
    """Yield the share of each order behind what an entry loses."""
    indicator = _indicator_of(points, market.question.rulebook)
    if whole <= 0 or indicator is None or indicator.formula is not None:
        return
    top = market.question.rulebook.measures[indicator.measures[0]]
    about = ROW_KINDS[market.question.rulebook.rows[top.rows].kind].register
    weights = _weights(market, indicator, top, about)
    total = sum(weight for _, weight in weights)
    if not total:
        return
    shares = [whole * weight // total for _, weight in weights]
    rest = whole - sum(shares)
    for place, (number, _) in enumerate(weights):
        share = shares[place] + (place < rest)
        yield Loss(points=points.name, rows=top.rows, about=about, number=number, lost=share)


def _weights(
    market: SubjectMarket, indicator: Indicator, top: Measure, about: str
) -> list[tuple[int, int]]:
    """Return what is behind a loss through an indicator, by number, each with its weight."""
    if indicator.mean is not None:
        weight = f"{MOST_STARS} - {quantity(top.name)}"
        where = f"{met(top.name)} and {quantity(top.name)} < {MOST_STARS}"
    elif indicator.better == "lower":
        weight, where = "1", met(top.name)
    else:
        weight, where = "1", f"{met(indicator.measures[-1])} and not {met(top.name)}"
    rows = market.database.rows(
        f"""
        select told.{about}_id, sum({weight})::bigint
        from told_{top.rows} as told
        join {about}_ids on {about}_no = told.{about}_id
        where {where}
        group by told.{about}_id, {about}_ids.{about}_id
        order by {about}_ids.{about}_id
        """
    )
    return [(number, share) for number, share in rows]
