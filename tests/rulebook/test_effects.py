"""What a grade or a score does, as a rulebook says it."""

from fractions import Fraction

import pytest

from goodstanding.rulebook.digest import digest_of, meaning
from goodstanding.rulebook.effect_kinds import EFFECT_KINDS
from goodstanding.rulebook.model import Effect
from goodstanding.rulebook.plain import plain
from goodstanding.rulebook.reading import read_rulebook
from tests.small_rulebook import SMALL

MONTHLY = SMALL.replace('"daily"', '"month-end"')


def effects(text: str) -> tuple[Effect, ...]:
    return read_rulebook(MONTHLY + text, "small.toml").effects


def test_an_effect_has_what_it_says_and_where_it_comes_from():
    (effect,) = effects(
        """
[[effect]]
if = "grade = 'good'"
does = "showcase"
amount = 3
days = 7
confidence = "trade"
note = "A month."
"""
    )
    assert effect.condition is not None
    assert effect.condition.text == "grade = 'good'"
    assert (effect.does, effect.amount, effect.days) == ("showcase", Fraction(3), 7)
    assert effect.origin.source == ("the terms",)
    assert (effect.origin.confidence, effect.origin.note) == ("trade", "A month.")


@pytest.mark.parametrize("code", sorted(set(EFFECT_KINDS) - {"rank", "showcase", "block"}))
def test_what_takes_something_away_waits_for_a_person_unless_it_says_otherwise(code):
    said = f'\n[[effect]]\ndoes = "{code}"\n'
    assert [each.is_automatic for each in effects(said)] == [not EFFECT_KINDS[code].is_burden]
    for written, is_automatic in (("true", True), ("false", False)):
        (effect,) = effects(f"{said}automatic = {written}\n")
        assert effect.is_automatic is is_automatic


def test_a_rulebook_without_effects_has_the_digest_that_it_had_before_there_were_any():
    rulebook = read_rulebook(MONTHLY, "small.toml")
    assert rulebook.effects == ()
    assert "effects" not in meaning(rulebook)


@pytest.mark.parametrize(
    "other",
    [
        "grade = 'fail'",
        "grade = 'good' and bad_rate < 1 %",
    ],
)
def test_the_digest_changes_with_whom_an_effect_is_for(other):
    text = MONTHLY + '\n[[effect]]\ndoes = "campaign"\nif = "grade = \'good\'"\n'
    one = read_rulebook(text, "small.toml")
    two = read_rulebook(text.replace("grade = 'good'", other), "small.toml")
    assert one.digest != two.digest
    assert digest_of(one) == one.digest


def test_the_sentences_say_what_follows_for_whom_how_long_and_who_decides():
    text = """
[[effect]]
if = "grade = 'good'"
does = "showcase"
amount = 3
days = 7

[[effect]]
if = "grade = 'fail' or missing(grade) or bad_rate > 10 %"
does = "restriction"
confidence = "own design"
note = "Ours."
"""
    page = " ".join(plain(read_rulebook(MONTHLY + text, "small.toml")).split())
    assert (
        "- showcase: 3 slots in the showcase, for listings of its choice, for 7 days, where the "
        "grade is good [the terms: official]."
    ) in page
    assert (
        "- restriction: may do less than others, as long as that is so, where the grade is fail or "
        "there is no grade or bad rate above 10 %; proposed: a person decides [own design]. Ours."
    ) in page
    assert "that they decide says so: - restriction: may do less" in page
