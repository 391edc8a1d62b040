"""The rulebooks that come with the package hold to their own rules, and are found by name."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from goodstanding.assessment.examples import try_examples
from goodstanding.errors import RulebookUnknown
from goodstanding.expressions.comparing import constant
from goodstanding.expressions.nodes import Compare, Name
from goodstanding.rulebook import bundled, sources
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook
from tests.small_rulebook import SMALL

ALL = [(name, version) for name in bundled.names() for version in bundled.versions(name)]
MOST_ROWS = 20_000  # of one example: the steps of a ladder that begin later have none
every_rulebook = pytest.mark.parametrize(("name", "version"), ALL, ids=str)


@every_rulebook
def test_a_bundled_rulebook_is_valid_and_every_source_of_it_is_known(name, version):
    text = bundled.text(name, version)
    rulebook = read_rulebook(text, name, known_sources=sources.known().keys())
    assert (rulebook.id, rulebook.version) == (name, version)


@every_rulebook
def test_its_worked_examples_come_out(name, version):
    rulebook = bundled.load(name, version=version)
    problems = [p for tried in try_examples(rulebook) for p in tried.problems]
    assert not problems
    assert rulebook.examples


MILLIONTH = Fraction(1, 1_000_000)  # means are told to six decimals


def expected_ratios(rulebook: Rulebook, indicator: str) -> list[tuple[Fraction, int, int]]:
    pairs = [
        example.expect[indicator].split("/")
        for example in rulebook.examples
        if "/" in str(example.expect.get(indicator, ""))
    ]
    return [(Fraction(int(n), int(d)), int(n), int(d)) for n, d in pairs if int(d)]


def numbers_expected(rulebook: Rulebook, indicator: str) -> set[Fraction]:
    expected = (example.expect.get(indicator, "not assessed") for example in rulebook.examples)
    return {Fraction(number) for number in expected if number != "not assessed"}


NEAR = Fraction(1, 200)  # a score is made of many numbers, and seldom comes out whole


def has_scores_beside(rulebook: Rulebook, number: Fraction) -> bool:
    """Say whether examples have scores just below a number, and at it or just above."""
    expected = (example.expect.get("score", "not assessed") for example in rulebook.examples)
    scores = [Fraction(score) for score in expected if score != "not assessed"]
    is_below = any(number - NEAR <= score < number for score in scores)
    return is_below and any(number <= score <= number + NEAR for score in scores)


@every_rulebook
def test_each_limit_has_an_example_just_inside_at_and_just_outside(name, version):
    rulebook = bundled.load(name, version=version)
    limits = [limit.that.node for grade in rulebook.grades for limit in grade.limits]
    for node in limits:
        assert isinstance(node, Compare)
        assert isinstance(node.left, Name)
        number = constant(node.right)
        assert number is not None
        if node.left.name == "score":
            assert has_scores_beside(rulebook, number)
            continue
        indicator = rulebook.indicators.get(node.left.name)
        if indicator is None or not indicator.is_pair:
            counts = {example.expect.get(node.left.name) for example in rulebook.examples}
            if number > MOST_ROWS and number not in counts:
                continue
            assert {number - 1, number, number + 1} <= counts
            continue
        if not indicator.is_share:
            assert {number - MILLIONTH, number, number + MILLIONTH} <= numbers_expected(
                rulebook, indicator.name
            )
            continue
        ratios = expected_ratios(rulebook, node.left.name)
        at = {n: d for ratio, n, d in ratios if ratio == number}
        assert at, f"no example at {number}"
        for n, d in at.items():
            # One order more or less moves the ratio to the next value there is.
            assert (Fraction(n, d + 1), n, d + 1) in ratios
            assert (Fraction(n, d - 1), n, d - 1) in ratios


@every_rulebook
def test_every_kind_has_a_sentence(name, version):
    rulebook = bundled.load(name, version=version)
    kinds = {kind for measure in rulebook.measures.values() for kind in measure.kinds}
    assert set(rulebook.because) == kinds


def test_the_service_level_is_what_was_decided():
    rulebook = bundled.load("service-level")
    assert rulebook.title == "Service level, as the article tells it"
    assert rulebook.subject == "seller"
    assert rulebook.calendar.assessed == "month-end"
    assert rulebook.calendar.published_before_day == 3
    assert [str(window.length) for window in rulebook.windows.values()] == ["90 days"]
    assert list(rulebook.measures["bad"].kinds) == [
        "low_review",
        "low_description",
        "low_communication",
        "low_logistics",
        "unsold",
        "arbitration_raised",
        "dispute_unanswered",
    ]
    limits = {g.name: [limit.that.text for limit in g.limits] for g in rulebook.grades}
    assert limits == {
        "excellent": ["bad_experience_rate < 3.5 %"],
        "good": ["bad_experience_rate < 6 %"],
        "pass": ["bad_experience_rate < 12 %"],
        "fail": [],
    }
    confidences = {limit.origin.confidence for g in rulebook.grades for limit in g.limits}
    assert confidences == {"unconfirmed"}
    (reason,) = rulebook.not_graded
    assert (reason.condition.text, reason.origin.confidence) == ("assessed < 1", "unconfirmed")


def test_the_careful_service_level_says_what_it_is_and_what_it_leaves_out():
    rulebook = bundled.load("aliexpress-service-level", version=date(2015, 1, 5))
    assert "described from public sources" in rulebook.title
    assert "not affiliated" in rulebook.title
    assert "not their current rule" in rulebook.title
    assert [(each.id, [left.text for left in each.leaves]) for each in rulebook.exclusions] == [
        ("buyer_account_closed", []),
        ("malicious_buyer", []),
        (
            "incentivised_review",
            [
                "positive_or_negative",
                *(f"bad.low_{n}" for n in ("review", "description", "communication", "logistics")),
            ],
        ),
        ("order_protection", ["bad.non_sale"]),
    ]
    confidences = {limit.origin.confidence for g in rulebook.grades for limit in g.limits}
    assert confidences == {"unconfirmed"}


def test_the_sourced_tiers_of_feedback_are_official_and_the_remembered_ones_unconfirmed():
    rulebook = bundled.load("aliexpress-feedback")
    unconfirmed = [g.name for g in rulebook.grades if g.origin.confidence == "unconfirmed"]
    assert unconfirmed == ["crown 5", "crown 4", "crown 3", "crown 2"]
    assert [g.name for g in rulebook.grades if g.origin.confidence != "unconfirmed"] == [
        "crown 1",
        *(f"diamond {n}" for n in (5, 4, 3, 2, 1)),
        *(f"medal {n}" for n in (5, 4, 3, 2, 1)),
        "none",
    ]


def test_the_version_in_force_on_a_day_is_taken():
    first = bundled.versions("service-level")[0]
    assert bundled.load("service-level", as_of=date(2018, 7, 31)).version == first
    assert bundled.load("service-level", as_of=first).version == first
    assert bundled.load("service-level").version == bundled.versions("service-level")[-1]


def test_before_the_first_version_nothing_is_in_force_unless_it_is_named():
    with pytest.raises(RulebookUnknown) as caught:
        bundled.load("service-level", as_of=date(2015, 1, 4))
    assert str(caught.value) == (
        "no version of rulebook 'service-level' is in force on 2015-01-04: the first is of "
        "2015-01-05.\nTo apply it all the same, name it: --version 2015-01-05"
    )
    named = bundled.load("service-level", version=date(2015, 1, 5), as_of=date(2015, 1, 4))
    assert named.version == date(2015, 1, 5)


def test_a_version_is_in_force_from_its_day_to_the_last_one_if_that_is_known():
    rulebook = bundled.load("service-level")
    until = replace(rulebook, in_force_until=date(2016, 12, 31))
    assert not rulebook.is_in_force_on(date(2015, 1, 4))
    assert rulebook.is_in_force_on(date(2015, 1, 5))
    assert rulebook.is_in_force_on(date(2099, 12, 31))
    assert until.is_in_force_on(date(2016, 12, 31))
    assert not until.is_in_force_on(date(2017, 1, 1))


def test_a_version_that_is_not_there_says_which_are():
    with pytest.raises(RulebookUnknown) as caught:
        bundled.load("service-level", version=date(2016, 1, 1))
    assert str(caught.value) == (
        "rulebook 'service-level' has no version 2016-01-01.\nKnown: 2015-01-05."
    )


def test_an_unknown_name_offers_near_ones():
    with pytest.raises(RulebookUnknown) as caught:
        bundled.load("service-levle")
    assert str(caught.value) == (
        "there is no rulebook 'service-levle'.\nDid you mean 'service-level'? Known: "
        f"{', '.join(bundled.names()[:12])}, …. "
        "A file of your own is named by its path: ./mine.toml"
    )


def test_a_file_is_taken_as_it_is_also_for_days_before_its_version(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL, encoding="utf-8")
    for given in (path, str(path)):
        rulebook = bundled.load(given, as_of=date(2018, 7, 31))
        assert (rulebook.id, rulebook.place) == ("small", str(path))


def test_a_file_has_only_its_own_version(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert bundled.load(path, version=date(2026, 1, 1)).id == "small"
    with pytest.raises(RulebookUnknown, match="is version 2026-01-01, not 2025-01-01"):
        bundled.load(path, version=date(2025, 1, 1))


def test_a_file_that_is_not_there_says_how_to_get_one(tmp_path):
    with pytest.raises(RulebookUnknown) as caught:
        bundled.load(str(tmp_path / "mine.toml"))
    assert "there is no rulebook at" in caught.value.message
    assert f"goodstanding rulebooks copy {bundled.names()[0]}" in (caught.value.hint or "")


def test_a_file_that_is_no_text_or_a_folder_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(RulebookUnknown, match="not text in UTF-8"):
        bundled.load(path)
    with pytest.raises(RulebookUnknown, match="is a folder"):
        bundled.load(tmp_path)


def test_the_mark_that_some_editors_put_before_utf_8_does_not_matter(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert bundled.load(path).digest == read_rulebook(SMALL, "small").digest


def test_a_file_without_its_ending_is_found_by_being_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").write_text(SMALL, encoding="utf-8")
    assert bundled.load("mine").id == "small"
    (tmp_path / "service-level").write_text(SMALL, encoding="utf-8")
    assert bundled.load("service-level").id == "service-level"
    assert bundled.load("./service-level").id == "small"


def test_taobaos_levels_begin_where_the_table_of_twenty_says():
    rulebook = bundled.load("taobao-credit")
    starts = [limit.that.text for grade in rulebook.grades for limit in grade.limits]
    hearts, diamonds = (4, 11, 41, 91, 151), (251, 501, 1001, 2001, 5001)
    crowns = (10_001, 20_001, 50_001, 100_001, 200_001)
    gold_crowns = (500_001, 1_000_001, 2_000_001, 5_000_001, 10_000_001)
    levels = [*hearts, *diamonds, *crowns, *gold_crowns]
    assert starts[::-1] == [f"credit_score >= {start}" for start in levels]
    assert rulebook.grade_names[:2] == ("gold crown 5", "gold crown 4")
    assert rulebook.grade_names[-2:] == ("heart 1", "none")


@pytest.mark.parametrize(
    ("version", "slots", "days", "sure"),
    [
        (date(2015, 1, 5), {"excellent": 10, "good": 5}, None, "unconfirmed"),
        (date(2015, 10, 8), {"excellent": 3, "good": 1}, 7, "unconfirmed"),
        (date(2018, 7, 25), {"excellent": 3, "good": 1}, 7, "weak"),
    ],
)
def test_the_service_level_gives_the_showcase_slots_that_its_sources_tell(
    version, slots, days, sure
):
    effects = bundled.load("aliexpress-service-level", version=version).effects
    given = [each for each in effects if each.does == "showcase" and each.condition]
    assert {
        each.condition.text: (int(each.amount or 0), each.days, each.origin.confidence)
        for each in given
        if each.condition is not None
    } == {f"grade = '{grade}'": (n, days, sure) for grade, n in slots.items()}
    (campaign,) = (each for each in effects if each.does == "campaign")
    assert campaign.condition is not None
    assert campaign.condition.text == "grade <> 'fail' or missing(grade)"
    assert all(each.is_automatic for each in effects)
