"""Who is told what: once, with the reasons, and of a buyer nobody but that buyer."""

import pytest

from goodstanding.effects.notices import told_to
from goodstanding.errors import ArgumentInvalid, SubjectUnknown
from goodstanding.rows.subjects import SUBJECT_KINDS
from tests.effects.small_effects import RULES, clock, load, market, noticed, rules, silent_market
from tests.effects.test_carrying import JULY, month, remove_reviews

__all__ = ["clock", "market", "silent_market"]  # fixtures


def test_a_notice_says_what_by_which_rules_what_decided_and_where_to_contest_it(
    market, clock, tmp_path
):
    load(market, **month(1, bad=2))
    market.publish(rules(tmp_path), as_of=JULY)
    published, campaign, slot = market.notices()
    assert published.text == (
        "The grade of 2018-07-31 is fair. What decided: for a better one it lacks this: bad rate "
        "below 20 %. The figures: bad rate 2/5 = 40.00 %. The rules: Small (small, version "
        "2018-01-01), as of 2018-07-31. To contest it: Write to appeals@example.org."
    )
    assert (published.grade, published.grade_before) == ("fair", None)
    assert published.deciding_limit == "bad_rate < 20 %"
    assert [(f.name, f.numerator, f.denominator) for f in published.figures] == [("bad_rate", 2, 5)]
    assert campaign.text.startswith(
        "Campaign (may be registered for campaigns of the marketplace), from 2018-08-01 on: it "
        "takes effect by itself. What decided: the grade is not poor."
    )
    assert slot.text.startswith(
        "1 showcase slot, 2018-08-01 to 2018-08-07: it takes effect by itself."
    )
    assert [each.contest for each in (campaign, slot)] == ["Write to appeals@example.org."] * 2


def test_a_rule_that_nobody_confirmed_is_said_to_be_so(market, clock, tmp_path):
    ours = ('does = "campaign"', 'does = "campaign"\nconfidence = "own design"')
    unsure = ('all = ["bad_rate < 20 %"]', 'all = ["bad_rate < 20 %"]\nconfidence = "unconfirmed"')
    load(market, **month(1, bad=2))
    market.publish(rules(tmp_path, ours, unsure), as_of=JULY)
    said = {
        each.kind + (each.effect.does if each.effect else ""): each.text
        for each in market.notices()
    }
    assert "How sure this rule is: unconfirmed." in said["published"]
    assert "How sure this rule is: own design." in said["startedcampaign"]
    assert "How sure" not in said["startedshowcase"]


def test_a_changed_grade_is_told_with_the_one_before_and_an_equal_one_is_not(
    market, clock, tmp_path
):
    load(market, **month(1, bad=0))
    market.publish(rules(tmp_path), as_of=JULY)
    load(
        market,
        **month(11, month_no=8, bad=0),
    )
    load(market, **month(21, month_no=9, bad=4))
    clock.set("2018-10-01T13:00")
    list(market.publish_due())
    told = [each for each in market.notices() if each.kind == "published"]
    assert [(str(each.as_of), each.grade_before, each.grade) for each in told] == [
        ("2018-07-31", None, "good"),
        ("2018-09-30", "good", "poor"),
    ]
    assert told[1].text.startswith("The grade of 2018-09-30 is poor; before it was good.")


def test_whoever_delivers_them_goes_on_after_the_last_number(market, clock, tmp_path):
    load(market, **month(1, bad=0))
    market.publish(rules(tmp_path), as_of=JULY)
    assert [each.number for each in market.notices()] == [1, 2, 3]
    assert [each.number for each in market.notices(after=2)] == [3]
    assert market.notices(after=3) == []
    assert [each.number for each in market.notices(after=1, limit=1)] == [2]
    assert [each.number for each in market.notices(kind="started")] == [2, 3]
    assert len(market.notices(subject="S1")) == 3


def test_an_old_notice_says_what_it_said_whatever_came_of_it(market, clock, tmp_path):
    load(market, **month(1, bad=0))
    market.publish(rules(tmp_path), as_of=JULY)
    before = market.notices()
    load(market, **month(11, month_no=8, bad=4))
    clock.set("2018-09-01T13:00")
    list(market.publish_due())
    assert market.notices()[:3] == before


