"""What would move a result, up and down: found on edited rows, by the steps that judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodstanding.assessment.flags import rows_known
from goodstanding.assessment.judging import limit_flag
from goodstanding.explanation.against import grading_indicators, limited_by
from goodstanding.explanation.answer import Adding, Cleaning, Recourse
from goodstanding.explanation.clean_rows import CLEAN, FURTHER_ORDERS
from goodstanding.explanation.limits import limit_in_words, why_not_graded
from goodstanding.explanation.reasons import CountedRow
from goodstanding.explanation.scenarios import Faulty, Judged, Scenario, Stage, judge, set_stage
from goodstanding.explanation.searching import Fewest, Search, fewest, run
from goodstanding.explanation.waiting import waiting
from goodstanding.rulebook.model import Indicator, Limit, Rulebook

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket

_TIMES_MORE = 10  # further orders that are tried, for each row that counts today
_AT_LEAST = 100  # further orders that are tried, however few count today
_AT_MOST = 20_000  # further orders that are tried, however many count today
# Where there is no grade there is none to reach, and where no order counts none to mend.
_NOTHING = Recourse(
    up_to=None,
    cleaning=None,
    adding=None,
    waiting=None,
    down_to=None,
    going_wrong=None,
    warning=None,
)
_CLEANING, _ADDING = "cleaning", "adding"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderToClean:
    """An order that counts against the subject: its number, id, and all that is at fault."""

    order_no: int
    order_id: str
    at_fault: frozenset[str]


def recourse(market: SubjectMarket, judged: Judged, rows: Sequence[CountedRow]) -> Recourse:
    """Say what would move a subject's result one grade up, and one down.

    `judged` is its result, `rows` are those that counted. A subject without a grade is told
    how many clean orders would give it one.
    """
    rulebook = market.question.rulebook
    if not rulebook.grades or not any(kind.is_of_orders for kind in market.kinds):
        return _NOTHING
    place: int | None = judged["grade__place"]
    orders = orders_to_clean(rulebook, judged, rows)
    stage = set_stage(market, [Faulty(order_no=o.order_no, at_fault=o.at_fault) for o in orders])
    most = min(max(_AT_LEAST, _TIMES_MORE * len(rows)), _AT_MOST)
    searches: dict[str, Search] = {}
    if place is None:
        searches[_ADDING] = fewest(_further(CLEAN), _is_graded, most)
    elif place > 0:
        up = _reaches(place - 1)
        searches[_CLEANING] = fewest(_cleaned, up, len(orders))
        searches[_ADDING] = fewest(_further(CLEAN), up, most)
    is_lowest = place is None or place == len(rulebook.grades) - 1
    if place is not None and not is_lowest:
        for what in ways_to_go_wrong(stage):
            searches[what] = fewest(_further(what), _falls_below(place), most)
    found = run(stage, searches)
    cleaned, added = found.pop(_CLEANING, None), found.pop(_ADDING, None)
    return Recourse(
        up_to=_up_to(rulebook, place, added),
        cleaning=None if cleaned is None else _cleaning(rulebook, place, orders, cleaned),
        adding=None if added is None else _adding(rulebook, place, added, most),
        waiting=waiting(stage, _reaches(place - 1)) if place else None,
        down_to=None if place is None or is_lowest else rulebook.grades[place + 1].name,
        going_wrong=None if is_lowest else _going_wrong(found, most),
        warning=rulebook.adding_may_lower,
    )


def orders_to_clean(
    rulebook: Rulebook, judged: Judged, rows: Iterable[CountedRow]
) -> list[OrderToClean]:
    """Return the orders that count against what keeps a subject from the next better grade.

    Those come first that make more of it worse, then those that would weigh longest.
    """
    place: int | None = judged["grade__place"]
    if not place:
        return []
    failing = {i.name for i in limited_by(rulebook, missed(rulebook, judged, place - 1))}
    faults: dict[int, set[str]] = {}
    hurt: dict[int, set[str]] = {}
    told: dict[int, tuple[int, str]] = {}
    for row in rows:
        if failing.isdisjoint(row.faults) or row.told.order_id is None:
            continue
        number, clears_on = row.number, row.told.clears_on or row.told.leaves_on
        faults.setdefault(number, set()).update(*row.faults.values())
        hurt.setdefault(number, set()).update(failing.intersection(row.faults))
        latest = max(clears_on.toordinal(), told.get(number, (0, ""))[0])
        told[number] = (latest, row.told.order_id)
    order = sorted(told, key=lambda number: (-len(hurt[number]), -told[number][0], told[number][1]))
    return [
        OrderToClean(order_no=n, order_id=told[n][1], at_fault=frozenset(faults[n])) for n in order
    ]


def missed(rulebook: Rulebook, judged: Judged, place: int) -> list[Limit]:
    """Return the limits of a grade that a result misses."""
    limits = rulebook.grades[place].limits
    return [limit for i, limit in enumerate(limits) if not judged[limit_flag(place, i)]]


def ways_to_go_wrong(stage: Stage) -> list[str]:
    """Return kinds of orders gone wrong, one for each set of indicators that they make worse."""
    rulebook = stage.market.question.rulebook
    ways = list(FURTHER_ORDERS)
    alone = judge(stage, [Scenario(added_n=1, added=what, has_rows=False) for what in ways])
    results = dict(zip(ways, alone, strict=True))
    clean = results.pop(CLEAN)
    found: dict[frozenset[str], str] = {}
    for what, judged in results.items():
        worsened = frozenset(
            indicator.name
            for indicator in grading_indicators(rulebook)
            if _is_worse(rulebook, indicator, judged, clean)
        )
        if worsened:
            found.setdefault(worsened, what)
    return list(found.values())


def _is_worse(rulebook: Rulebook, indicator: Indicator, judged: Judged, clean: Judged) -> bool:
    """Say whether a single row makes an indicator worse; `clean` is what a clean one comes to."""
    top, *bottom = indicator.measures
    if rulebook.measures[top].sum is not None:
        known = rows_known(top)
        if indicator.mean is not None and not (judged[known] and clean[known]):
            return False
        own, best = judged[top], clean[top]
        return bool(own < best) if indicator.better == "higher" else bool(own > best)
    if indicator.better == "lower":
        return bool(judged[top])
    return indicator.better == "higher" and bool(bottom and judged[bottom[0]] and not judged[top])


def _cleaned(n: int) -> Scenario:
    return Scenario(cleaned_n=n)


def _further(what: str) -> Callable[[int], Scenario]:
    return lambda n: Scenario(added_n=n, added=what)


def _is_graded(judged: Judged) -> bool:
    return judged["grade__place"] is not None


def _reaches(place: int) -> Callable[[Judged], bool]:
    return lambda judged: _is_graded(judged) and judged["grade__place"] <= place


def _falls_below(place: int) -> Callable[[Judged], bool]:
    return lambda judged: _is_graded(judged) and judged["grade__place"] > place


def _up_to(rulebook: Rulebook, place: int | None, added: Fewest | None) -> str | None:
    if place is not None:
        return rulebook.grades[place - 1].name if place else None
    if added is None or added.n is None or added.result is None:
        return None
    return rulebook.grades[added.result["grade__place"]].name


def _cleaning(
    rulebook: Rulebook, place: int | None, orders: Sequence[OrderToClean], found: Fewest
) -> Cleaning:
    ids = tuple(order.order_id for order in orders)
    if found.n is not None:
        return Cleaning(n=found.n, of_n=len(ids), order_ids=ids[: found.n], why_not=None)
    why = _still_missing(rulebook, place, found.result) if ids else "no order counts against it"
    return Cleaning(n=None, of_n=len(ids), order_ids=ids, why_not=why)


def _adding(rulebook: Rulebook, place: int | None, found: Fewest, most: int) -> Adding:
    why = None if found.n is not None else _still_missing(rulebook, place, found.result)
    return Adding(n=found.n, tried_n=most, what=CLEAN, why_not=why)


def _going_wrong(found: Mapping[str, Fewest], most: int) -> Adding:
    ways = {what: each.n for what, each in found.items() if each.n is not None}
    if not ways:
        why = "no kind of order that was tried would do it"
        return Adding(n=None, tried_n=most, what="", why_not=why)
    what = min(ways, key=lambda name: ways[name])
    return Adding(n=ways[what], tried_n=most, what=what, why_not=None)


def _still_missing(rulebook: Rulebook, place: int | None, result: Judged | None) -> str | None:
    """Say what a result still lacks for the grade above a place."""
    if result is None:
        return None
    if not _is_graded(result):
        return f"it would not be graded: {why_not_graded(rulebook, result).removesuffix('.')}"
    limits = missed(rulebook, result, place - 1) if place else []
    return f"still missed: {'; '.join(map(limit_in_words, limits))}"
