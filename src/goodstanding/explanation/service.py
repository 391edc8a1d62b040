"""Service, order by order: what a store's, or a listing's, orders passed, and what that comes to.

The rules are a rulebook's (`service-links`, of a listing `service-links-listing`); here its judged
rows are grouped by link, by way and by what was put in. None of it enters a grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from goodstanding.assessment.assessing import not_there
from goodstanding.assessment.silence import silent_since
from goodstanding.explanation import service_rows
from goodstanding.explanation.service_answer import (
    LEAST_ORDERS,
    MOST_LISTED,
    CostsTold,
    Enough,
    ExtraTold,
    LinkName,
    LinkTold,
    MessagesTold,
    Outcome,
    OutcomeTold,
    ReturnsTold,
    Service,
    Share,
    WayTold,
    share,
)
from goodstanding.explanation.service_costs import LEVEL, Costs, costs_of
from goodstanding.explanation.subject_market import subject_market
from goodstanding.explanation.uncertainty import newcombe
from goodstanding.facts.store import known_until
from goodstanding.rows.catalogue import ROW_KINDS

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.facts.store import Settings
    from goodstanding.viewers import Viewer

RULEBOOKS: Mapping[Literal["seller", "listing"], str] = {
    "seller": "service-links",
    "listing": "service-links-listing",
}
_EXTRAS: tuple[Literal["note", "sample", "gift"], ...] = ("note", "sample", "gift")
_STARS = 100  # how many times a star is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """A link by the numbers of the rulebook that tell of it.

    `on` is the day by which its orders are listed, `apart` what counts of it say.
    """

    name: LinkName
    rate: str
    not_due: str
    on: str
    apart: Mapping[str, str]


_LINKS = (
    _Link(name="paid", rate="paid_rate", not_due="payments_not_due", on="placed_on", apart={}),
    _Link(
        name="shipped by the ship-by instant",
        rate="shipped_in_time_rate",
        not_due="shipping_not_due",
        on="coalesce(ship_by_on, cancelled_on)",
        apart={},
    ),
    _Link(
        name="delivered by the promised day",
        rate="delivered_in_time_rate",
        not_due="delivery_not_due",
        on="deliver_by_on",
        apart={"nobody told when it came": "delivery_not_told"},
    ),
    _Link(
        name="question answered within a day",
        rate="order_questions_rate",
        not_due="order_questions_not_due",
        on="opened_on",
        apart={},
    ),
    _Link(
        name="reviewed with four stars or five",
        rate="reviewed_well_rate",
        not_due="reviews_not_due",
        on="feedback_on",
        apart={"not reviewed in 30 days": "reviews_never_given"},
    ),
    _Link(
        name="dispute answered in five days",
        rate="disputes_answered_rate",
        not_due="disputes_not_due",
        on="coalesce(dispute_unanswered_on, dispute_acted_on)",
        apart={},
    ),
)


def service(database: Database, settings: Settings, question: Question, viewer: Viewer) -> Service:
    """Tell the service of the one store or listing that a question of `service-links` names.

    Raises `SubjectUnknown` where the market has never heard of it, or not by the as-of day.
    """
    with subject_market(database, settings, question) as market:
        results = market.result()
        if not results.num_rows:
            raise not_there(question)
        (judged,) = results.to_pylist()
        service_rows.keep_judged(market)
        service_rows.keep_ways(market)
        missed = {link.name: _missed(market, link) for link in _LINKS}
        sellers = _sellers(database, market) if any(missed.values()) else []
        costs = costs_of(database, settings, question, sellers)
        again, over_n, not_over_n = service_rows.returns(market)
        return Service(
            subject_kind="seller" if question.rulebook.subject == "seller" else "listing",
            subject_id=str(question.subject_id),
            viewer=viewer,
            as_of=question.as_of,
            known_at=question.known_at,
            time_zone=settings.time_zone,
            silent_since=silent_since(
                question.as_of,
                known_at=question.known_at,
                known_until=known_until(database),
                zone=settings.time_zone,
            ),
            rulebook=question.rulebook.id,
            version=question.rulebook.version,
            links=tuple(_link(link, judged, missed[link.name], costs) for link in _LINKS),
            costs=_costs(costs, {no for each in missed.values() for no in each.values()}),
            messages=MessagesTold(
                answered=_rate(judged, "questions_answered_rate"),
                not_due_n=_count(judged, "questions_not_due"),
                median_seconds=service_rows.median_seconds(market),
            ),
            dispute_rate=_rate(judged, "dispute_rate"),
            arbitration_rate=_rate(judged, "arbitration_rate"),
            bought_again=ReturnsTold(again=share(again, over_n), not_over_n=not_over_n),
            ways=_ways(service_rows.ways(market)),
            extras=tuple(_extras(service_rows.by_extra(market))),
            excluded=service_rows.excluded(market),
        )


def _sellers(database: Database, market: SubjectMarket) -> list[str]:
    """Return the ids of the stores whose orders are told of."""
    question = market.question
    if question.rulebook.subject == "seller":
        return [str(question.subject_id)]
    numbers = [no for (no,) in market.database.rows("select distinct seller_id from told_orders")]
    found = database.rows(
        "select seller_id from seller_ids where list_contains($numbers, seller_no) order by 1",
        {"numbers": numbers},
    )
    return [name for (name,) in found]


def _rate(judged: Mapping[str, Any], indicator: str) -> Share:
    return share(judged[f"{indicator}__numerator"], judged[f"{indicator}__denominator"])


def _count(judged: Mapping[str, Any], indicator: str) -> int:
    return int(judged[f"{indicator}__numerator"])


def _missed(market: SubjectMarket, link: _Link) -> dict[str, int]:
    rulebook = market.question.rulebook
    passed, due = rulebook.indicators[link.rate].measures
    return service_rows.missed(market, rulebook.measures[due].rows, due, passed, link.on)


def _link(
    link: _Link, judged: Mapping[str, Any], missed: Mapping[str, int], costs: Costs
) -> LinkTold:
    passed = _rate(judged, link.rate)
    return LinkTold(
        link=link.name,
        passed=passed,
        missed_n=passed.denominator - passed.numerator,
        missed=tuple(missed)[:MOST_LISTED],
        missed_more=max(len(missed) - MOST_LISTED, 0),
        not_due_n=_count(judged, link.not_due),
        apart={said: _count(judged, name) for said, name in link.apart.items()},
        points_lost=costs.points_lost(missed.values()),
        bad_experiences_n=costs.bad_n(missed.values()),
    )


def _costs(costs: Costs, orders: set[int]) -> CostsTold:
    return CostsTold(
        orders_n=len(orders),
        points_lost=costs.points_lost(orders),
        score_by=costs.score_by,
        bad_experiences_n=costs.bad_n(orders),
        level_by=LEVEL,
    )


def _ways(found: list[dict[str, Any]]) -> tuple[WayTold, ...]:
    return tuple(_way(each, is_best=_is_best(each, found)) for each in found)


def _way(found: Mapping[str, Any], *, is_best: bool) -> WayTold:
    is_enough = found["orders_n"] >= LEAST_ORDERS
    stars_n = found["stars_n"]
    return WayTold(
        method=found["method"],
        ship_to=found["ship_to"],
        orders_n=found["orders_n"],
        state="told" if is_enough else "too few orders to say",
        on_time=share(found["in_time_n"], found["due_n"]) if is_enough else None,
        not_received=share(found["not_received_n"], found["orders_n"]) if is_enough else None,
        logistics=found["stars"] / stars_n / _STARS if is_enough and stars_n else None,
        logistics_n=stars_n,
        is_best=is_best,
    )


def _is_best(found: Mapping[str, Any], every: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether a way is more punctual than each other one there, by the intervals."""
    others = [
        each
        for each in every
        if each is not found
        and each["ship_to"] == found["ship_to"]
        and each["due_n"] >= LEAST_ORDERS
    ]
    if not others or found["due_n"] < LEAST_ORDERS or found["ship_to"] is None:
        return False
    own = (found["in_time_n"], found["due_n"])
    return all(newcombe(own, (each["in_time_n"], each["due_n"])).low > 0 for each in others)


