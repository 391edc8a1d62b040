"""A store's card: what stands of it on a day, and no more of it than the viewer may see."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import goodstanding
from goodstanding.assessment import assessing
from goodstanding.errors import ArgumentInvalid, SubjectUnknown
from goodstanding.explanation import telling_card
from goodstanding.explanation.card_answer import PartTold, StoreCard
from goodstanding.explanation.card_parts import CardQuestion, told
from goodstanding.explanation.layout import cells
from goodstanding.explanation.store_card import store_card
from goodstanding.rulebook import bundled
from goodstanding.standing.history import last_published
from tests.market_files import as_frames
from tests.memory_market import empty_market, load_facts
from tests.oracle_facts import Facts, Row

AS_OF = date(2018, 8, 20)
PUBLISHED = date(2018, 7, 31)
PUBLIC_FIGURES = {
    *("description", "communication", "logistics"),
    *(f"{r}_{e}" for r in ("description", "communication", "logistics") for e in ("ratings",)),
    *(
        f"{rated}_rated_{stars}"
        for rated in ("description", "communication", "logistics")
        for stars in range(1, 6)
    ),
    *("feedback_score", "positive_rate_display", "average_stars"),
    *(
        f"{kind}_{span}"
        for kind in ("positive", "neutral", "negative")
        for span in ("in_1_month", "in_3_months", "in_6_months", "in_12_months", "so_far")
    ),
}
AGAINST = {"description_against", "logistics_against"}  # of communication nine stores tell


def sold(number: int, seller: str, rated_on: str, stars: int) -> Facts:
    at = datetime.fromisoformat(rated_on)
    order: Row = {
        "order_id": f"O{number}",
        "seller_id": seller,
        "buyer_id": f"B{number}",
        "placed_at": at - timedelta(days=15),
        "paid_at": at - timedelta(days=15),
        "ship_by": at - timedelta(days=10),
        "shipped_at": at - timedelta(days=12),
        "closed_at": at - timedelta(days=2),
    }
    rating: Row = {
        "feedback_id": f"F{number}",
        "order_id": f"O{number}",
        "given_at": at,
        "given_by": "buyer",
        "stars": stars,
        "description_stars": stars,
        "communication_stars": stars,
        "logistics_stars": stars,
    }
    line: Row = {"order_id": f"O{number}", "line_no": 1, "listing_id": "L1", "category_id": "C1"}
    return {"orders": [order], "feedback": [rating], "order_lines": [line]}


def facts() -> Facts:
    """Write ten stores, nine with ratings for communication.

    S1 sold twelve times and has a violation, NEW sold nothing.
    """
    made: Facts = {
        "sellers": [{"seller_id": "NEW", "opened_at": datetime(2018, 8, 1)}],
        "violations": [
            {
                "violation_id": "V1",
                "subject_kind": "seller",
                "subject_id": "S1",
                "ledger": "ipr",
                "points": Decimal(12),
                "occurred_at": datetime(2018, 8, 18, 12),
            }
        ],
    }
    several = [sold(n, "S1", "2018-08-01", 5 if n > 1 else 4) for n in range(1, 13)]
    several += [sold(n, f"S{n - 10}", "2018-08-01", n % 3 + 2) for n in range(12 + 1, 20)]
    several += [sold(20, "S2", "2018-08-01", 5), sold(21, "S10", "2018-08-15", 3)]
    del several[-1]["feedback"][0]["communication_stars"]
    for each in several:
        for name, rows in each.items():
            made.setdefault(name, []).extend(rows)
    return made


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[goodstanding.Market]:
    place: Path = tmp_path_factory.mktemp("cards") / "m.duckdb"
    goodstanding.new(place, time_zone="UTC", currency="EUR").close()
    with goodstanding.open(place, clock=lambda: datetime(2018, 9, 1)) as opened:
        opened.load(as_frames(facts()), recorded="occurred")
        yield opened


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[goodstanding.Market]:
    """Open a market of the same facts that published its levels."""
    place: Path = tmp_path_factory.mktemp("graded") / "m.duckdb"
    goodstanding.new(place, time_zone="UTC", currency="EUR").close()
    with goodstanding.open(place, clock=lambda: datetime(2018, 9, 1)) as opened:
        opened.load(as_frames(facts()), recorded="occurred")
        opened.publish("service-level", as_of=PUBLISHED)
        yield opened


@pytest.fixture(scope="module")
def own(market: goodstanding.Market) -> StoreCard:
    return market.store_card("S1", as_of=AS_OF, viewer="store")


@pytest.fixture(scope="module")
def public(graded: goodstanding.Market) -> StoreCard:
    return graded.store_card("S1", as_of=AS_OF, viewer="public")


def part(card: StoreCard, name: str) -> PartTold:
    (found,) = [each for each in card.parts if each.part == name]
    return found


def test_a_store_sees_every_part_by_the_rules_of_the_day(own):
    assert [(each.part, str(each.version), each.state) for each in own.parts] == [
        ("level", "2018-07-25", "told"),
        ("daily score", "2018-07-25", "told"),
        ("ratings", "2015-01-05", "told"),
        ("feedback", "2015-01-05", "told"),
        ("violations", "2015-01-05", "told"),
        ("category standing", "2016-03-02", "told"),
    ]
    assert all("described from public sources" in str(each.title) for each in own.parts)
    assert all(each.confidence for each in own.parts)
    assert part(own, "category standing").category_id == "C1"


def test_a_part_is_what_an_assessment_gives(own, market):
    shown = part(own, "feedback")
    (record,) = market.assess(shown.rulebook, as_of=AS_OF, subject="S1").to_pylist()
    assert (shown.grade, list(shown.unconfirmed)) == (record["grade"], record["unconfirmed"])
    assert {each.name: (each.numerator, each.denominator) for each in shown.figures} == {
        each: (record[f"{each}_numerator"], record[f"{each}_denominator"])
        for each in bundled.load("aliexpress-feedback").indicators
    }


def test_the_month_of_the_level_ends_with_the_score_of_the_day(own):
    (days,) = [each for each in part(own, "level").figures if each.name == "scored_days_n"]
    assert days.numerator == AS_OF.day
    assert own.coming.forecast.latest == part(own, "daily score").score


def test_the_way_to_the_detail_is_a_command(own):
    assert [shlex.split(str(each.explain))[:4] for each in own.parts] == [
        ["goodstanding", "explain", "--rulebook", each.rulebook] for each in own.parts
    ]
    assert str(part(own, "category standing").explain).endswith("--for store --subject S1/C1")


def test_what_is_about_to_change_stands_in_the_card(own):
    coming = own.coming
    assert [(each.rulebook, str(each.assessed_on)) for each in coming.assessments] == [
        ("aliexpress-service-level", "2018-08-31"),
        ("aliexpress-category", "2018-09-02"),
    ]
    assert str(coming.assessments[0].published_before) == "2018-09-03"
    assert str(coming.forecast.assessed_on) == "2018-08-31"
    assert coming.forecast.days_so_far == AS_OF.day
    (points,) = coming.expiring
    assert (points.ladder, points.points, points.violation_ids) == ("ipr", 12, ("V1",))
    assert points.on == date(2019, 8, 18)
    (sanction,) = coming.ending
    assert (sanction.ladder, sanction.last_on) == ("ipr", date(2018, 8, 24))
    assert part(own, "violations").sentence.startswith("In force: ipr: freeze at 12")


def test_what_is_about_to_change_leads_to_what_to_do_next(own, public, market):
    assert own.coming.next_steps == "goodstanding next S1 --as-of 2018-08-20"
    earlier = market.store_card("S1", as_of=AS_OF, known_at="2018-08-19", viewer="store")
    assert earlier.coming.next_steps.endswith("--known-at 2018-08-19T00:00:00Z")
    assert "  goodstanding next S1 --as-of 2018-08-20" in telling_card.text(own).splitlines()
    assert public.coming is None


def test_everybody_sees_feedback_and_ratings_and_what_was_published(public):
    assert [each.part for each in public.parts] == ["ratings", "feedback"]
    assert part(public, "feedback").grade == "medal 2"
    figures = {each.name for each in public.parts for each in each.figures}
    assert figures == PUBLIC_FIGURES | AGAINST
    (level,) = public.published
    assert (level.rulebook, level.of, level.grade) == ("service-level", PUBLISHED, "excellent")
    assert level.published_on == date(2018, 9, 1)
    assert "Published service level: excellent" in telling_card.text(public).splitlines()


def test_the_public_card_holds_nothing_private_in_any_field(public, own):
    said = json.dumps(public.as_dict())
    private = {each.name for each in own.parts for each in each.figures} - PUBLIC_FIGURES - AGAINST
    private |= {each.name for each in part(own, "daily score").points}
    assert {"positive_rate_90", "mean_score", "non_sale_rate", "ipr_points"} <= private
    for name in private:
        assert f'"{name}"' not in said
    for word in ("explain", "V1", "ipr", "daily", "aliexpress-service-level", "90_days"):
        assert word not in said.replace('"explain": null', "")
    for each in public.parts:
        assert (each.score, each.points, each.ladders, each.explain) == (None, (), (), None)
    assert public.coming is None


def test_what_nobody_else_may_see_moves_nothing_of_the_public_card(public, market):
    """A market in which S1 shipped late and was sanctioned more shows everybody the same card."""
    other = facts()
    for order in other["orders"]:
        if order["seller_id"] == "S1":
            order |= {"shipped_at": order["ship_by"] + timedelta(days=1)}
    other["violations"][0] |= {"points": Decimal(48)}
    database = empty_market(market.settings)
    load_facts(database, market.settings, other)
    asked = CardQuestion(
        store_id="S1",
        as_of=AS_OF,
        known_at=market.known_until,
        published_by=None,
        viewer="public",
    )
    found = store_card(database, market.settings, asked)
    assert found.published == ()  # it published nothing, and computes nothing instead
    assert found.parts == public.parts


def test_numbers_of_a_rulebook_that_are_not_named_as_public_are_not(market):
    """As where a marketplace publishes a rulebook of its own by the id of a public one."""
    rulebook = bundled.load("aliexpress-daily-service-score", as_of=AS_OF)
    known_at = market.known_until
    asked = CardQuestion(
        store_id="S1", as_of=AS_OF, known_at=known_at, published_by=None, viewer="public"
    )
    results = assessing.judge(market._database, market.settings, asked.about(rulebook, "S1"))
    for name in ("feedback", "ratings"):
        found = told(asked, market.settings, name, rulebook, results)
        assert {each.name for each in found.figures} == {
            "description",
            "communication",
            "logistics",
        }
        assert (found.score, found.points, found.grade) == (None, (), None)
        assert "non sale" not in json.dumps(found.sentence)


def test_figures_of_fewer_than_ten_stores_are_no_part_of_it(own, public):
    for card in (own, public):
        ratings = part(card, "ratings")
        assert set(ratings.benchmarks) == {"description", "logistics"}
        assert {each.peers_n for each in ratings.benchmarks.values()} == {10}
        assert {each.name for each in ratings.figures} >= AGAINST
        assert "communication_against" not in {each.name for each in ratings.figures}
    daily = part(own, "daily score")
    assert "communication" not in daily.benchmarks
    assert {each.name for each in daily.points if each.benchmark is None} == {
        "communication_points"
    }


@pytest.mark.parametrize(
    ("as_of", "known_at", "is_shown"),
    [
        (PUBLISHED, None, True),
        (PUBLISHED - timedelta(1), None, False),
        (AS_OF, datetime(2018, 8, 1, 12), True),
        (AS_OF, datetime(2018, 8, 1, 11), False),
    ],
)
def test_a_level_is_shown_from_its_day_on_and_once_it_could_be_known(
    graded, as_of, known_at, is_shown
):
    found = last_published(graded._database, "service-level", "S1", as_of, known_at)
    assert (found is not None) is is_shown
    assert last_published(graded._database, "service-level", "NEW", as_of, known_at) is None


def test_rulebooks_that_are_not_in_force_yet_say_so(market):
    card = market.store_card("S1", as_of="2014-12-31")
    assert {each.state for each in card.parts} == {"not in force"}
    assert part(card, "level").sentence == (
        "No version of rulebook 'aliexpress-service-level' is in force on 2014-12-31: "
        "the first is of 2015-01-05."
    )
    assert card.coming.assessments == ()
    assert card.to_be_counted == ()


def test_a_store_without_orders_is_told_what_will_be_counted(market):
    card = market.store_card("NEW", as_of=AS_OF, viewer="public")
    assert [(each.state, each.figures) for each in card.parts] == [("nothing counted", ())] * 2
    assert {each.sentence for each in card.parts} == {
        "No order of the store is known by 2018-08-20; this is by which orders will count."
    }
    said = " ".join(telling_card.text(card).split())
    assert (
        "Nothing of the store counts yet. What comes will be counted by "
        "aliexpress-detailed-ratings and aliexpress-feedback."
    ) in said


def test_a_store_that_was_not_there_yet_is_told_so(market):
    card = market.store_card("NEW", as_of="2016-01-31")
    assert {each.part: each.state for each in card.parts} == {
        "level": "nothing counted",
        "daily score": "nothing counted",
        "ratings": "nothing counted",
        "feedback": "nothing counted",
        "violations": "not there",
        "category standing": "not in force",
    }
    assert part(card, "violations").sentence.startswith("Seller 'NEW' was not there by 2016-01-31")


def test_an_unknown_store_is_refused_with_those_that_look_alike(market):
    with pytest.raises(SubjectUnknown) as refused:
        market.store_card("S11", as_of=AS_OF)
    assert refused.value.message == "seller 'S11' is not known to this market."
    assert "S1" in str(refused.value.hint)


def test_an_unknown_viewer_is_refused(market):
    viewer: Any = "everybody"
    with pytest.raises(ArgumentInvalid, match="viewer 'everybody' is not known"):
        market.store_card("S1", as_of=AS_OF, viewer=viewer)


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_a_card_fits_narrow_lines(own, public, width):
    for card in (own, public):
        wide = [
            line
            for line in telling_card.text(card, width).splitlines()
            if cells(line) > width and len(line.split()) > 3  # as far as words allow
        ]
        assert wide == []


def test_a_card_reads_as_one_page(own):
    text = telling_card.text(own, 100)
    headings = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert headings == [
        "Store S1, for the store itself",
        "As of 2018-08-20, known at 2018-08-18T12:00:00Z, days in UTC.",
        "Nothing is known after 2018-08-18: of later days only deadlines that ran out count.",
        f"Service level: {part(own, 'level').grade}",
        f"Daily service score: {part(own, 'daily score').score:.2f}",
        "Detailed ratings",
        "Feedback: medal 2",
        "Violation points",
        "Standing in categories",
        "What is about to change",
        "To expect on 2018-08-31",
    ]
    assert "ipr: 12 of V1 no longer count from 2019-08-18 on." in text
    assert "ipr: freeze at 12, 2018-08-18 to 2018-08-24 ends with 2018-08-24." in text


def test_commands_in_a_card_are_copied_as_they_stand():
    command = "goodstanding explain --subject 'S 1/C1' --as-of D"
    lines = list(telling_card.command_lines(command, 30))
    assert lines == ["  goodstanding explain \\", "    --subject 'S 1/C1' \\", "    --as-of D"]
    assert shlex.split("\n".join(lines).replace("\\\n", "")) == [
        *("goodstanding", "explain", "--subject", "S 1/C1", "--as-of", "D"),
    ]
