"""A buyer's own view: the score and all behind it, each promise applied and assessed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from goodstanding.errors import SubjectUnknown
from goodstanding.explanation.buyer_answer import BuyerView, Improvement, ScoreTold
from goodstanding.explanation.buyer_view import ViewQuestion, buyer_view
from goodstanding.explanation.telling_buyer import text
from goodstanding.rulebook import bundled
from tests.explanation.buyer_rulebook import AS_OF, BUYERS, FOUR, ended, lost, praised
from tests.explanation.small_market import KNOWN_AT, assessed, loaded, together
from tests.oracle_facts import Facts

pytestmark = pytest.mark.slow


def told(facts: Facts, buyer: str = "B1", as_of: date = AS_OF) -> BuyerView:
    database, settings = loaded(facts)
    asked = ViewQuestion(buyer_id=buyer, as_of=as_of, known_at=KNOWN_AT, rulebook=BUYERS)
    return buyer_view(database, settings, asked)


def score_of(view: BuyerView) -> ScoreTold:
    assert view.score is not None
    return view.score


def assessed_score(facts: Facts, as_of: date = AS_OF) -> float:
    found: float = assessed(facts, "B1", rulebook=BUYERS, as_of=as_of)["score"]
    return found


@pytest.fixture(scope="module")
def four() -> BuyerView:
    return told(FOUR)


def improvement(view: BuyerView, begins: str) -> Improvement:
    (found,) = [each for each in score_of(view).improvements if each.what.startswith(begins)]
    return found


def test_the_score_is_the_one_that_is_assessed(four: BuyerView):
    score = score_of(four)
    # 40 * 5/10 + 60 * 7/10; of nothing known 40 * 4/6 + 60 * 4/6
    assert (score.score, score.band, score.start) == (62.0, "standard", 66.6667)
    assert score.score == assessed_score(FOUR)


def test_each_factor_is_told_with_its_arithmetic_and_whether_it_helped(four: BuyerView):
    feedback, disputes = score_of(four).factors
    assert (feedback.points, feedback.most, feedback.lost) == (20.0, 40.0, 20.0)
    assert feedback.made_of == {"given": 1, "completed": 4}
    assert feedback.text == (
        "20.00 of 40.00 = (given + 4) / (completed + 6), with given 1, completed 4"
    )
    assert feedback.standing == "held back"
    assert (disputes.standing, disputes.points) == ("helped", 42.0)
    assert score_of(four).most_to_gain == "feedback"


def test_feedback_that_is_owed_is_tried_and_comes_true(four: BuyerView):
    alone = improvement(four, "you give feedback on order O3")
    assert alone.gain == pytest.approx(4.0)
    given = together(FOUR, {"feedback": [praised("O3", AS_OF, stars=1)]})
    assert assessed_score(given) == alone.score
    every = improvement(four, "you give feedback on all 3")
    given = together(FOUR, {"feedback": [praised(f"O{n}", AS_OF) for n in (2, 3, 4)]})
    assert assessed_score(given) == every.score


@pytest.mark.parametrize(("begins", "number"), [("one more order", 1), ("3 more orders", 3)])
def test_further_orders_are_tried_and_come_true(four: BuyerView, begins: str, number: int):
    promised = improvement(four, begins + (" goes well, and" if number == 1 else " go well, and"))
    names = [f"N{n}" for n in range(number)]
    more = {
        "orders": [ended(name, AS_OF) | {"seller_id": name} for name in names],
        "feedback": [praised(name, AS_OF) for name in names],
    }
    assert assessed_score(together(FOUR, more)) == promised.score


def test_time_alone_is_tried_and_comes_true():
    old = {"orders": [ended("O1", date(2017, 4, 20)), ended("O2")], "disputes": [lost("O1")]}
    aged = old | {"disputes": [lost("O1", date(2017, 4, 22))]}
    later = improvement(told(aged), "30 days go by")
    assert later.score == assessed_score(aged, AS_OF + timedelta(days=30))


def test_every_improvement_raises_and_the_best_comes_first(four: BuyerView):
    gains = [each.gain for each in score_of(four).improvements]
    assert all(gain > 0 for gain in gains)
    assert gains == sorted(gains, reverse=True)


def test_what_holds_it_back_is_told_with_what_it_costs_and_until_when(four: BuyerView):
    (held,) = score_of(four).held_back
    assert (held.about, held.id, held.clears_on) == ("order", "O2", date(2019, 3, 10))
    assert held.gain == pytest.approx(6.0)
    without = FOUR | {"disputes": []}
    assert assessed_score(without) == pytest.approx(62.0 + held.gain)
    assert "dispute liable buyer" in held.reasons[0]


def test_how_it_moved_names_the_factors_and_the_rows():
    facts = together(FOUR, {"feedback": [praised("O3", AS_OF)]})
    yesterday, last_month = score_of(told(facts)).moves
    assert (yesterday.since, yesterday.change) == (AS_OF - timedelta(days=1), 4.0)
    assert (yesterday.by_factor, yesterday.by_caps) == ({"feedback": 4.0}, 0)
    (row,) = yesterday.rows
    assert (row.id, row.came, row.went) == ("O3", ("given",), ())
    assert last_month.since == date(2018, 3, 1)
    assert last_month.change == pytest.approx(66.0 - 66.6667)
    assert [each.id for each in last_month.rows] == ["O1", "O2", "O3", "O4"]


def test_a_score_before_the_buyer_was_there_is_not_compared_with():
    first = {"orders": [ended("O1", AS_OF) | {"placed_at": datetime(2018, 3, 31), "paid_at": None}]}
    assert score_of(told(first)).moves == ()


def test_a_buyer_without_history_is_told_what_counts_and_the_next_steps():
    newcomer = told({"buyers": [{"buyer_id": "B1", "opened_at": datetime(2018, 3, 1)}]})
    score = score_of(newcomer)
    assert (score.band, score.no_band_because) == (None, "Fewer than three orders have ended.")
    assert score.score == score.start
    assert score.counts == (
        "feedback, up to 40.00 points: Silence counts for nothing here.",
        "disputes, up to 60.00 points",
    )
    lines = text(newcomer).splitlines()
    assert "The next 2 steps, by effect" in lines
    assert "No order of yours is open." in lines


def test_a_buyer_who_objected_is_not_scored_and_nothing_else_changes(four: BuyerView):
    objected = told(
        FOUR | {"buyers": [{"buyer_id": "B1", "objected_at": datetime(2018, 3, 20, 12)}]}
    )
    assert objected.score is None
    assert objected.not_scored_because == (
        "You objected on 2018-03-20 to being scored, and are not scored. Nothing else changes."
    )
    rest = ("orders", "advice", "is_not", "not_used", "looks")
    assert [getattr(objected, name) for name in rest] == [getattr(four, name) for name in rest]
    before = told(FOUR | {"buyers": [{"buyer_id": "B1", "objected_at": datetime(2018, 4, 1)}]})
    assert before.score == four.score


def test_without_rules_in_force_there_is_no_score_and_the_rest_is_told(four: BuyerView):
    database, settings = loaded(FOUR)
    asked = ViewQuestion(
        buyer_id="B1", as_of=AS_OF, known_at=KNOWN_AT, rulebook=None, not_in_force="No rules."
    )
    found = buyer_view(database, settings, asked)
    assert (found.score, found.not_scored_because) == (None, "No rules.")
    assert found.orders == four.orders


def test_a_buyer_nobody_knows_is_refused():
    with pytest.raises(SubjectUnknown, match="buyer 'B9' is not known"):
        told(FOUR, "B9")


def test_it_is_not_the_same_for_all():
    facts = together(FOUR, {"orders": [ended("O9") | {"buyer_id": "B2"}]})
    assert score_of(told(facts)).score != score_of(told(facts, "B2")).score


def test_nothing_of_another_buyer_is_in_it():
    others = {
        "orders": [ended(f"X{n}") | {"buyer_id": "B2"} for n in range(5)],
        "disputes": [lost("X1")],
    }
    view = told(together(FOUR, others))
    assert view.as_dict() == told(FOUR).as_dict()


def test_the_text_says_all_of_it(four: BuyerView):
    lines = text(four, 100)
    for begins in (
        "Buyer B1: where you stand",
        "Your score is 62.00, standard",
        "What would raise it",
        "What holds it back",
        "How it moved",
        "Your open orders",
        "What you might do",
        "What it is not",
        "To contest it: Write to the marketplace within six months.",
    ):
        assert f"\n{begins}" in f"\n{lines}"
    assert "Most is to be gained in feedback: 20.00 points." in lines


def test_the_view_is_one_object_for_programs(four: BuyerView):
    found: dict[str, Any] = four.as_dict()
    assert found["score"]["factors"][0]["made_of"] == {"given": 1, "completed": 4}
    assert Fraction(found["score"]["score"]) == 62
    assert found["as_of"] == "2018-03-31"


SCORE = bundled.load("buyer-score", as_of=AS_OF)


def found(decided_on: date) -> Facts:
    at = datetime.combine(decided_on, datetime.min.time()) + timedelta(hours=9)
    finding = {
        "finding_id": "N1",
        "buyer_id": "B1",
        "kind": "false_claims",
        "gravity": 4,
        "proposed_at": at - timedelta(days=20),
        "warned_at": at - timedelta(days=19),
        "decided_at": at,
    }
    return {"findings": [finding]}


def viewed(facts: Facts) -> BuyerView:
    database, settings = loaded(facts)
    asked = ViewQuestion(buyer_id="B1", as_of=AS_OF, known_at=KNOWN_AT, rulebook=SCORE)
    return buyer_view(database, settings, asked)


def scored(facts: Facts) -> ScoreTold:
    return score_of(viewed(facts))


@pytest.mark.slow
def test_by_the_bundled_score_a_finding_caps_it_and_holds_it_back():
    orders = {"orders": [ended(f"O{n}") | {"seller_id": f"S{n}"} for n in range(1, 5)]}
    with_amounts = {"orders": [row | {"amount_minor": 2500} for row in orders["orders"]]}
    score = scored(together(with_amounts, found(date(2018, 3, 20))))
    (cap,) = score.caps
    assert (score.score, score.band, cap.at_most, cap.is_lower) == (40.0, "standard", 40.0, True)
    assert cap.without > 40
    (held,) = score.held_back
    assert (held.about, held.id) == ("finding", "N1")
    assert scored(with_amounts).score == pytest.approx(40.0 + held.gain)
    assert (score.upper, {each.name for each in score.factors}) == (
        40.0,
        {"feedback", "disputes", "returns", "conduct", "payment", "volume"},
    )
    (_, month) = score.moves
    assert ("finding", "N1") in {(row.about, row.id) for row in month.rows}
    assert month.by_caps == pytest.approx(40 - cap.without)
    assert month.change == pytest.approx(sum(month.by_factor.values()) + month.by_caps)


@pytest.mark.slow
def test_by_the_bundled_score_what_is_not_used_is_told_and_stars_change_nothing():
    view = viewed(FOUR)
    assert view.not_used == SCORE.not_used
    assert any("stars" in each.columns for each in view.not_used)
    other = FOUR | {"feedback": [row | {"stars": 1} for row in FOUR["feedback"]]}
    assert scored(other) == view.score
