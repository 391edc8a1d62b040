"""One row that went better lowers no result, in any bundled rulebook, whatever else there is.

But for what the rulebook says of itself, in the very cases of which it says so.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from goodstanding.explanation.clean_rows import CLEAN_EDITS
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.conduct_exceptions import LOWERINGS, Case, Lowering
from tests.conduct_trials import Trial, tried
from tests.drawn_buyers import bought
from tests.drawn_rows import Row, Setting, drawn_orders, drawn_rows, settings_of
from tests.improvements import IMPROVEMENTS, improved
from tests.improvements_of_buyers import OF_BUYERS

RULES = [(name, version) for name in bundled.names() for version in bundled.versions(name)]
CASES = [(lowering, case) for lowering in LOWERINGS for case in lowering.cases]
few = settings(database=None, suppress_health_check=list(HealthCheck))
MANY_SUBJECTS = 6  # judged in one statement


@st.composite
def drawn_subjects(draw: st.DrawFn, rulebook: Rulebook) -> tuple[Setting, list[list[Row]]]:
    setting = draw(st.sampled_from(settings_of(rulebook)))
    rows = drawn_rows(rulebook, setting)
    return setting, draw(st.lists(rows, min_size=MANY_SUBJECTS, max_size=MANY_SUBJECTS))


def check(rulebook: Rulebook, times: int, *phases: Phase) -> list[Trial]:
    """Try improvements of subjects drawn so often; fail with what is lower, else return them."""
    found: list[Trial] = []

    @settings(few, max_examples=times, phases=phases or few.phases, report_multiple_bugs=False)
    @given(drawn_subjects(rulebook))
    def nothing_is_lower(drawn: tuple[Setting, list[list[Row]]]) -> None:
        for trial in tried(rulebook, *drawn):
            found.append(trial)
            for what, was, now in trial.worse:
                is_told = any(lowering.allows(trial, what) for lowering in LOWERINGS)
                assert is_told, (what, was, now, trial.improvement.name, trial.row, trial.rows)

    nothing_is_lower()
    return found


@pytest.mark.parametrize(("name", "version"), RULES)
def test_one_row_that_went_better_lowers_nothing(name: str, version: date):
    found = check(bundled.load(name, version=version), 2)
    assert len(found) > 10
    assert any(trial.before != trial.after for trial in found)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "version"), RULES)
def test_of_many_rows_one_that_went_better_lowers_nothing(name: str, version: date):
    found = check(bundled.load(name, version=version), 20)
    mended = {trial.improvement.name for trial in found if trial.before != trial.after}
    assert len(mended) >= 2


@pytest.mark.parametrize(("lowering", "case"), CASES)
def test_where_better_conduct_lowers_something_the_rulebook_says_so(lowering: Lowering, case: Case):
    name, version = case.rule
    rulebook = bundled.load(name, version=version)
    setting = settings_of(rulebook)[0]
    [trial] = [
        each
        for each in tried(rulebook, setting, [case.rows_on(setting.as_of)])
        if each.place == 0 and each.improvement.name == case.improvement
    ]
    lower = [what for what, _, _ in trial.worse]
    assert case.lowers in lower
    assert all(lowering.allows(trial, what) for what in lower)
    assert lowering.says in rulebook.text


# Each is a change that the checker accepts, and that rewards bad conduct.
BROKEN = {
    "stars that take points": ("aliexpress-feedback", "if(stars >= 4, 1,", "if(stars >= 4, -2,"),
    "three stars above four": (
        "taobao-credit",
        'sum = "if(known(stars), if(stars >= 4, 1, if(stars = 3, 0, -1)), 1)"',
        'sum = "if(known(stars), if(stars >= 4, 1, if(stars = 3, 2, -1)), 1)"',
    ),
    "a curve the wrong way round": (
        "aliexpress-daily-service-score",
        '[[3, 0], ["peer_rate(description)", 24], [5, 30]]',
        '[[3, 30], ["peer_rate(description)", 24], [5, 0]]',
    ),
    "points that spare": (
        "aliexpress-violations",
        'sum = "points_milli" }\ntrade_entries',
        'sum = "if(points_milli >= 6000, 0, 48000)" }\ntrade_entries',
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_rulebook_that_rewards_bad_conduct_is_found_out(broken: str):
    name, old, new = BROKEN[broken]
    text = bundled.text(name)
    assert text.count(old) == 1
    rulebook = read_rulebook(text.replace(old, new), "broken.toml")
    with pytest.raises(AssertionError):
        check(rulebook, 10, Phase.generate)


def test_every_way_to_clean_an_order_is_an_improvement_that_is_tried():
    tried_ones = {improvement.name: improvement.mends for improvement in IMPROVEMENTS["order"]}
    assert {edit.name for edit in CLEAN_EDITS} <= tried_ones.keys()
    assert all(edit.mends == tried_ones[edit.name] for edit in CLEAN_EDITS)


def test_every_improvement_of_an_order_is_one_of_some_that_are_drawn():
    days = [date(2018, 8, day) for day in (1, 2, 15, 30, 31)]
    seen: set[str] = set()

    @settings(few, max_examples=100)
    @given(drawn_orders(days))
    def look(order: Row) -> None:
        read = ROW_KINDS["order"].names
        seen.update(way.name for _, way, _ in improved([order], IMPROVEMENTS["order"], read))

    look()
    assert seen == {improvement.name for improvement in IMPROVEMENTS["order"]}


def test_every_improvement_of_a_buyer_is_one_of_some_that_are_drawn():
    days = [date(2018, 8, day) for day in (1, 2, 15, 30, 31)]
    read = {name for kind in ROW_KINDS.values() for name in kind.names}
    seen: set[str] = set()

    @settings(few, max_examples=100)
    @given(bought(days))
    def look(orders: list[Row]) -> None:
        seen.update(way.name for _, way, _ in improved(orders, OF_BUYERS, read))

    look()
    assert seen == {improvement.name for improvement in OF_BUYERS}
