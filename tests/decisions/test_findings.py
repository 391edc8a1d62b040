"""The procedure of a finding, step by step, as facts and as what the buyer is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

import goodstanding
from goodstanding.decisions import finding_steps
from goodstanding.decisions import statement as statements
from goodstanding.decisions.reasons import folded_name
from goodstanding.effects import writing_notices
from goodstanding.errors import ArgumentInvalid, DecisionUnknown, SubjectUnknown
from tests.at_once import meet, together
from tests.decisions.finding_market import CLAIMS, CONFIRMED, LOOK, Opened, opened, write_market
from tests.market_files import as_frames
from tests.small_facts import at


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_market(tmp_path_factory.mktemp("made") / "m.duckdb")


@pytest.fixture
def steps(made: Path, tmp_path: Path):
    with opened(Path(shutil.copy(made, tmp_path / "m.duckdb"))) as found:
        yield found


def test_a_finding_goes_from_proposal_to_appeal_and_every_step_is_kept(steps: Opened):
    assert steps.propose().status == "proposed"
    warned = steps.warn()
    assert (warned.status, warned.until_on) == ("warned", date(2026, 1, 17))
    steps.clock.set("2026-01-12T09:00")
    steps.market.answer_finding("finding-1", "They never came.")
    confirmed = steps.confirm()
    assert (confirmed.status, confirmed.until_on) == ("confirmed", date(2026, 7, 12))
    steps.clock.set("2026-02-01T09:00")
    assert steps.appeal().status == "appealed"
    assert steps.overturn().status == "overturned"
    found = steps.found()
    assert (found.buyer_id, found.kind, found.rests_on) == ("B7", "false_claims", ("O1", "O2"))
    assert (found.cases_n, found.of_orders_n, found.gravity, found.intent) == (
        *(2, 5, 6, "deliberate"),
    )
    assert (found.proposed_by, found.warned_by, found.decided_by) == ("Ana", "Ana", "Bea")
    assert (found.answer, found.appeal, found.reasons) == (
        "They never came.",
        "I was abroad.",
        CONFIRMED["reasons"],
    )
    assert (found.appeal_decided_by, found.appeal_reasons) == ("Cem", "You were abroad.")
    assert found.overturned_at == found.appeal_decided_at == datetime(2026, 2, 1, 9)


def test_count_and_share_are_counted_by_the_market(steps: Opened):
    steps.propose(orders=("O3", "O3"))
    assert (steps.found().cases_n, steps.found().of_orders_n) == (1, 5)


def each_status(steps: Opened) -> list[tuple[str, bool]]:
    return [(each.status, each.may_count) for each in steps.market.findings(**LOOK)]


def test_nothing_counts_until_it_is_confirmed_nor_once_it_is_overturned(steps: Opened):
    found = []
    for step in (
        steps.propose,
        steps.warn,
        lambda: steps.clock.days_later(8),
        steps.confirm,
        steps.appeal,
        steps.overturn,
    ):
        step()
        found += each_status(steps)
    assert list(dict.fromkeys(found)) == [
        ("proposed", False),
        ("warned", False),
        ("confirmed", True),
        ("appealed", True),
        ("overturned", False),
    ]


def test_one_that_is_dismissed_was_never_decided_against_the_buyer(steps: Opened):
    steps.propose()
    steps.warn()
    steps.dismiss()
    found = steps.found()
    assert (found.status, found.may_count, found.decided_at) == ("dismissed", False, None)


def score(steps: Opened, as_of: str, known_at: str | None = None) -> tuple[float | None, float]:
    """Return the score of B7 by the bundled rulebook, and how many findings are active."""
    (found,) = steps.market.assess(
        "buyer-score", as_of=as_of, known_at=known_at, subject="B7", **LOOK
    ).to_pylist()
    return found["score"], found["active_findings_numerator"]


def test_a_score_counts_one_that_is_confirmed_and_is_worked_out_again_once_it_is_overturned(
    steps: Opened,
):
    before = score(steps, "2026-02-01")
    steps.propose()
    steps.warn()
    assert score(steps, "2026-02-01") == before
    steps.clock.days_later(8)
    steps.confirm()
    confirmed = score(steps, "2026-02-01")
    assert confirmed[1] == 1
    assert (confirmed[0] or 0) < (before[0] or 0)
    assert score(steps, "2026-01-17") == (score(steps, "2026-01-17", "2026-01-10T12:00"))
    steps.clock.set("2026-03-01")
    steps.appeal()
    steps.overturn()
    assert score(steps, "2026-02-01") == before
    assert score(steps, "2026-02-01", known_at="2026-02-28") == confirmed


def test_a_score_counts_none_that_is_dismissed_nor_what_is_said_to_be_both(steps: Opened):
    before = score(steps, "2026-02-01")
    steps.propose()
    steps.warn()
    steps.dismiss()
    load(steps, decided_at=at("2025-12-20"), dismissed_at=at("2025-12-20"))
    assert score(steps, "2026-02-01") == before


Take = Callable[[Opened], object]
TAKE: dict[str, Take] = {
    "warn": Opened.warn,
    "answer": lambda steps: steps.market.answer_finding("finding-1", "No."),
    "confirm": Opened.confirm,
    "dismiss": Opened.dismiss,
    "appeal": Opened.appeal,
    "uphold": Opened.uphold,
    "overturn": Opened.overturn,
}
# The way to each status, and what may follow on it.
WAYS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "proposed": ((), {"warn", "dismiss"}),
    "warned": (("warn",), {"answer", "confirm", "dismiss"}),
    "dismissed": (("warn", "dismiss"), set()),
    "confirmed": (("warn", "confirm"), {"appeal"}),
    "appealed": (("warn", "confirm", "appeal"), {"uphold", "overturn"}),
    "upheld": (("warn", "confirm", "appeal", "uphold"), set()),
    "overturned": (("warn", "confirm", "appeal", "overturn"), set()),
}


@pytest.mark.parametrize("status", WAYS)
def test_no_step_is_skipped_and_none_is_taken_out_of_order(steps: Opened, status):
    way, may_follow = WAYS[status]
    steps.propose()
    for earlier in way:
        TAKE[earlier](steps)
        steps.clock.days_later(8)
    before = (steps.found(), steps.told())
    assert before[0].status == status
    for step in set(TAKE) - may_follow:
        if step in way:
            TAKE[step](steps)  # the same again changes nothing
        else:
            with pytest.raises(ArgumentInvalid, match="finding 'finding-1' cannot be"):
                TAKE[step](steps)
    assert (steps.found(), steps.told()) == before


@pytest.mark.parametrize(
    ("way", "again", "complaint", "way_out"),
    [
        (
            (),
            lambda steps: steps.confirm(),
            "cannot be confirmed: it was proposed by Ana on 2026-01-10.",
            "goodstanding findings warn finding-1 --by NAME",
        ),
        (
            ("warn",),
            lambda steps: steps.warn(by="Dora"),
            "cannot be told to the buyer: the buyer was warned by Ana on 2026-01-10.",
            "goodstanding findings confirm finding-1, or dismiss finding-1.",
        ),
        (
            ("warn", "confirm"),
            lambda steps: steps.confirm(by="Dora"),
            "cannot be confirmed: it was confirmed by Bea on 2026-01-18.",
            "goodstanding findings appeal finding-1",
        ),
        (
            ("warn", "confirm"),
            lambda steps: steps.dismiss(),
            "cannot be dismissed: it was confirmed by Bea on 2026-01-18.",
            "Only the buyer's appeal",
        ),
        (
            ("warn", "confirm", "appeal", "uphold"),
            lambda steps: steps.overturn(),
            "cannot be overturned: it was upheld by Cem on 2026-02-03.",
            "stays so",
        ),
        (
            ("warn", "dismiss"),
            lambda steps: steps.dismiss(reasons="Otherwise."),
            "cannot be dismissed: it was dismissed by Bea on 2026-01-18.",
            "proposed anew",
        ),
    ],
)
def test_a_step_that_is_refused_says_where_it_stands_and_what_comes_next(
    steps: Opened, way, again, complaint, way_out
):
    steps.propose()
    for step in way:
        TAKE[step](steps)
        steps.clock.days_later(8)
    before = (steps.found(), steps.told())
    with pytest.raises(ArgumentInvalid) as refused:
        again(steps)
    assert complaint in refused.value.message
    assert way_out in (refused.value.hint or "")
    assert (steps.found(), steps.told()) == before


def test_a_finding_that_nobody_proposed_is_named_with_those_that_there_are(steps: Opened):
    with pytest.raises(DecisionUnknown, match="goodstanding findings propose makes one"):
        steps.warn()
    steps.propose()
    with pytest.raises(DecisionUnknown, match=r"Did you mean 'finding-1'\?"):
        steps.market.warn_of_finding("finding1", by="Ana")


def test_the_buyer_has_seven_days_to_answer_before_it_is_confirmed(steps: Opened):
    steps.propose()
    steps.warn()
    steps.clock.set("2026-01-17T23:59")
    with pytest.raises(ArgumentInvalid, match="the buyer has until 2026-01-17 to answer") as early:
        steps.confirm()
    assert "after that day" in (early.value.hint or "")
    steps.clock.set("2026-01-18T00:00")
    assert steps.confirm().is_new


def test_it_is_confirmed_sooner_once_the_buyer_answered(steps: Opened):
    steps.propose()
    steps.warn()
    steps.market.answer_finding("finding-1", "It is true.")
    assert steps.confirm().is_new


def test_what_the_buyer_says_later_is_added_and_nothing_twice(steps: Opened):
    steps.propose()
    steps.warn()
    assert steps.market.answer_finding("finding-1", "No.").is_new
    steps.clock.days_later(1)
    assert steps.market.answer_finding("finding-1", "I was abroad.").is_new
    assert not steps.market.answer_finding("finding-1", "No.").is_new
    assert steps.found().answer == "No.\nI was abroad."


@pytest.mark.parametrize(("day", "is_in_time"), [("2026-07-18", True), ("2026-07-19", False)])
def test_an_appeal_has_six_months(steps: Opened, day, is_in_time):
    steps.confirmed()  # on 2026-01-18
    steps.clock.set(f"{day}T23:30")
    if is_in_time:
        assert steps.appeal().is_new
        return
    with pytest.raises(ArgumentInvalid, match="the last day was 2026-07-18"):
        steps.appeal()
    assert steps.found().appealed_at is None


def test_days_are_those_of_the_market(tmp_path):
    with opened(write_market(tmp_path / "m.duckdb", "America/Sao_Paulo")) as steps:
        steps.propose()
        steps.clock.set("2026-01-11T02:30")  # the 10th in São Paulo
        assert steps.warn().until_on == date(2026, 1, 17)
        steps.clock.set("2026-01-18T02:59")
        with pytest.raises(ArgumentInvalid, match="until 2026-01-17"):
            steps.confirm()
        steps.clock.set("2026-01-18T03:00")
        assert steps.confirm().until_on == date(2026, 7, 18)


@pytest.mark.parametrize(
    "name", ["Bea", "bea", " BEA ", "B e a", "\uff22\uff45\uff41", "Bea\u200b", "bea\u00a0"]
)
def test_whoever_decided_does_not_decide_the_appeal(steps: Opened, name):
    steps.confirmed()
    steps.appeal()
    for verdict in (steps.uphold, steps.overturn):
        with pytest.raises(ArgumentInvalid, match="cannot decide the appeal") as refused:
            verdict(by=name)
        assert "Somebody who did neither" in (refused.value.hint or "")
    assert steps.found().status == "appealed"


@pytest.mark.parametrize("name", ["Ana", " ANA"])
def test_whoever_proposed_does_not_decide_the_appeal_and_may_confirm_before(steps: Opened, name):
    steps.propose()
    steps.warn()
    steps.clock.days_later(8)
    steps.confirm(by="Ana")
    steps.appeal()
    for verdict in (steps.uphold, steps.overturn):
        with pytest.raises(ArgumentInvalid, match="cannot decide the appeal"):
            verdict(by=name)
    assert steps.overturn(by="Bea").status == "overturned"


def test_an_appeal_is_not_decided_by_whoever_proposed_what_another_confirmed(steps: Opened):
    steps.confirmed()
    steps.appeal()
    with pytest.raises(ArgumentInvalid, match="'ana' proposed finding 'finding-1', and cannot"):
        steps.uphold(by="ana")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Ana María", "ana maria", False),
        ("Ana María", "ANA MARI\u0301A", True),
        ("Straße", "STRASSE", True),
        ("Bea", "Cem", False),
    ],
)
def test_names_are_compared_without_capitals_spaces_and_forms_of_letters(one, other, is_same):
    assert (folded_name(one) == folded_name(other)) is is_same


def test_an_appeal_of_what_nobody_is_known_to_have_decided_is_decided_by_nobody(steps: Opened):
    steps.confirmed()
    row = {"finding_id": "N1", "buyer_id": "B7", "kind": "extortion", "gravity": 5}
    row |= {"proposed_at": at("2026-01-01"), "warned_at": at("2026-01-02")}
    row |= {"decided_at": at("2026-01-15"), "appealed_at": at("2026-01-16")}
    steps.market.load(as_frames({"findings": [row]}))
    with pytest.raises(ArgumentInvalid, match="nobody told who decided finding 'N1'"):
        steps.market.decide_appeal("N1", "overturn", reasons="It was not so.", by="Cem")


def test_the_same_step_again_changes_nothing_and_tells_nobody_again(steps: Opened):
    taken = []
    for step in (steps.propose, steps.warn, steps.confirm, steps.appeal, steps.uphold):
        taken += [step().is_new, step().is_new]
        steps.clock.days_later(8)
    assert taken == [True, False] * 5
    assert [kind for kind, _, _ in steps.told()] == ["warned", "confirmed", "upheld"]


def test_proposing_the_same_orders_again_is_the_same_finding_while_it_stands(steps: Opened):
    steps.propose()
    again = steps.propose(orders=("O1", "O2"), summary="Otherwise.")
    assert (again.finding_id, again.is_new) == ("finding-1", False)
    with pytest.raises(ArgumentInvalid, match="of the same kind, rests on order 'O2'"):
        steps.propose(orders=("O2", "O3"))
    assert steps.propose(orders=("O3",)).finding_id == "finding-2"
    assert steps.propose(kind="extortion").finding_id == "finding-3"
    steps.dismiss()
    assert steps.propose().finding_id == "finding-4"


@pytest.mark.parametrize(
    ("said", "error", "complaint"),
    [
        ({"buyer": "B9"}, SubjectUnknown, "buyer 'B9' is not known"),
        ({"orders": ("O9",)}, SubjectUnknown, "order 'O9' is not known"),
        ({"orders": ("O1", "O8")}, ArgumentInvalid, "order 'O8' was not placed by buyer 'B7'"),
        ({"orders": ()}, ArgumentInvalid, "at least one order"),
        ({"orders": "O1"}, ArgumentInvalid, "orders 'O1' is not a list of ids"),
        ({"orders": ("O1|O2",)}, ArgumentInvalid, r"has a \| in its id"),
        ({"kind": "false_claim"}, ArgumentInvalid, r"Did you mean 'false_claims'\?"),
        ({"gravity": 0}, ArgumentInvalid, "gravity 0 is not known"),
        ({"gravity": 11}, ArgumentInvalid, r"1 \(slight\) to 10"),
        ({"intent": "evil"}, ArgumentInvalid, "intent 'evil' is not known"),
        ({"rule": " "}, ArgumentInvalid, "the rule that was broken is missing"),
        ({"summary": ""}, ArgumentInvalid, "the summary of what happened is missing"),
    ],
)
def test_a_proposal_without_its_factors_or_orders_is_refused(steps: Opened, said, error, complaint):
    with pytest.raises(error) as refused:
        steps.propose(**said)
    assert_matches(complaint, str(refused.value))
    assert steps.market.findings(**LOOK) == []


def assert_matches(pattern: str, text: str) -> None:
    with pytest.raises(ValueError, match=pattern):
        raise ValueError(text)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"reasons": "  "}, "the statement of reasons is missing"),
        ({"reasons": "x" * 4001}, "At most 4000"),
        ({"follows": None}, "what follows is missing"),
        ({"until": None}, "the last day of what follows None is not a day"),
        ({"until": "2026-01-17"}, "cannot last until 2026-01-17"),
        ({"until": "2027-01-19"}, "from 2026-01-18 to 2027-01-18: nothing follows for ever"),
        ({"by": " "}, "who does it is missing"),
        ({"by": "\u200b"}, "is no name that can be read"),
    ],
)
def test_a_decision_without_reasons_or_an_end_is_refused(steps: Opened, said, complaint):
    steps.propose()
    steps.warn()
    steps.clock.days_later(8)
    with pytest.raises(ArgumentInvalid) as refused:
        steps.confirm(**said)
    assert_matches(complaint, str(refused.value))
    assert steps.found().status == "warned"


def test_nothing_follows_from_one_that_is_dismissed(steps: Opened):
    steps.propose()
    with pytest.raises(ArgumentInvalid, match="nothing follows from a finding that is dismissed"):
        steps.market.decide_finding("finding-1", "dismiss", **CONFIRMED)


# What sources tell


LOADED: dict[str, Any] = {
    "finding_id": "N1",
    "buyer_id": "B7",
    "kind": "extortion",
    "gravity": 5,
    "proposed_at": at("2025-12-01"),
    "warned_at": at("2025-12-02"),
}
WHOLE = {
    "intent": "deliberate",
    "cases_n": 1,
    "of_orders_n": 5,
    "rests_on": "O4",
    "rule": "Terms 8",
    "summary": "A bad review was threatened.",
}


def load(steps: Opened, **said: Any) -> None:
    steps.market.load(as_frames({"findings": [LOADED | said]}))


def test_a_finding_may_be_loaded_as_facts_and_go_on_here(steps: Opened):
    load(steps, **WHOLE)
    assert steps.found("N1").status == "warned"
    steps.market.decide_finding("N1", "confirm", **CONFIRMED)
    load(steps, appealed_at=at("2026-01-09"))
    assert steps.found("N1").status == "appealed"
    steps.market.decide_appeal("N1", "overturn", reasons="It was a joke.", by="Cem")
    assert [kind for kind, _, _ in steps.told()] == ["confirmed", "overturned"]


def test_what_is_loaded_as_facts_tells_nobody(steps: Opened):
    load(steps, **WHOLE, decided_at=at("2025-12-20"), decided_by="Eve")
    assert steps.told() == []


def test_what_lacks_a_factor_is_not_confirmed_and_says_what_is_missing(steps: Opened):
    load(steps)
    with pytest.raises(ArgumentInvalid) as refused:
        steps.market.decide_finding("N1", "confirm", **CONFIRMED)
    assert refused.value.message == (
        "finding 'N1' has no whole statement of reasons: nobody said its rests_on, rule, summary, "
        "cases_n, of_orders_n, intent."
    )
    assert "goodstanding tables findings" in (refused.value.hint or "")
    assert (steps.found("N1").status, steps.told()) == ("warned", [])


def test_odd_findings_are_counted_when_they_are_loaded(steps: Opened):
    odd = {
        "decided_at": at("2025-12-20"),
        "decided_by": "Eve",
        "dismissed_at": at("2025-11-01"),
        "appealed_at": at("2025-12-21"),
        "appeal_decided_at": at("2025-12-22"),
        "appeal_decided_by": "e ve",
    }
    summary = steps.market.load(as_frames({"findings": [LOADED | odd]}))
    assert sorted(each.what for each in summary.oddities) == [
        "appeal decided by who decided",
        "decided and dismissed",
        "dismissed_at before proposed_at",
    ]
    assert not steps.found("N1").may_count


# What the buyer is told


def test_each_step_tells_that_buyer_and_nobody_else(steps: Opened):
    steps.confirmed()
    steps.appeal()
    steps.uphold()
    found = steps.market.notices(**LOOK)
    assert [(each.kind, each.to_kind, each.to_id) for each in found] == [
        (kind, "buyer", "B7") for kind in ("warned", "confirmed", "upheld")
    ]
    for other in ("S1", "B8"):
        assert steps.market.notices(subject=other, **LOOK) == []


def test_nothing_that_the_buyer_is_told_names_who_decided(steps: Opened):
    steps.confirmed()
    steps.appeal()
    steps.overturn()
    words = " ".join(text for _, _, text in steps.told())
    words += repr([each.statement for each in steps.market.notices(**LOOK)])
    for name in ("Ana", "Bea", "Cem"):
        assert name not in words


def test_whoever_was_never_warned_is_not_told_that_it_was_dismissed(steps: Opened):
    steps.propose()
    steps.dismiss()
    assert steps.told() == []
    steps.propose()
    steps.market.warn_of_finding("finding-2", by="Ana")
    steps.market.decide_finding("finding-2", "dismiss", reasons="No.", by="Bea")
    assert [kind for kind, _, _ in steps.told()] == ["warned", "dismissed"]


def test_a_notice_stays_as_it_was_whatever_is_told_later(steps: Opened):
    steps.propose()
    steps.warn()
    before = steps.told()
    row = {"finding_id": "finding-1", "summary": "Something else.", "rule": "Terms 9"}
    steps.market.load(as_frames({"findings": [row | {"recorded_at": at("2026-01-11")}]}))
    assert steps.found().summary == "Something else."
    assert steps.told() == before


def test_a_step_and_its_notice_are_kept_together_or_not_at_all(steps: Opened, monkeypatch):
    steps.propose()
    before = steps.found()

    def fails(*_: object) -> None:
        raise RuntimeError("pulled the plug")

    with monkeypatch.context() as patched:
        patched.setattr(writing_notices, "of_finding", fails)
        with pytest.raises(RuntimeError):
            steps.warn()
    assert (steps.found(), steps.told()) == (before, [])
    assert steps.warn().is_new
    assert len(steps.told()) == 1


def test_notices_to_buyers_are_shown_only_to_whom_says_why(steps: Opened):
    steps.propose()
    steps.warn()
    assert steps.market.notices() == []
    assert steps.market.notices_to_buyers_n() == 1
    with pytest.raises(ArgumentInvalid, match="who does not say by whom and why"):
        steps.market.notices(by="Ana")
    with pytest.raises(ArgumentInvalid, match="who does not say by whom and why"):
        steps.market.notices(reason="delivery")


@pytest.mark.parametrize("buyer", ["B7", "B8"])  # of whom something is found, and nothing
def test_whoever_names_a_buyer_says_why_whether_there_is_anything_or_not(
    steps: Opened, tmp_path, buyer
):
    steps.propose()
    steps.warn()
    for asked in (steps.market.notices, steps.market.effects):
        with pytest.raises(ArgumentInvalid, match="who does not say by whom and why"):
            asked(subject=buyer)
        asked(subject=buyer, by="Ana", reason="the buyer asked")
    log = (tmp_path / "m.duckdb.access.jsonl").read_text("utf-8")
    assert [json.loads(line)["buyer"] for line in log.splitlines()] == [buyer] * 2


def test_every_stage_of_which_a_buyer_is_told_is_a_kind_of_notice():
    assert set(get_args(statements.Stage)) <= set(get_args(writing_notices.NoticeKind))


def test_findings_are_listed_by_when_they_were_proposed(steps: Opened):
    for order in ("O1", "O2"):
        steps.propose(orders=(order,))
        steps.clock.days_later(1)
    load(steps)
    found = steps.market.findings(**LOOK)
    assert [each.finding_id for each in found] == ["N1", "finding-1", "finding-2"]
    assert steps.market.findings(buyer="B8", **LOOK) == []


def test_a_market_that_is_only_read_takes_no_step(steps: Opened, tmp_path):
    steps.propose()
    steps.market.close()
    with goodstanding.open(tmp_path / "m.duckdb", read_only=True) as market:
        assert market.finding("finding-1", **LOOK).status == "proposed"
        with pytest.raises(goodstanding.errors.MarketUnwritable):
            market.warn_of_finding("finding-1", by="Ana")


def test_two_proposed_at_once_get_two_ids(steps: Opened, monkeypatch: pytest.MonkeyPatch):
    meet(monkeypatch, finding_steps, "facts_of")
    other = replace(CLAIMS, buyer="B8", orders=("O8",))
    assert not together(
        steps.market,
        steps.clock,
        lambda market: market.propose_finding(CLAIMS, by="Ana"),
        lambda market: market.propose_finding(other, by="Bea"),
    )
    found = steps.market.findings(**LOOK)
    assert sorted(each.finding_id for each in found) == ["finding-1", "finding-2"]
    assert {each.buyer_id: each.proposed_by for each in found} == {"B7": "Ana", "B8": "Bea"}


def test_a_finding_decided_twice_at_once_is_decided_once(
    steps: Opened, monkeypatch: pytest.MonkeyPatch
):
    steps.propose()
    steps.warn()
    steps.clock.days_later(8)
    meet(monkeypatch, finding_steps, "facts_of")
    refused = together(
        steps.market,
        steps.clock,
        lambda market: market.decide_finding("finding-1", "confirm", **CONFIRMED),
        lambda market: market.decide_finding("finding-1", "dismiss", reasons="Lost.", by="Cem"),
    )
    assert [type(each) for each in refused] == [ArgumentInvalid]
    found = steps.found()
    assert (found.decided_by is None) is (found.dismissed_by is not None)
