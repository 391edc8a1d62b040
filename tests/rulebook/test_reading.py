"""A document becomes a rulebook: names resolved, windows and sources inherited."""

import random
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from goodstanding.errors import RulebookInvalid
from goodstanding.expressions.nodes import Compare, Name, Number
from goodstanding.rulebook.model import Origin, Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.small_rulebook import SMALL, changed

QUARTER = "window.quarter = { days = 90 }"
TWO_WINDOWS = (QUARTER, f"{QUARTER}\nwindow.year = {{ days = 365 }}")
ENDED = 'when = "within(closed_on)"'
ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    SMALL,
    "\n".join(
        re.findall(
            r"```toml\n(.*?)```",
            (ROOT / "docs" / "rulebooks.md").read_text(encoding="utf-8"),
            re.DOTALL,
        )
    ),
)


def read(*changes: tuple[str, str]) -> Rulebook:
    return read_rulebook(changed(*changes), "small.toml")


def test_the_small_rulebook_is_read_whole():
    rulebook = read()
    assert (rulebook.id, rulebook.version) == ("small", date(2026, 1, 1))
    assert (rulebook.subject, rulebook.calendar.assessed) == ("seller", "daily")
    assert list(rulebook.measures) == ["ended", "bad"]
    assert rulebook.grade_names == ("good", "fail")
    assert (rulebook.place, rulebook.text) == ("small.toml", SMALL)


def test_a_condition_is_kept_as_written_and_as_a_tree():
    limit = read(("bad_rate < 6 %", " bad_rate<6% ")).grades[0].limits[0]
    assert limit.that.text == "bad_rate<6%"
    six = Number(Fraction(6, 100), is_percent=True)
    assert limit.that.node == Compare("<", Name("bad_rate"), six)


def test_the_only_window_is_implied():
    assert {m.window.name for m in read().measures.values()} == {"quarter"}


def test_a_measure_has_the_rows_and_the_window_of_the_one_it_narrows():
    rulebook = read(
        (QUARTER, "window.year = { days = 365 }\nwindow.month = { days = 30 }"),
        (ENDED, f'{ENDED}\nwindow = "year"'),
        ("[indicator", '[measure.late]\nof = "bad"\nwindow = "month"\n\n[indicator'),
        (
            '[[grade]]\nname = "good"',
            '[indicator.late_ones]\ncount = "late"\nbetter = "lower"\n\n[[grade]]\nname = "good"',
        ),
    )
    measures = rulebook.measures
    assert [str(m.window.length) for m in measures.values()] == ["365 days", "365 days", "30 days"]
    assert {m.rows for m in measures.values()} == {"orders"}
    assert [m.parent for m in measures.values()] == [None, "ended", "bad"]


def test_the_order_of_measures_is_the_written_one_whatever_narrows_what():
    text = SMALL.replace("[measure.ended]", "[measure.zzz]").replace(
        "[measure.bad]", "[measure.ended]"
    )
    text = text.replace("[measure.zzz]", "[measure.bad]")
    text = text.replace('of = "ended"', 'of = "bad"').replace(
        '["bad", "ended"]', '["ended", "bad"]'
    )
    assert list(read_rulebook(text, "small.toml").measures) == ["bad", "ended"]


def test_an_entry_says_where_its_number_comes_from_or_has_what_the_top_says():
    rulebook = read(
        ("{ days = 90 }", '{ days = 90, source = "A-1, A-2", note = "See there." }'),
        ('name = "good"', 'name = "good"\nconfidence = "weak"'),
    )
    assert rulebook.windows["quarter"].origin == Origin(
        source=("A-1", "A-2"), confidence="official", note="See there."
    )
    limit = rulebook.grades[0].limits[0]
    assert limit.origin == Origin(source=("the terms",), confidence="weak")
    assert rulebook.measures["bad"].origin == rulebook.origin


def test_what_is_of_own_design_has_no_source_from_the_top():
    rulebook = read(('name = "good"', 'name = "good"\nconfidence = "own design"'))
    assert rulebook.grades[0].limits[0].origin == Origin(source=(), confidence="own design")