def test_a_restated_grade_is_told_with_what_was_published(market, clock, tmp_path):
    load(market, **month(1, bad=4))
    market.publish(rules(tmp_path), as_of=JULY)
    clock.set("2018-08-05T13:00")
    remove_reviews(market)
    list(market.restate())
    (told,) = (each for each in market.notices() if each.kind == "restated")
    assert told.text.startswith("Corrected: the grade of 2018-07-31 is good; published was poor.")


def test_a_correction_that_leaves_the_grade_says_that_it_stays(market, clock, tmp_path):
    load(market, **month(1, bad=2))
    market.publish(rules(tmp_path), as_of=JULY)
    clock.set("2018-08-05T13:00")
    market.exclude(rating="FO1", reason="removed", decided_by="Ana")
    list(market.restate())
    (told,) = market.notices(kind="restated")
    assert told.text.startswith(
        "Corrected: the result published of 2018-07-31; the grade stays fair. What decided: for a "
        "better one it lacks this: bad rate below 20 %. The figures: bad rate 1/5 = 20.00 %."
    )


def test_unknown_kinds_and_subjects_are_refused(market):
    with pytest.raises(ArgumentInvalid, match="Did you mean 'started'"):
        market.notices(kind="start")
    with pytest.raises(SubjectUnknown, match="'S9' is no seller, listing or buyer"):
        market.notices(subject="S9")
    with pytest.raises(SubjectUnknown):
        market.effects(subject="S9")


@pytest.mark.parametrize("kind", SUBJECT_KINDS)
def test_a_notice_about_a_buyer_goes_to_that_buyer_alone(kind):
    to_kind, to_id = told_to(kind, "A~1B/C2" if "_" in kind else "A")
    assert (to_kind == "buyer") is (kind == "buyer")
    assert to_id == ("A/B" if "_" in kind else "A")


def test_a_buyer_is_told_of_its_own_standing_and_the_seller_of_nothing(market, clock, tmp_path):
    of_buyers = rules(tmp_path, ('subject = "seller"', 'subject = "buyer"'), _without_slots())
    load(market, **month(1, bad=1, of=2))
    market.publish(of_buyers, as_of=JULY)
    told = market.notices(by="Ana", reason="delivery")
    assert {(each.to_kind, each.to_id) for each in told} == {("buyer", "BO1"), ("buyer", "BO2")}
    assert all(each.to_id == each.subject_id for each in told)
    assert (told[0].kind, told[0].to_id, told[0].grade) == ("published", "BO1", "poor")
    assert market.notices(subject="S1", by="Ana", reason="delivery") == []


def test_the_seller_who_offers_a_listing_is_told_of_it(market, clock, tmp_path):
    of_listings = rules(
        tmp_path,
        ('subject = "seller"', 'subject = "listing"'),
        ('from = "order"', 'from = "line"'),
        _without_slots(),
    )
    lines = [
        {"order_id": f"O{n}", "line_no": 1, "listing_id": listing}
        for n, listing in enumerate(("L1", "L1", "L2", "L2", "L2"), start=1)
    ]
    offered = [{"listing_id": "L1", "seller_id": "S2"}, {"listing_id": "L2"}]
    load(market, **month(1, bad=1), order_lines=lines, listings=offered)
    market.publish(of_listings, as_of=JULY)
    told = {(each.subject_id, each.to_kind, each.to_id) for each in market.notices()}
    assert told == {("L1", "seller", "S2"), ("L2", "seller", "S1")}  # L2 was sold by S1 alone


def test_what_buyers_are_told_is_left_out_where_nobody_says_why_it_is_looked_at(
    market, clock, tmp_path
):
    of_buyers = rules(tmp_path, ('subject = "seller"', 'subject = "buyer"'), _without_slots())
    load(market, **month(1, bad=1, of=2))
    market.publish(of_buyers, as_of=JULY)
    assert noticed(market) == []
    assert market.notices_to_buyers_n() == len(market.notices(by="Ana", reason="delivery"))


def _without_slots() -> tuple[str, str]:
    start, end = RULES.index("\n[[effect]]"), RULES.index("\n[[effect]]\nif = \"grade = 'poor'")
    return RULES[start:end], ""
