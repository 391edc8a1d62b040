"""Who sees a buyer's own view: that buyer, and an operator whose look is logged and told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import goodstanding
from goodstanding.decisions.access_log import place_of
from goodstanding.errors import AccessRefused, ArgumentInvalid, RulebookUnknown, SubjectUnknown
from tests.explanation.buyer_rulebook import FOUR, TEXT
from tests.market_files import as_frames
from tests.small_rulebook import SMALL

NOW = datetime(2018, 4, 2, 9)
AS_OF = "2018-03-31"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "buyers.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def market(tmp_path: Path) -> Iterator[goodstanding.Market]:
    goodstanding.new(tmp_path / "m.duckdb", time_zone="UTC", currency="EUR").close()
    with goodstanding.open(tmp_path / "m.duckdb", clock=lambda: NOW) as opened:
        opened.load(as_frames(FOUR), recorded="occurred")
        yield opened


def test_a_buyers_own_look_is_not_logged(market, rules):
    view = market.buyer_view("B1", as_of=AS_OF, rulebook=rules)
    market.order_record("B1", "O1", as_of=AS_OF)
    assert view.score.score == 62
    assert view.looks == ()
    assert not place_of(market.path).exists()


def test_an_operators_look_is_logged_before_and_told_to_the_buyer_without_the_name(market, rules):
    market.buyer_view("B1", as_of=AS_OF, rulebook=rules, by="Ana", reason="a complaint")
    market.order_record("B1", "O1", as_of=AS_OF, by="Ana", reason="the same complaint")
    lines = [json.loads(line) for line in place_of(market.path).read_text().splitlines()]
    assert [(line["by"], line["part"], line["buyer"]) for line in lines] == [
        ("Ana", "own view", "B1"),
        ("Ana", "order record", "B1"),
    ]
    looks = market.buyer_view("B1", as_of=AS_OF, rulebook=rules).looks
    assert {(each.role, each.part, each.reason, each.at) for each in looks} == {
        ("operator", "own view", "a complaint", NOW),
        ("operator", "order record", "the same complaint", NOW),
    }
    assert "Ana" not in json.dumps(market.buyer_view("B1", rulebook=rules).as_dict())


def test_looks_at_another_buyer_are_not_told(market, rules, tmp_path):
    place_of(market.path).write_text(
        '{"at":"2018-04-01T09:00:00Z","role":"operator","by":"Ana","reason":"r1","part":"own view",'
        '"concerns":"buyer","buyer":"B2"}\n'
        '{"at":"2018-04-01T10:00:00Z","role":"operator","by":"Ana","reason":"r2","part":"findings",'
        '"concerns":"every buyer","buyer":null}\n'
        '{"torn',
        encoding="utf-8",
    )
    looks = market.buyer_view("B1", as_of=AS_OF, rulebook=rules).looks
    assert [(each.reason, each.at.hour) for each in looks] == [("r2", 10)]


@pytest.mark.parametrize("said", [{"by": "Ana"}, {"reason": "a complaint"}])
def test_an_operator_says_both_who_and_why(market, rules, said):
    with pytest.raises(ArgumentInvalid, match="who does not say by whom and why"):
        market.buyer_view("B1", as_of=AS_OF, rulebook=rules, **said)


def test_what_cannot_be_logged_is_not_shown(market, rules):
    place_of(market.path).mkdir()
    with pytest.raises(AccessRefused, match="is not shown"):
        market.buyer_view("B1", as_of=AS_OF, rulebook=rules, by="Ana", reason="a complaint")


def test_without_a_day_it_is_the_last_of_which_anything_is_known(market, rules):
    assert str(market.buyer_view("B1", rulebook=rules).as_of) == "2018-03-15"


def test_rules_that_are_not_in_force_yet_leave_the_rest(market):
    view = market.buyer_view("B1", as_of="2014-12-31", rulebook="buyer-score")
    assert view.score is None
    assert "buyer-score" in (view.not_scored_because or "")


def test_rules_that_score_no_buyer_are_refused(market, tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    with pytest.raises(ArgumentInvalid, match="rulebook small gives no buyer a score"):
        market.buyer_view("B1", as_of=AS_OF, rulebook=path)


def test_unknown_buyers_and_orders_are_refused(market, rules):
    with pytest.raises(SubjectUnknown, match="buyer 'B9' is not known"):
        market.buyer_view("B9", as_of=AS_OF, rulebook=rules)
    with pytest.raises(SubjectUnknown, match="'O9' is no order of buyer 'B1'"):
        market.order_record("B1", "O9", as_of=AS_OF)


def test_an_unknown_rulebook_is_not_taken_for_one_that_is_not_in_force(market):
    with pytest.raises(RulebookUnknown, match="there is no rulebook 'buyers-score'"):
        market.buyer_view("B1", as_of=AS_OF, rulebook="buyers-score")
