"""What is proposed waits for a person; what a person decided stays."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from goodstanding.errors import ArgumentInvalid, EffectUnknown
from tests.effects.small_effects import (
    clock,
    load,
    market,
    noticed,
    rules,
    silent_market,
    told,
)
from tests.effects.test_carrying import month
from tests.oracle_facts import Row

__all__ = ["clock", "market", "silent_market"]  # fixtures

VIOLATIONS = "aliexpress-violations"
FREEZE = "1:S1:ladder.ipr"


def violation(violation_id: str, day: str, points: int, **said: Any) -> Row:
    return {
        "violation_id": violation_id,
        "subject_kind": "seller",
        "subject_id": "S1",
        "ledger": "ipr",
        "points": Decimal(points),
        "occurred_at": datetime.fromisoformat(day),
        **said,
    }


@pytest.fixture
def proposed(market, clock):
    """A market in which a freeze of seven days is proposed, from 1 to 7 August."""
    load(market, violations=[violation("V1", "2018-08-01", 12)])
    clock.set("2018-08-02T13:00")
    market.publish(VIOLATIONS, as_of="2018-08-01")
    return market


def publish_due(market: Any, clock: Any, now: str) -> None:
    clock.set(now)
    list(market.publish_due())


def ended_text(market: Any) -> str:
    (notice,) = market.notices(kind="ended")
    return str(notice.text)


def test_a_sanction_that_needs_a_person_is_proposed_and_not_in_force(proposed):
    assert told(proposed, "2018-08-02") == [
        ("freeze at 12", "2018-08-01", "2018-08-07", "proposed")
    ]
    (effect,) = proposed.effects(as_of="2018-08-02", every=True)
    assert (effect.effect_id, effect.ladder, effect.at) == (FREEZE, "ipr", 12)
    assert noticed(proposed) == [("proposed", "S1", "freeze at 12")]


def test_what_is_approved_is_in_force_from_that_day_to_the_last_that_was_proposed(proposed, clock):
    clock.set("2018-08-03T09:00")
    effect = proposed.decide_effect(FREEZE, "approve", decided_by="Ana")
    assert (effect.status, effect.decided_by) == ("in force", "Ana")
    assert told(proposed, "2018-08-02") == [
        ("freeze at 12", "2018-08-01", "2018-08-07", "proposed")
    ]
    assert told(proposed, "2018-08-07") == [
        ("freeze at 12", "2018-08-03", "2018-08-07", "in force")
    ]
    publish_due(proposed, clock, "2018-08-10T13:00")
    assert told(proposed, "2018-08-10") == [("freeze at 12", "2018-08-03", "2018-08-07", "ended")]
    assert noticed(proposed)[1:] == [
        ("started", "S1", "freeze at 12"),
        ("ended", "S1", "freeze at 12"),
    ]


def test_deciding_the_same_again_changes_nothing(proposed, clock):
    clock.set("2018-08-03T09:00")
    first = proposed.decide_effect(FREEZE, "approve", decided_by="Ana")
    assert proposed.decide_effect(FREEZE, "approve", decided_by="Ben") == first
    assert len(noticed(proposed)) == 2


def test_what_is_declined_does_not_come_back_while_the_standing_lasts(proposed, clock):
    clock.set("2018-08-03T09:00")
    proposed.decide_effect(FREEZE, "decline", decided_by="Ana")
    publish_due(proposed, clock, "2018-08-06T13:00")
    assert [status for *_, status in told(proposed, "2018-08-06")] == ["declined"]
    publish_due(proposed, clock, "2018-08-12T13:00")
    assert noticed(proposed)[1:] == [("ended", "S1", "freeze at 12")]
    assert ended_text(proposed).startswith(
        "Freeze at 12, which was proposed, does not take effect, since a person decided so."
    )


def test_what_a_person_lifts_is_over_from_that_day_on_and_stays_so(proposed, clock):
    clock.set("2018-08-03T09:00")
    proposed.decide_effect(FREEZE, "approve", decided_by="Ana")
    clock.set("2018-08-05T09:00")
    effect = proposed.decide_effect(FREEZE, "lift", decided_by="Ben")
    assert (effect.status, effect.lifted_by, effect.until_on) == (
        "lifted",
        "Ben",
        date(2018, 8, 4),
    )
    publish_due(proposed, clock, "2018-08-12T13:00")
    assert [status for *_, status in told(proposed, "2018-08-12")] == ["lifted"]
    assert noticed(proposed)[1:] == [
        ("started", "S1", "freeze at 12"),
        ("ended", "S1", "freeze at 12"),
    ]
    assert ended_text(proposed).startswith("Freeze at 12: over from 2018-08-05 on, since a person")


def test_a_revoked_violation_lifts_what_it_led_to_with_the_next_day_published(proposed, clock):
    clock.set("2018-08-03T09:00")
    proposed.decide_effect(FREEZE, "approve", decided_by="Ana")
    revoked = violation("V1", "2018-08-01", 12, revoked_at=datetime(2018, 8, 4))
    load(proposed, violations=[revoked])
    publish_due(proposed, clock, "2018-08-05T13:00")
    (effect,) = proposed.effects(as_of="2018-08-06", every=True)
    assert (effect.status, effect.ended_because) == ("ended", "standing")
    assert noticed(proposed)[-1] == ("ended", "S1", "freeze at 12")


def test_a_restatement_lifts_what_a_revoked_violation_led_to_before_that(proposed, clock):
    clock.set("2018-08-03T09:00")
    proposed.decide_effect(FREEZE, "approve", decided_by="Ana")
    revoked = violation("V1", "2018-08-01", 12, revoked_at=datetime(2018, 8, 3))
    load(proposed, violations=[revoked])
    assert len(list(proposed.restate())) == 1
    (effect,) = proposed.effects(as_of="2018-08-03", every=True)
    assert (effect.status, effect.ended_because) == ("ended", "restated")


def test_what_was_restated_and_comes_back_as_it_was_is_proposed_again(proposed, clock):
    """The next day equals the first edition before, so that it is not stored again."""
    clock.set("2018-08-02T14:00")
    revoked = violation("V1", "2018-08-01", 12, revoked_at=datetime(2018, 8, 2, 13, 30))
    load(proposed, violations=[revoked])
    assert len(list(proposed.restate())) == 1
    again = {
        "table_name": "violations",
        "key": "V1",
        "column_name": "revoked_at",
        "retracted_at": datetime(2018, 8, 2, 15),
    }
    clock.set("2018-08-02T16:00")
    load(proposed, retractions=[again])
    clock.set("2018-08-03T13:00")
    (published,) = proposed.publish_due()
    assert published.changed_n == 0
    assert told(proposed, "2018-08-03") == [
        ("freeze at 12", "2018-08-01", "2018-08-01", "ended"),
        ("freeze at 12", "2018-08-01", "2018-08-07", "proposed"),
    ]
    assert [kind for kind, *_ in noticed(proposed)] == ["proposed", "ended", "proposed"]


def test_a_heavier_sanction_takes_the_place_of_a_lighter_one(proposed, clock):
    clock.set("2018-08-03T09:00")
    proposed.decide_effect(FREEZE, "approve", decided_by="Ana")
    load(proposed, violations=[violation("V2", "2018-08-04", 12)])
    publish_due(proposed, clock, "2018-08-05T13:00")
    assert told(proposed, "2018-08-05") == [
        ("freeze at 12", "2018-08-03", "2018-08-04", "ended"),
        ("freeze at 24", "2018-08-04", "2018-08-17", "proposed"),
    ]
    assert noticed(proposed)[2:] == [
        ("proposed", "S1", "freeze at 24"),
        ("ended", "S1", "freeze at 12"),
    ]


@pytest.mark.parametrize(
    ("before", "verdict", "said"),
    [
        (["decline"], "approve", "is declined: Ana declined it on 2018-08-03"),
        (["approve"], "decline", "is in force: Ana approved it on 2018-08-03"),
        ([], "lift", "there is nothing to lift: '1:S1:ladder.ipr' is proposed"),
        (["approve", "lift"], "decline", "is lifted by Ana"),
    ],
)
def test_what_is_decided_otherwise_is_refused(proposed, clock, before, verdict, said):
    clock.set("2018-08-03T09:00")
    for each in before:
        proposed.decide_effect(FREEZE, each, decided_by="Ana")
    with pytest.raises(ArgumentInvalid, match=said):
        proposed.decide_effect(FREEZE, verdict, decided_by="Ben")


def test_what_is_over_cannot_be_decided_any_more(proposed, clock):
    clock.set("2018-08-08T09:00")
    with pytest.raises(ArgumentInvalid, match="is ended") as refused:
        proposed.decide_effect(FREEZE, "approve", decided_by="Ana")
    assert "What is over stays so" in str(refused.value)


@pytest.mark.parametrize(
    ("before", "verdict", "said"),
    [
        ("approve", "lift", "Freeze at 12: over from 2018-08-08 on, since its last day is past."),
        ("", "decline", "Freeze at 12, which was proposed, does not take effect, since its last"),
    ],
)
def test_what_was_told_to_be_over_is_not_decided_for_an_earlier_day(
    proposed, clock, before, verdict, said
):
    clock.set("2018-08-03T09:00")
    if before:
        proposed.decide_effect(FREEZE, before, decided_by="Ana")
    publish_due(proposed, clock, "2018-08-10T13:00")
    with pytest.raises(ArgumentInvalid, match=f"nothing to {verdict}: '{FREEZE}' is ended"):
        proposed.decide_effect(FREEZE, verdict, decided_by="Ana", decided_at="2018-08-05T09:00")
    assert ended_text(proposed).startswith(said)


@pytest.mark.parametrize("decided_at", ["2018-07-01T09:00", "2018-08-01T23:59"])
def test_what_was_not_known_of_yet_cannot_have_been_decided(proposed, decided_at):
    with pytest.raises(ArgumentInvalid) as refused:
        proposed.decide_effect(FREEZE, "approve", decided_by="Ana", decided_at=decided_at)
    assert str(refused.value) == (
        f"a decision of {decided_at[:10]} cannot be about '{FREEZE}', which follows from "
        f"{VIOLATIONS} as of 2018-08-01.\n"
        "Name an instant from 2018-08-02 on, or none: then it is now."
    )
    assert len(noticed(proposed)) == 1


def test_an_unknown_effect_and_an_unknown_verdict_are_refused_with_near_names(proposed):
    with pytest.raises(EffectUnknown, match=f"Did you mean '{FREEZE}'"):
        proposed.decide_effect("1:S1:ladder.ipx", "approve", decided_by="Ana")
    with pytest.raises(ArgumentInvalid, match="Did you mean 'approve'"):
        proposed.decide_effect(FREEZE, "approved", decided_by="Ana")
    with pytest.raises(ArgumentInvalid, match="who decided is missing") as refused:
        proposed.decide_effect(FREEZE, "approve", decided_by=" ")
    assert "Say the name of a person" in str(refused.value)


def restricted(market, folder, clock) -> str:
    """Publish July, with a restriction of seven days from 1 August on that waits for a person."""
    path = rules(folder, ('does = "restriction"', 'does = "restriction"\ndays = 7'))
    load(market, **month(1, bad=4))
    clock.set("2018-08-01T13:00")
    market.publish(path, as_of="2018-07-31")
    return "1:S1:restriction"


@pytest.mark.parametrize(
    ("approved", "last"), [("2018-08-01", "2018-08-07"), ("2018-08-05", "2018-08-11")]
)
def test_an_effect_approved_late_runs_all_its_days_from_then(
    market, clock, tmp_path, approved, last
):
    effect_id = restricted(market, tmp_path, clock)
    clock.set(f"{approved}T15:00")
    market.decide_effect(effect_id, "approve", decided_by="Ana")
    assert told(market, last) == [("restriction", approved, last, "in force")]
    day_after = f"2018-08-{int(last[-2:]) + 1:02}"
    assert told(market, day_after) == [("restriction", approved, last, "ended")]
    clock.set(f"{day_after}T13:00")
    list(market.publish_due())
    assert told(market, day_after) == [("restriction", approved, last, "ended")]
    assert noticed(market)[-1] == ("ended", "S1", "restriction")


def test_what_nobody_decided_by_its_last_day_is_over(market, clock, tmp_path):
    effect_id = restricted(market, tmp_path, clock)
    clock.set("2018-08-08T09:00")
    with pytest.raises(ArgumentInvalid, match="there is nothing to approve"):
        market.decide_effect(effect_id, "approve", decided_by="Ana")