def _extras(found: Mapping[int, Mapping[str, tuple[int, int]]]) -> Iterator[ExtraTold]:
    """Yield what was put in, each against nothing; last anything of it, where there is more."""
    codes = ROW_KINDS["order"].column("extra")
    nothing = found.get(codes.code_number("none"), {})
    carried = {name: found[no] for name in _EXTRAS if (no := codes.code_number(name)) in found}
    for name, outcomes in carried.items():
        yield _extra(name, outcomes, nothing)
    if len(carried) > 1:
        yield _extra("any", _together(carried.values()), nothing)


def _together(several: Iterable[Mapping[str, tuple[int, int]]]) -> dict[str, tuple[int, int]]:
    total: dict[str, tuple[int, int]] = {}
    for outcomes in several:
        for name, (part, whole) in outcomes.items():
            so_far = total.get(name, (0, 0))
            total[name] = (so_far[0] + part, so_far[1] + whole)
    return total


def _extra(
    extra: Literal["note", "sample", "gift", "any"],
    outcomes: Mapping[str, tuple[int, int]],
    nothing: Mapping[str, tuple[int, int]],
) -> ExtraTold:
    names: tuple[Outcome, ...] = ("reviewed well", "disputed", "bought again")
    return ExtraTold(
        extra=extra,
        orders_n=outcomes["disputed"][1],
        outcomes=tuple(
            _outcome(name, outcomes.get(name, (0, 0)), nothing.get(name, (0, 0))) for name in names
        ),
    )


def _outcome(name: Outcome, with_it: tuple[int, int], without: tuple[int, int]) -> OutcomeTold:
    is_enough = min(with_it[1], without[1]) >= LEAST_ORDERS
    state: Enough = "told" if is_enough else "too few orders to say"
    return OutcomeTold(
        outcome=name,
        state=state,
        with_it=share(*with_it),
        without=share(*without),
        difference=with_it[0] / with_it[1] - without[0] / without[1] if is_enough else None,
        interval=newcombe(with_it, without) if is_enough else None,
    )
