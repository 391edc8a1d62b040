"""Where a bundled rulebook lowers a number for better conduct, as it says itself, and when.

Each exception is told with the words in which the rulebooks say so, and with cases of it: rows of
which the first is improved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from goodstanding.assessment.sanction_words import exactly, sanction_column
from goodstanding.days import ONE_DAY
from tests.conduct_trials import Trial
from tests.drawn_rows import STARS, Row

_DAILY = "aliexpress-daily-service-score"
_DAILY_2015 = (_DAILY, date(2015, 10, 8))
_DAILY_2018 = (_DAILY, date(2018, 7, 25))
_FEEDBACK = ("aliexpress-feedback", date(2015, 1, 5))
_CREDIT = ("taobao-credit", date(2018, 10, 22))
_LEVEL = ("aliexpress-service-level", date(2015, 1, 5))
_VIOLATIONS = ("aliexpress-violations", date(2015, 1, 5))
_BUYERS = ("buyer-score", date(2015, 1, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Rows on one of the days of a rulebook's examples, the first improved, and what that lowers.

    Days are written as how many lie between them and the as-of day.
    """

    rule: tuple[str, date]
    rows: tuple[Row, ...]
    improvement: str
    lowers: str

    def rows_on(self, as_of: date) -> list[Row]:
        return [_dated(row, as_of) for row in self.rows]


def _dated(row: Row, as_of: date) -> Row:
    dated: Row = {}
    for name, value in row.items():
        if name == "beside":
            beside = {kind: [_dated(each, as_of) for each in rows] for kind, rows in value.items()}
            dated[name] = beside
        else:
            dated[name] = as_of - value * ONE_DAY if name.endswith("_on") else value
    return dated


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowering:
    """One reason for which better conduct may lower something, named by what it says."""

    says: str
    cases: tuple[Case, ...]
    is_meant: Callable[[Trial, str], bool]

    def allows(self, trial: Trial, what: str) -> bool:
        """Say whether it is one of its rulebooks, and whether this is why something is lower."""
        rule = (trial.rulebook.id, trial.rulebook.version)
        return rule in {case.rule for case in self.cases} and self.is_meant(trial, what)


def _comes_in(trial: Trial, what: str) -> bool:
    is_more: bool = trial.after["rows_excluded"] < trial.before["rows_excluded"]
    return is_more and bool(trial.row["stars"] < 5)


def _moves_repeats(trial: Trial, what: str) -> bool:
    has_repeats = trial.before["rows_repeated"] + trial.after["rows_repeated"] > 0
    is_among = what in {"positive_rate", "credit_score", "grade"}
    return is_among and _is_of_stars(trial) and bool(has_repeats)


def _is_of_stars(trial: Trial) -> bool:
    return not trial.improvement.mends.isdisjoint(STARS)


def _is_rated_twice_a_day(trial: Trial, what: str) -> bool:
    collapses = [rows.collapse for rows in trial.rulebook.rows.values() if rows.collapse]
    others = [*trial.rows[: trial.place], *trial.rows[trial.place + 1 :]]
    return _is_of_stars(trial) and any(
        other.get(name) == trial.row.get(name)
        for other in others
        for name in (collapse.by for collapse in collapses)
        if other.get("buyer_id") is not None and other["buyer_id"] == trial.row.get("buyer_id")
    )


def _leaves_volume(trial: Trial, what: str) -> bool:
    fewer: int = trial.before["ended_or_disputed"] - trial.after["ended_or_disputed"]
    return fewer == 1 and trial.improvement.name == "found_right"


def _fires_later(trial: Trial, what: str) -> bool:
    """Say whether the sanction is of a node that the rows as they were had reached before it."""
    ladder = trial.rulebook.ladders.get(what)
    if ladder is None:
        return False
    at, first_on = (trial.after[sanction_column(what, part)] for part in ("at", "first_on"))
    day_before = replace(trial.setting, as_of=first_on - ONE_DAY)
    return bool(trial.before_on(day_before)[ladder.climbs] >= exactly(at) * ladder.unit)


def _makes_a_grade(trial: Trial, what: str) -> bool:
    more: int = trial.after["ended_paid"] - trial.before["ended_paid"]
    return what == "grade" and trial.before["grade"] is None and more == 1


def _is_no_longer_new(trial: Trial, what: str) -> bool:
    was_new = trial.before["not_graded_because"] == "new"
    return what == "grade" and was_new and trial.after["score"] >= trial.before["score"]


def _shortens_the_period(trial: Trial, what: str) -> bool:
    was, now = (each["period_days_value"] for each in (trial.before, trial.after))
    return (was, now) == (90, 30)


