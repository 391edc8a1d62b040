"""What is said to be impossible never happens: tried with counts, in every way not to assess."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodstanding.expressions.nodes import Call, Name, Node
from goodstanding.expressions.possible import can_hold
from goodstanding.expressions.reading import read
from goodstanding.rulebook.domains import lowered, subject_domain
from goodstanding.rulebook.outcomes import Judge
from goodstanding.rulebook.reading import read_rulebook
from tests.rulebook.test_accepted_runs import subject_conditions
from tests.small_rulebook import changed

RULEBOOKS = {
    what: read_rulebook(changed(('"not graded"', f'"{what}"'), *guard), "small.toml")
    for what, guard in {
        "passes": [('better = "lower"', 'better = "lower"\nnot_assessed_if = "bad <= 2"')],
        "fails": [],
        "not graded": [],
    }.items()
}
SUBJECTS = st.integers(0, 12).flatmap(
    lambda ended: st.integers(0, ended).map(lambda bad: {"ended": ended, "bad": bad})
)


@given(subject_conditions(), SUBJECTS, st.sampled_from(sorted(RULEBOOKS)))
@settings(max_examples=400, deadline=None)
def test_what_holds_for_some_counts_is_possible_and_so_is_its_opposite(node, counts, what):
    rulebook = RULEBOOKS[what]
    judge = Judge(rulebook)
    is_so = judge.condition(node)(counts)
    ratio = rulebook.indicators["bad_rate"]
    state = "known" if judge.is_assessed(ratio, counts) else "missing"
    asked: list[Node] = [lowered(node, rulebook, is_so=is_so)]
    asked.append(Call(state, (Name("bad_rate"),)))
    asked += [read(f"{name} = {count}") for name, count in counts.items()]
    assert can_hold(asked, subject_domain(rulebook))


@pytest.mark.parametrize(
    "text",
    [
        "bad < 0",
        "bad > ended",
        "bad >= 3 and ended < 3",
        "bad_rate > 5 % and bad_rate < 4 %",
        "ended = 0 and known(bad_rate)",
        "ended > 3 and missing(bad_rate)",
        "bad * 2 + ended < 0",
        "abs(bad - ended) < 0",
        "(bad = 1 or bad = 2) and (bad = 3 or bad > 4)",
        "not (ended >= 0 or bad > 3)",
        "ended in (1, 2) and ended between 3 and 4",
    ],
)
def test_what_can_never_hold_is_found(text):
    rulebook = RULEBOOKS["fails"]
    assert not can_hold([lowered(read(text), rulebook)], subject_domain(rulebook))
