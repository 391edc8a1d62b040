"""Ratings that are alike are explained: which repeat another, and which a limit cuts."""

from datetime import date, datetime, timedelta

from goodstanding.explanation.telling import text
from goodstanding.rulebook import bundled
from tests.explanation.small_market import explained
from tests.oracle_facts import Facts

CREDIT = bundled.load("taobao-credit")
AS_OF = date(2018, 12, 31)


def bought(*purchases: tuple[int, str, int]) -> Facts:
    """Write what B1 bought in November 2018: on which day, what, and with how many stars."""
    facts: Facts = {"orders": [], "order_lines": [], "feedback": []}
    for number, (day, listing, stars) in enumerate(purchases, start=1):
        order_id, at = f"O{number}", datetime(2018, 11, day, 12)
        facts["orders"].append(
            {"order_id": order_id, "seller_id": "S1", "buyer_id": "B1", "placed_at": at}
        )
        facts["order_lines"].append({"order_id": order_id, "line_no": 1, "listing_id": listing})
        facts["feedback"].append(
            {
                "feedback_id": f"F{number}",
                "order_id": order_id,
                "given_at": at + timedelta(days=5),
                "given_by": "buyer",
                "stars": stars,
            }
        )
    return facts


def test_it_says_which_ratings_repeat_another_and_which_a_limit_cuts():
    facts = bought(*[(day, f"L{day}", 5) for day in range(1, 8)], (14, "L1", 5), (9, "L9", 1))
    found = explained(facts, rulebook=CREDIT, as_of=AS_OF)
    assert found.result["indicators"]["credit_score"]["value"] == 6
    assert found.not_counted.by_reason == {"repeat": 1}
    assert [row.order_id for row in found.not_counted.listed] == ["O8"]
    alike = "those alike in who bought and in the month in which the order was placed"
    cut = {row.order_id: row.limited for row in found.rows if row.limited}
    assert cut == {
        "O7": (f"Adds 0 instead of 1 to credit: {alike} add up to -6 to 6.",),
        "O9": (f"Adds 0 instead of -1 to credit: {alike} add up to -6 to 6.",),
    }
    said = " ".join(text(found).split())
    repeat = "another one, of which these are repeats, counts in their place"
    assert f"- 1: {repeat}. The latest: O8 line 1." in said
    assert "O7 line 1 not by time rated; positive; credit. Adds 0 instead of 1 to credit:" in said


def test_what_a_limit_cuts_to_nothing_counts_against_nobody():
    bad = [(day, f"L{day}", 1) for day in range(1, 8)]
    found = explained(bought(*bad), rulebook=CREDIT, as_of=AS_OF)
    against = {row.order_id for row in found.rows if "credit_score" in row.counts_against}
    assert found.result["indicators"]["credit_score"]["value"] == -6
    assert against == {"O1", "O2", "O3", "O4", "O5", "O6"}


def test_more_good_ratings_of_others_are_what_the_next_level_takes():
    found = explained(bought((1, "L1", 5), (2, "L1", 5)), rulebook=CREDIT, as_of=AS_OF)
    assert found.result["grade"] == "none"
    assert found.recourse.adding is not None
    assert (found.recourse.up_to, found.recourse.adding.n) == ("heart 1", 3)
