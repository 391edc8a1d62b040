"""What violations led to, where it came from, when it ends, and what a further one brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.explanation import telling
from goodstanding.explanation.answer import Explanation
from goodstanding.explanation.explaining import explain
from goodstanding.explanation.sanction_answer import LadderTold
from goodstanding.rulebook import bundled
from goodstanding.rulebook.copying import copied
from goodstanding.rulebook.reading import read_rulebook
from tests.explanation.small_market import loaded
from tests.oracle_facts import Facts, Row
from tests.rows.test_violations import LATER, violation

VIOLATIONS = bundled.load("aliexpress-violations")
AS_OF = date(2018, 7, 31)
MONTH_ENDS = ((2, 28), (3, 31), (4, 30), (5, 31), (6, 30))


def asked(as_of: date = AS_OF, known_at: datetime = LATER) -> Question:
    return Question(rulebook=VIOLATIONS, as_of=as_of, known_at=known_at, subject_id="S1")


def entered(*entries: Row) -> Facts:
    return {"violations": list(entries)}


def explained(facts: Facts, **at: Any) -> Explanation:
    return explain(*loaded(facts), asked(**at))


def named(told: Explanation, name: str) -> LadderTold:
    (found,) = [each for each in told.ladders if each.name == name]
    return found


def ladder(facts: Facts, **at: Any) -> LadderTold:
    return named(explained(facts, **at), "ipr")


def in_force(facts: Facts, **at: Any) -> tuple[Any, ...]:
    (row,) = assessing.assess(*loaded(facts), asked(**at)).to_pylist()
    return tuple(row[f"ladder_ipr_{part}"] for part in ("sanction", "at", "first_on", "last_on"))


def ipr(number: int, points: str, on: str, **said: Any) -> Row:
    return violation(number, ledger="ipr", points=points, occurred_at=on, **said)


FROZEN = entered(
    ipr(1, "6", "2018-02-01"),
    ipr(2, "6.5", "2018-07-28"),
    ipr(3, "2", "2017-07-31"),
    violation(4, ledger="quality", points="13", occurred_at="2018-07-01"),
    violation(5, ledger="serious_ipr", points="0", occurred_at="2018-07-01"),
)


@pytest.fixture(scope="module")
def frozen() -> Explanation:
    return explained(FROZEN)


def test_it_names_the_entries_in_force_and_when_each_expires(frozen: Explanation):
    found = named(frozen, "ipr")
    assert found.total == 12.5
    assert [(e.violation_id, e.adds, e.expires_on) for e in found.entries] == [
        ("V1", 6, date(2019, 2, 1)),
        ("V2", 6.5, date(2019, 7, 28)),
    ]


def test_it_names_every_sanction_and_the_entries_that_it_came_from(frozen: Explanation):
    told = [(s.text, s.is_in_force, s.came_from) for s in named(frozen, "ipr").sanctions]
    assert told == [
        ("freeze at 12, 2018-07-28 to 2018-08-03", True, ("V3", "V1", "V2")),
        ("restriction at 6, 2018-02-01 to 2018-02-03", False, ("V3", "V1")),
        ("warning at 2, 2017-07-31 to 2017-07-31", False, ("V3",)),
    ]


def test_it_says_what_was_replaced_and_when():
    facts = entered(ipr(1, "12", "2018-07-20"), ipr(2, "12", "2018-07-24"))
    assert [(s.at, s.replaced_on) for s in ladder(facts).sanctions] == [
        (24, None),
        (12, date(2018, 7, 24)),
    ]


def test_what_a_further_entry_would_bring_is_what_it_brings_and_less_is_not(
    frozen: Explanation,
):
    """Each is given to a seller of its own, and so is a thousandth of a point less."""
    expected: dict[str, tuple[str, Any]] = {}
    rows: list[Row] = []
    for told in frozen.ladders:
        for further in told.further:
            for less in (Decimal(0), Decimal("0.001")):
                seller = f"{told.name} {further.at} less {less}"
                adds = Decimal(str(further.adds)) - less
                times = int(further.adds) if told.name == "serious_ipr" else 1
                more = [
                    violation(ledger=told.name, points=adds, occurred_at=AS_OF.isoformat())
                    for _ in range(times if not less or told.name != "serious_ipr" else times - 1)
                ]
                for row in (*FROZEN["violations"], *more):
                    named = {"violation_id": f"W{len(rows)}", "subject_id": seller}
                    rows.append(row | named)
                reached = None if less else (further.does, further.at, AS_OF, further.days)
                expected[seller] = (told.name, reached)
    question = Question(rulebook=VIOLATIONS, as_of=AS_OF, known_at=LATER)
    found = assessing.assess(*loaded({"violations": rows}), question).to_pylist()
    assert len(found) == len(expected) == 2 * sum(len(t.further) for t in frozen.ladders)
    for row in found:
        name, reached = expected[row["subject_id"]]
        does, at, first_on, last_on = (
            row[f"ladder_{name}_{part}"] for part in ("sanction", "at", "first_on", "last_on")
        )
        days = None if last_on is None else (last_on - first_on).days + 1
        if reached is not None:
            assert (does, at, first_on, days) == reached
        else:
            assert f"{name} {at} less 0.001" != row["subject_id"]


def test_it_says_that_a_lighter_one_would_not_be_executed_while_a_heavier_runs():
    facts = entered(ipr(1, "30", "2017-08-01"), ipr(2, "6", "2018-07-30"))
    (twelve, *_) = ladder(facts, as_of=date(2018, 8, 5)).further
    assert (twelve.at, twelve.adds) == (12, 6)
    assert twelve.unless == "while this runs: freeze at 36, 2018-07-30 to 2018-08-28"
    more = entered(*facts["violations"], ipr(3, "6", "2018-08-05"))
    assert in_force(more, as_of=date(2018, 8, 5))[1] == 36


def test_whoever_is_closed_is_not_closed_again():
    facts = entered(ipr(1, "48", "2017-07-01"))
    found = ladder(facts)
    assert (found.total, [s.text for s in found.sanctions]) == (
        0,
        ["closing at 48, from 2017-07-01"],
    )
    assert [f.unless for f in found.further if f.does == "closing"] == [
        "while this runs: closing at 48, from 2017-07-01"
    ]


def test_a_revoked_violation_gives_its_points_back_and_lifts_what_it_caused():
    taken = ipr(2, "6.5", "2018-07-28", recorded_at="2018-07-28")
    back = taken | {"revoked_at": datetime(2018, 7, 30), "recorded_at": datetime(2018, 7, 30)}
    facts = entered(ipr(1, "6", "2018-02-01", recorded_at="2018-02-01"), taken, back)
    before = datetime(2018, 7, 29)
    assert in_force(facts, as_of=date(2018, 7, 29), known_at=before)[:2] == ("freeze", 12)
    # Once it is known it was never there, on whatever day is asked about.
    assert in_force(facts, as_of=date(2018, 7, 29)) == (None, None, None, None)
    found = ladder(facts)
    assert (found.total, [s.at for s in found.sanctions]) == (6, [6])


def test_what_became_known_later_led_to_nothing_before():
    facts = entered(ipr(1, "12", "2018-07-28", recorded_at="2018-07-30"), ipr(2, "0", "2018-01-01"))
    assert in_force(facts, known_at=datetime(2018, 7, 29)) == (None, None, None, None)
    assert in_force(facts)[2] == date(2018, 7, 28)


def test_the_text_says_it_all_in_words(frozen: Explanation):
    text = telling.text(frozen, 200)
    section = text[text.index("Sanctions\n") :].split("\n\n")[0]
    ipr_only = " ".join(section.split("trade: 0")[0].split())
    assert ipr_only == (
        "Sanctions ipr: 12.5 - In force: freeze at 12, 2018-07-28 to 2018-08-03; proposed: a "
        "person decides. It came from V3, V1, V2. [VN-01, VN-05: trade] - Over: restriction at 6, "
        "2018-02-01 to 2018-02-03; warning at 2, 2017-07-31 to 2017-07-31. - Made of V1 of "
        "2018-02-01, 6, expires 2019-02-01; V2 of 2018-07-28, 6.5, expires 2019-07-28. - A further "
        "entry of 11.5 or more: freeze at 24, for 14 days; of 23.5 or more: freeze at 36, for 30 "
        "days; of 35.5 or more: closing at 48, until a person ends it."
    )
    assert section.splitlines()[-1].startswith("  An entry that should not stand can be appealed")


def test_points_are_told_with_as_many_decimals_as_tell_them_from_a_node():
    facts = entered(ipr(1, "2", "2018-07-31"), ipr(2, "45.999", "2018-07-31"))
    text = telling.text(explained(facts), 200)
    assert "ipr points 47.999" in text
    assert "  ipr: 47.999\n" in text
    assert "In force: freeze at 36, 2018-07-31 to 2018-08-29; proposed: a person decides" in text
    # Of two kinds both are in force: the warning came first that day.
    assert "In force: warning at 2, 2018-07-31 to 2018-07-31; by itself" in text


def test_month_by_month_the_points_of_each_ledger_are_told(frozen: Explanation):
    assert [(point.as_of, point.totals["ipr"]) for point in frozen.trend] == [
        (date(2018, 1, 31), 2),
        *((date(2018, month, day), 8) for month, day in MONTH_ENDS),
    ]
    assert frozen.trend[0].totals == {"ipr": 2, "trade": 0, "quality": 0, "serious_ipr": 0}
    text = telling.text(frozen, 200)
    assert (
        "2018-06-30  ipr points 8.00; trade points 0.00; quality points 0.00; 0 strikes\n" in text
    )
    assert "2018-07-31  ipr points 12.50; trade points 0.00; quality points 13.00; 1 s" in text


def test_a_ledger_that_no_indicator_tells_is_told_by_its_ladder():
    """Of two thirds of the total, and of the ledger itself."""
    text = copied(VIOLATIONS, "mine").replace("ipr_taken / 1000", "ipr_taken / 1500")
    rulebook = read_rulebook(text, "mine.toml")
    told = explain(*loaded(FROZEN), replace(asked(), rulebook=rulebook))
    assert [each.indicator for each in told.ladders] == [
        None,
        "trade_points",
        "quality_points",
        "strikes_in_force",
    ]
    assert (
        "2018-01-31  ipr points 1.33; trade points 0.00; quality points 0.00; 0 strikes; ipr 2\n"
        in (telling.text(told, 200))
    )


def test_a_rulebook_without_ladders_tells_of_none():
    service = bundled.load("service-level")
    facts: Facts = {"sellers": [{"seller_id": "S1"}]}
    question = Question(rulebook=service, as_of=AS_OF, known_at=LATER, subject_id="S1")
    told = explain(*loaded(facts), question)
    assert told.ladders == ()
    assert "Sanctions" not in telling.text(told, 80)


REVOKED = entered(
    ipr(1, "6", "2017-08-02", revoked_at="2018-07-20"),
    ipr(2, "4.001", "2018-07-28"),
    violation(3, ledger="trade", points="2.5", occurred_at="2018-07-01", revoked_at="2018-07-30"),
    violation(4, ledger="elsewhere", occurred_at="2018-07-01", revoked_at="2018-07-30"),
    ipr(5, "2", "2015-01-01"),  # so that the seller is there before July
)


def test_what_was_revoked_is_told_as_long_as_it_would_have_counted():
    told = explained(REVOKED)
    assert named(told, "ipr").total == 4.001
    assert [
        (each.violation_id, each.occurred_on, each.ledger, each.points, each.revoked_on)
        for each in told.not_counted.revoked
    ] == [
        ("V3", date(2018, 7, 1), "trade", 2.5, date(2018, 7, 30)),
        ("V1", date(2017, 8, 2), "ipr", 6, date(2018, 7, 20)),
    ]
    lines = telling.text(told, 100).splitlines()
    at = lines.index("Violations that were revoked: 2")
    assert lines[at + 1 : at + 3] == [
        "  - V3 of 2018-07-01, trade, 2.5: revoked 2018-07-30, and counts no longer.",
        "  - V1 of 2017-08-02, ipr, 6: revoked 2018-07-20, and counts no longer.",
    ]
    left = {
        day: [each.violation_id for each in explained(REVOKED, as_of=day).not_counted.revoked]
        for day in (date(2018, 6, 30), date(2018, 8, 1), date(2018, 8, 2), date(2019, 7, 1))
    }
    assert list(left.values()) == [["V1"], ["V3", "V1"], ["V3"], []]


def test_a_revocation_that_was_not_heard_of_yet_is_not_told():
    facts = entered(ipr(1, "6", "2018-07-02", revoked_at="2018-07-20"))
    told = explained(facts, known_at=datetime(2018, 7, 10))
    assert told.not_counted.revoked == ()


def test_a_total_of_thousandths_is_told_the_same_everywhere():
    text = telling.text(explained(REVOKED), 100)
    assert "ipr points 4.001" in text
    assert "4.00 " not in text
