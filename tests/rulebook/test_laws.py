"""Law profiles are dated, cited data; what they leave to a person no program does."""

from datetime import date

import pytest

from goodstanding.errors import RulebookInvalid
from goodstanding.rulebook import bundled, laws, sources
from goodstanding.rulebook.effect_kinds import EFFECT_KINDS
from goodstanding.rulebook.lawful import law_of
from goodstanding.rulebook.plain import plain
from goodstanding.rulebook.reading import read_rulebook
from tests.small_rulebook import SMALL, changed

EU = laws.profile_for("eu", date(2026, 1, 1))
LAWFUL = ('confidence = "official"', 'confidence = "official"\nlaw = "eu"')


def effect(does: str, *, automatic: bool) -> str:
    amount = "amount = 3\n" if EFFECT_KINDS[does].counts else ""
    said = f"automatic = {str(automatic).lower()}\n"
    return f'\n[[effect]]\nif = "grade = \'fail\'"\ndoes = "{does}"\n{amount}{said}'


@pytest.mark.parametrize("does", sorted(set(EFFECT_KINDS) - {"rank", "block"}))
def test_what_takes_something_away_needs_a_person_in_the_union(does):
    text = changed(LAWFUL)
    assert not read_rulebook(text + effect(does, automatic=False), "x.toml").effects[0].is_automatic
    if not EFFECT_KINDS[does].is_burden:
        assert read_rulebook(text + effect(does, automatic=True), "x.toml").effects[0].is_automatic
        return
    with pytest.raises(RulebookInvalid, match="takes effect by itself, which the European Union"):
        read_rulebook(text + effect(does, automatic=True), "x.toml")
    assert read_rulebook(SMALL + effect(does, automatic=True), "x.toml").effects[0].is_automatic


def test_a_profile_names_every_kind_of_effect_and_cites_what_it_says():
    named = {*EU.by_itself, *EU.needs_person, *EU.never} - {laws.OTHERWISE}
    assert named == set(EFFECT_KINDS)
    clauses = [EU.by_itself_because, *EU.needs_person.values(), *EU.never.values()]
    for clause in clauses:
        assert clause.because.endswith(".")
        assert clause.source
        assert set(clause.source) <= set(sources.known())


def test_rulebooks_of_days_before_a_profile_are_held_to_its_first_version():
    first = min(EU.version, laws.profile_for("eu", date(2000, 1, 1)).version)
    assert laws.profile_for("eu", date(2000, 1, 1)).version == first
    assert EU.version <= date(2026, 1, 1)


def test_every_bundled_rulebook_that_does_something_is_held_to_a_law():
    for name in bundled.names():
        for version in bundled.versions(name):
            rulebook = bundled.load(name, version=version)
            does = [each.does for each in rulebook.effects if each.does != "rank"]
            assert bool(does or rulebook.ladders) == (law_of(rulebook) is not None), name


def test_the_law_and_where_to_contest_are_no_part_of_the_meaning_and_are_told():
    text = changed((LAWFUL[0], LAWFUL[1] + '\ncontest = "Write to us within six months."'))
    rulebook = read_rulebook(text + effect("restriction", automatic=False), "x.toml")
    plainly = read_rulebook(SMALL + effect("restriction", automatic=False), "x.toml")
    assert rulebook.digest == plainly.digest
    page = " ".join(plain(rulebook).split())
    assert "held to the law of the European Union, as of 2024-02-17" in page
    assert "To contest a result: Write to us within six months." in page
