"""A buyer who falls below a band is told what changed, why, how to recover and how to contest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

import goodstanding
from goodstanding.effects.falls import is_fall
from goodstanding.effects.notices import Notice
from tests.explanation.buyer_rulebook import BUYERS, TEXT, ended, lost, praised
from tests.explanation.small_market import SERVICE_LEVEL, together
from tests.market_files import as_frames

COUNTED = TEXT.replace(
    "[points.feedback]",
    '[indicator.lost_disputes]\ncount = "lost"\nbetter = "lower"\n\n[points.feedback]',
)
# Trusted by the end of the 20th; three disputes are lost on the 21st.
BEFORE = {
    "orders": [ended(f"O{n}") for n in range(1, 7)],
    "feedback": [praised(f"O{n}") for n in range(1, 4)],
}
AFTER = {"disputes": [lost(name, date(2018, 3, 21)) for name in ("O4", "O5", "O6")]}
OTHER = {"orders": [ended(f"X{n}") | {"buyer_id": "B2"} for n in range(1, 5)]}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Notice]]:
    folder = tmp_path_factory.mktemp("falls")
    rules = folder / "buyers.toml"
    rules.write_text(COUNTED, encoding="utf-8")
    goodstanding.new(folder / "m.duckdb", time_zone="UTC", currency="EUR").close()
    with goodstanding.open(folder / "m.duckdb", clock=lambda: datetime(2018, 4, 30)) as market:
        facts = as_frames(together(BEFORE, AFTER, OTHER))
        market.load(facts, recorded="occurred")
        for day in ("2018-03-20", "2018-03-21"):
            market.publish(rules, as_of=day)
        yield market.notices(by="Ana", reason="to deliver them")


def test_a_fall_is_told_to_that_buyer_alone(told: list[Notice]):
    fell = [each for each in told if "To recover" in each.text]
    assert [(each.to_kind, each.to_id, each.grade, each.grade_before) for each in fell] == [
        ("buyer", "B1", "standard", "trusted")
    ]


def test_it_says_what_changed_why_how_to_recover_and_how_to_contest(told: list[Notice]):
    (fell,) = [each for each in told if "To recover" in each.text]
    # 40 * 7/12 and 60 * 10/12 before, 60 * 7/12 after
    assert fell.text == (
        "The grade of 2018-03-21 is standard; before it was trusted. "
        "What changed: the score went from 73.33 to 58.33: disputes -15.00. "
        "Why: lost disputes 3, before 0. "
        "To recover: most is to be gained in disputes (25.00 points). "
        "Nothing of it lasts: orders that go well and feedback raise the score, and what counts "
        "against you counts no longer once its days are over. Your own view says what would raise "
        "it, and by how much, each of it tried. "
        "What decided: for a better one it lacks this: 'score' is 70 or more. "
        "How sure this rule is: own design. "
        "The rules: Buyers, small (small-buyers, version 2015-01-01), as of 2018-03-21. "
        "To contest it: Write to the marketplace within six months."
    )


@pytest.mark.parametrize(
    ("now", "before", "fell"),
    [
        ("standard", "trusted", True),
        ("limited", "trusted", True),
        ("trusted", "standard", False),
        ("trusted", "trusted", False),
        (None, "trusted", False),
        ("limited", None, False),
    ],
)
def test_a_lower_band_than_before_is_a_fall(now, before, fell):
    assert is_fall(BUYERS, {"grade": now}, {"grade": before}) is fell


def test_nothing_of_a_store_is_a_buyers_fall():
    assert not is_fall(SERVICE_LEVEL, {"grade": "fail"}, {"grade": "good"})
    assert not is_fall(BUYERS, None, {"grade": "trusted"})
    assert not is_fall(BUYERS, {"grade": "limited"}, None)