def test_a_limit_may_carry_an_exception_and_a_source_of_its_own():
    table = '{ that = "bad_rate < 6 %", unless = "bad < 2", source = "B-1" }'
    (limit,) = read(('"bad_rate < 6 %"', table)).grades[0].limits
    assert limit.unless is not None
    assert limit.unless.text == "bad < 2"
    assert limit.origin.source == ("B-1",)


def test_a_kind_may_carry_a_source_of_its_own():
    kind = '"stars <= 3 and within(feedback_on)"'
    bad = read((kind, f'{{ when = {kind}, source = "B-2", note = "So." }}')).measures["bad"]
    assert bad.kinds["low_review"].text == kind.strip('"')
    assert bad.kind_origins == {
        "low_review": Origin(source=("B-2",), confidence="official", note="So.")
    }
    assert read().measures["bad"].kind_origins == {}


def test_a_condition_may_go_over_several_lines():
    rulebook = read((ENDED, 'when = """\nis_paid\nand within(closed_on)"""'))
    assert rulebook.measures["ended"].when is not None
    assert rulebook.measures["ended"].when.text == "is_paid\nand within(closed_on)"


def test_examples_follow_like_and_times():
    text = (
        SMALL
        + """
[example_row]
done = { closed_on = 2026-03-10, is_delivered_late = false, delivered_on = 2026-03-09 }

[[example]]
name = "three"
as_of = 2026-03-31
rows.orders = [{ like = "done", times = 2 }, { like = "done", closed_on = 2026-03-11 }]
expect = { ended = 3, bad_rate = "0/3", grade = "good" }
"""
    )
    (example,) = read_rulebook(text, "small.toml").examples
    rows = example.rows["orders"]
    assert [(row["closed_on"].day, row.get("times", 1)) for row in rows] == [(10, 2), (11, 1)]
    told = {"closed_on", "is_delivered_late", "delivered_on"}
    assert all(set(row) - {"times"} == told for row in rows)
    assert text.splitlines()[example.line - 1] == "[[example]]"


def test_a_source_must_be_known_where_a_list_is_given():
    assert read_rulebook(SMALL, "small.toml", known_sources={"the terms"}).id == "small"
    with pytest.raises(RulebookInvalid) as caught:
        read_rulebook(
            changed(("{ days = 90 }", '{ days = 90, source = "S01, S02" }')),
            "small.toml",
            known_sources={"the terms", "S01"},
        )
    (problem,) = caught.value.problems
    assert problem.where == "window.quarter.source"
    assert problem.what == "The source 'S02' is not known."
    assert "Did you mean 'S01'?" in (problem.hint or "")


VALUES = """\
1
-1
"x"
""
true
2015-01-01
2015-01-01T00:00:00
inf
1.5
"stars"
[]
{}
[1]
["a"]
{a=1}
{that="x"}
{when=1}
{like="zz"}
[[1]]
[{}]
[{like=1}]
[{like=[1]}]
[{times="a"}]
""".splitlines()


def spoilt(text: str, dice: random.Random) -> str:
    """Return a document with one to three lines changed, swapped or gone."""
    lines = text.splitlines()
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(lines))
        words = re.findall(r"\w+", lines[at])
        match dice.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, dice.choice(lines))
            case 2 if words:
                word = dice.choice(words)
                lines[at] = lines[at].replace(word, dice.choice(["stars", "bad", word[:-1]]), 1)
            case _:
                lines[at] = f"{lines[at].partition('=')[0]} = {dice.choice(VALUES)}"
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(150))
def test_a_spoilt_document_is_read_or_refused_with_problems_that_have_a_place(seed):
    dice = random.Random(seed)  # noqa: S311 -- which lines to spoil is no secret
    text = spoilt(dice.choice(DOCUMENTS), dice)
    found = None
    try:
        read_rulebook(text, "spoilt.toml")
    except RulebookInvalid as error:
        found = error.problems
    assert found is None or found
    for problem in found or []:
        assert 0 <= problem.line <= text.count("\n") + 1
        assert problem.what.endswith(".")


def test_what_an_empty_rulebook_is_told_makes_a_rulebook():
    with pytest.raises(RulebookInvalid) as caught:
        read_rulebook("", "mine.toml")
    hints = [str(problem.hint) for problem in caught.value.problems]
    shown = [hint.split("such as ", 1)[1] for hint in hints]
    assert read_rulebook("\n".join(shown), "mine.toml").id == "mine"
