"""A store's card is told by the rulebooks that the market published, else by the bundled ones."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

import goodstanding
from goodstanding.explanation import telling_card
from goodstanding.explanation.card_answer import StoreCard
from goodstanding.explanation.card_rulebooks import BUNDLED, RULEBOOKS
from goodstanding.rulebook import bundled
from goodstanding.rulebook.plain import plain
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.test_store_card import sold
from tests.market_files import as_frames
from tests.oracle_facts import Facts
from tests.small_rulebook import changed

AS_OF = date(2018, 8, 20)
PUBLISHED = date(2018, 8, 2)
OWN_LEVEL = changed(
    ('id = "small"', 'id = "shop-level"'),
    ("version = 2026-01-01", "version = 2018-01-01"),
    ('subject = "seller"', 'subject = "seller"\ncard = "level"'),
)
OWN_CATEGORIES = changed(
    ('id = "small"', 'id = "shop-categories"'),
    ("version = 2026-01-01", "version = 2018-01-01"),
    ('subject = "seller"', 'subject = "seller_category"\ncard = "category standing"'),
    ('from = "order"', 'from = "line"'),
)
UNTOLD = OWN_LEVEL.replace("shop-level", "shop-unseen").replace('card = "level"\n', "")


def facts() -> Facts:
    """Write twelve orders of S1, one of which was rated low."""
    made: Facts = {}
    for number in range(1, 13):
        for name, rows in sold(number, "S1", "2018-08-01", 5 if number > 1 else 3).items():
            made.setdefault(name, []).extend(rows)
    return made


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[goodstanding.Market]:
    folder: Path = tmp_path_factory.mktemp("own_cards")
    place = folder / "m.duckdb"
    goodstanding.new(place, time_zone="UTC", currency="EUR").close()
    with goodstanding.open(place, clock=lambda: datetime(2018, 9, 1)) as opened:
        opened.load(as_frames(facts()), recorded="occurred")
        for name, text in (
            ("level", OWN_LEVEL),
            ("categories", OWN_CATEGORIES),
            ("unseen", UNTOLD),
        ):
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
            opened.publish(folder / f"{name}.toml", as_of=PUBLISHED)
        yield opened


@pytest.fixture(scope="module")
def own(market: goodstanding.Market) -> StoreCard:
    return market.store_card("S1", as_of=AS_OF, viewer="store")


def told_by(card: StoreCard) -> dict[str, str]:
    return {each.part: each.rulebook for each in card.parts}


def test_the_bundled_rulebooks_say_the_parts_that_they_tell():
    said = {
        (name, tomllib.loads(bundled.text(name, version)).get("card"))
        for name in bundled.names()
        for version in bundled.versions(name)
    }
    assert {(name, part) for name, part in said if part is not None} == set(BUNDLED.items())
    assert RULEBOOKS.items() <= {(part, name) for name, part in BUNDLED.items()}


def test_a_level_of_the_markets_own_takes_the_place_of_the_bundled_one(own):
    assert told_by(own) == RULEBOOKS | {
        "level": "shop-level",
        "category standing": "shop-categories",
    }
    (level,) = [each for each in own.parts if each.part == "level"]
    assert (level.state, level.grade, str(level.version)) == ("told", "fail", "2018-01-01")
    assert [each.rulebook for each in own.published] == ["shop-level"]
    assert "Service level: fail" in telling_card.text(own).splitlines()


def test_everybody_sees_of_it_what_was_published_and_no_more(market):
    card = market.store_card("S1", as_of=AS_OF, viewer="public")
    assert told_by(card) == {part: RULEBOOKS[part] for part in ("ratings", "feedback")}
    assert [(each.rulebook, each.of, each.grade) for each in card.published] == [
        ("shop-level", PUBLISHED, "fail")
    ]


@pytest.mark.parametrize(
    ("as_of", "known_at"),
    [(date(2018, 8, 1), None), (AS_OF, "2018-07-30T00:00:00")],
)
def test_before_it_was_published_the_bundled_one_tells_the_part(market, as_of, known_at):
    card = market.store_card("S1", as_of=as_of, known_at=known_at)
    assert told_by(card) == RULEBOOKS
    assert card.published == ()


def test_numbers_of_a_standing_in_categories_that_are_the_markets_own_are_told(own):
    lines = telling_card.text(own, 100).splitlines()
    (standing,) = [each for each in own.parts if each.part == "category standing"]
    assert (standing.category_id, standing.grade) == ("C1", "fail")
    assert any(line.split()[:2] == ["C1", "fail;"] and "bad rate" in line for line in lines)
    assert "1 bad / 12 ended = 8.33 %" in standing.sentence


def test_a_rulebook_says_in_plain_words_which_part_it_tells():
    page = " ".join(plain(read_rulebook(OWN_LEVEL, "level.toml")).split())
    assert "Once it was published, it tells the level on a store's card." in page