_RATED: Row = {"feedback_on": 3, "closed_on": 9, "buyer_id": "one buyer"}
_TWO_ALIKE = (
    _RATED | {"description_stars": 3, "communication_stars": 5, "logistics_stars": 5},
    _RATED | {"description_stars": 4, "communication_stars": 1, "logistics_stars": 1},
)
_LOW = _RATED | {"description_stars": 1, "communication_stars": 1, "logistics_stars": 1}
_RAISED = "description_stars raised by 4"
_ENDED: Row = {"paid_on": 20, "is_paid": True, "shipped_on": 18, "closed_on": 8}
_DISPUTED: Row = {
    "dispute_opened_on": 7,
    "dispute_acted_on": 7,
    "dispute_reason": "not_received",
    "dispute_first_reason": "not_received",
}
_LOST: Row = {
    "dispute_opened_on": 120,
    "dispute_acted_on": 120,
    "dispute_reason": "not_as_described",
    "dispute_first_reason": "not_as_described",
    "dispute_escalated_on": 119,
    "dispute_closed_on": 10,
    "dispute_close_reason": "ruled",
    "dispute_liable": "seller",
    "dispute_lost_on": 10,
    "arbitration_ended_on": 10,
    "closed_on": 121,
}
_BOUGHT: Row = {"placed_on": 60, "paid_on": 60, "is_paid": True, "amount_minor": 2500}
_LOST_TO_SELLER: Row = {
    "closed_on": 40,
    "dispute_closed_on": 20,
    "dispute_close_reason": "ruled",
    "dispute_liable": "buyer",
    "refunded_on": 30,
    "refund_reason": "changed_mind",
    "is_free_refund": True,
}
_FOUND_OUT = {"finding": [{"decided_on": 0, "gravity": 10}] * 12}
_UNSOLD: Row = {"paid_on": 15, "is_paid": True, "ship_by_on": 12, "unshipped_on": 12}
_CALLED_OFF: Row = {"cancelled_on": 10, "cancelled_by": "seller"}
_EARLIER: Row = {"paid_on": 60, "is_paid": True, "ship_by_on": 55}
_CREDITED: Row = {"buyer_id": "one buyer", "feedback_on": 1, "stars": 5}

LOWERINGS = (
    Lowering(
        says="a dispute withdrawn in time lets a rating count that was left out, a bad one too",
        cases=(
            Case(
                rule=_FEEDBACK,
                rows=(_DISPUTED | {"feedback_on": 3, "stars": 1},),
                improvement="withdrawn",
                lowers="feedback_score",
            ),
        ),
        is_meant=_comes_in,
    ),
    Lowering(
        says="a rating that the buyer betters gives its place to another of the kind that it was",
        cases=(
            Case(
                rule=_CREDIT,
                rows=(
                    _CREDITED | {"placed_on": 25, "stars": 2},
                    _CREDITED | {"placed_on": 20, "stars": 2},
                    _CREDITED | {"placed_on": 15, "buyer_id": "another"},
                ),
                improvement="stars raised by 1",
                lowers="positive_rate",
            ),
            Case(
                rule=_CREDIT,
                rows=(
                    _CREDITED | {"placed_on": 35, "stars": 1},
                    _CREDITED | {"placed_on": 25},
                    *(_CREDITED | {"placed_on": 40, "listing_id": f"{n}"} for n in range(7)),
                ),
                improvement="stars raised by 4",
                lowers="credit_score",
            ),
        ),
        is_meant=_moves_repeats,
    ),
    Lowering(
        says="bettering one of several of one day can bring another of them to count",
        cases=(
            *(
                Case(rule=rule, rows=_TWO_ALIKE, improvement=_RAISED, lowers="communication")
                for rule in (
                    ("aliexpress-detailed-ratings", date(2015, 1, 5)),
                    ("store-rating", date(2015, 1, 5)),
                    _DAILY_2015,
                    _DAILY_2018,
                    ("listing-service-score", date(2015, 10, 8)),
                )
            ),
            Case(
                rule=("taobao-dsr", date(2014, 3, 13)),
                rows=(*_TWO_ALIKE, _LOW, _LOW),
                improvement=_RAISED,
                lowers="service",
            ),
        ),
        is_meant=_is_rated_twice_a_day,
    ),
    Lowering(
        says="found in the seller's favour, an order that ended before the period leaves it",
        cases=(
            Case(
                rule=_DAILY_2015,
                rows=(_LOST, _LOST, _LOST, _ENDED | _DISPUTED, _ENDED | {"times": 36}),
                improvement="found_right",
                lowers="score",
            ),
        ),
        is_meant=_leaves_volume,
    ),
    Lowering(
        says="can move a sanction to the later entry that then reaches its node",
        cases=(
            Case(
                rule=_VIOLATIONS,
                rows=(
                    {"occurred_on": 10, "ledger": "ipr", "points_milli": 12_000},
                    {"occurred_on": 5, "ledger": "ipr", "points_milli": 6_000},
                ),
                improvement="lightened by a thousandth",
                lowers="ipr",
            ),
        ),
        is_meant=_fires_later,
    ),
    Lowering(
        says="Thirty ended paid orders make a grade, so the thirtieth can bring a low one",
        cases=(
            Case(
                rule=_LEVEL,
                rows=(_UNSOLD, _ENDED | {"dispute_lost_on": 10, "times": 29}),
                improvement="shipped_in_time",
                lowers="grade",
            ),
        ),
        is_meant=_makes_a_grade,
    ),
    Lowering(
        says="the sixtieth can bring a worse month to the fore",
        cases=tuple(
            Case(
                rule=rule,
                rows=(
                    _EARLIER | _CALLED_OFF | {"unshipped_on": 55},
                    _UNSOLD | {"times": 6},
                    _ENDED | {"ship_by_on": 17, "times": 53},
                    _EARLIER | {"shipped_on": 56, "closed_on": 50, "times": 99},
                ),
                improvement="shipped_in_time",
                lowers="score",
            )
            for rule in (_DAILY_2015, _DAILY_2018)
        ),
        is_meant=_shortens_the_period,
    ),
    Lowering(
        says="With the third order that counts a buyer is no longer new",
        cases=(
            Case(
                rule=_BUYERS,
                rows=(
                    _BOUGHT | {"cancelled_on": 40, "cancelled_by": "buyer", "beside": _FOUND_OUT},
                    _BOUGHT | _LOST_TO_SELLER | {"seller_id": "one seller", "times": 30},
                    _BOUGHT | _LOST_TO_SELLER,
                ),
                improvement="not_called_off",
                lowers="grade",
            ),
        ),
        is_meant=_is_no_longer_new,
    ),
)
