"""A copy of a rulebook means the same, under an id of its own."""

import re
import tomllib
from dataclasses import replace

import pytest

from goodstanding.rulebook import bundled
from goodstanding.rulebook.copying import copied, own_id
from goodstanding.rulebook.digest import meaning
from goodstanding.rulebook.model import Limit, Origin, Rulebook, Rung
from goodstanding.rulebook.own_limits import with_own_limits
from goodstanding.rulebook.reading import read_rulebook
from tests.small_rulebook import changed

OWN = Origin(source=(), confidence="own design", note=None)


def limits_of(rulebook: Rulebook) -> list[Limit]:
    return [limit for grade in rulebook.grades for limit in grade.limits]


def rungs_of(rulebook: Rulebook) -> list[Rung]:
    return [rung for ladder in rulebook.ladders.values() for rung in ladder.rungs]


def with_numbers_of(rulebook: Rulebook, origin: Origin) -> Rulebook:
    grades = [
        replace(grade, limits=tuple(replace(limit, origin=origin) for limit in grade.limits))
        for grade in rulebook.grades
    ]
    ladders = {
        name: replace(
            ladder,
            origin=origin,
            rungs=tuple(replace(rung, origin=origin) for rung in ladder.rungs),
        )
        for name, ladder in rulebook.ladders.items()
    }
    effects = tuple(replace(effect, origin=origin) for effect in rulebook.effects)
    return replace(rulebook, grades=tuple(grades), ladders=ladders, effects=effects)


@pytest.mark.parametrize("name", bundled.names())
def test_a_copy_means_the_same_but_for_its_id(name):
    original = bundled.load(name)
    copy = read_rulebook(copied(original, "mine"), "mine.toml")
    assert copy.id == "mine"
    assert copy.title == f"{original.title}, changed"
    assert meaning(copy) | {"id": name} == meaning(with_numbers_of(original, OWN))


@pytest.mark.parametrize("name", bundled.names())
def test_no_limit_or_rung_of_a_copy_names_a_source_of_the_original(name):
    original = bundled.load(name)
    text = copied(original, "mine")
    assert "are marked as own design" in text.split("\n\n")[0]
    copy = read_rulebook(text, "mine.toml")
    limits, rungs = limits_of(copy), rungs_of(copy)
    assert bool(limits) == bool(original.grades)
    assert bool(rungs) == bool(original.ladders)
    origins = [limit.origin for limit in limits]
    origins += [rung.origin for rung in rungs]
    origins += [ladder.origin for ladder in copy.ladders.values()]
    assert {(origin.source, origin.confidence) for origin in origins} <= {((), "own design")}
    comments = [part.strip() for part in re.findall("#.*", original.text.split("# Worked")[0])]
    assert all(comment in text for comment in comments)


def test_sources_and_doubts_of_limits_go_however_they_are_written():
    written = changed(
        (
            'all = ["bad_rate < 6 %"]',
            """# one table each
source = "S01"  # of all
confidence = "trade"  # likewise
all = [
  { that = "bad_rate < 3 %", source = "S02", confidence = "weak", note = "Why." },
  "bad_rate < 4 %",
]""",
        )
    )
    text = with_own_limits(written)
    assert text is not None
    assert tomllib.loads(text)["grade"][0] == {
        "name": "good",
        "confidence": "own design",
        "all": [{"that": "bad_rate < 3 %", "note": "Why."}, "bad_rate < 4 %"],
    }
    assert [part for part in ("# one table each", "# of all", "# likewise") if part in text]


def test_effects_are_marked_as_limits_are():
    written = 'id = "x"\n[[effect]]\ndoes = "showcase"\namount = 3\nsource = "S01"\n'
    text = with_own_limits(written)
    assert text is not None
    assert tomllib.loads(text)["effect"] == [
        {"does": "showcase", "confidence": "own design", "amount": 3}
    ]


def test_the_steps_of_grades_are_marked_as_limits_are():
    written = 'id = "x"\n[grades]\nby = "n"\nsource = "S01"\nsteps = [["no", "-"], ["yes", 3]]\n'
    text = with_own_limits(written)
    assert text is not None
    assert tomllib.loads(text)["grades"] == {
        "by": "n",
        "confidence": "own design",
        "steps": [["no", "-"], ["yes", 3]],
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            """[ladder.x]  # of trade
climbs = "n"
source = "S01"
rungs = [
  { at = 2, does = "warning", source = "S02", confidence = "weak", note = "Why." },
  { at = 4, does = "closing" },  # for good
]
""",
            {
                "climbs": "n",
                "confidence": "own design",
                "rungs": [
                    {"at": 2, "does": "warning", "note": "Why."},
                    {"at": 4, "does": "closing"},
                ],
            },
        ),
        (
            '[ladder.x]\nclimbs = "n"\nevery = { of = 12, does = "freeze", source = "S02" }\n',
            {
                "climbs": "n",
                "confidence": "own design",
                "every": {"of": 12, "does": "freeze"},
            },
        ),
        (
            """[ladder.x]
climbs = "n"
confidence = "weak"
[[ladder.x.rungs]]
at = 2
does = "warning"
source = "S02"
""",
            {
                "climbs": "n",
                "confidence": "own design",
                "rungs": [{"confidence": "own design", "at": 2, "does": "warning"}],
            },
        ),
    ],
)
def test_rungs_are_marked_however_a_ladder_is_written(written, expected):
    text = with_own_limits(f'id = "x"\nsource = "S01"\n{written}')
    assert text is not None
    assert tomllib.loads(text) == {"id": "x", "source": "S01", "ladder": {"x": expected}}
    assert [note for note in re.findall("#.*", written) if note not in text] == []


def test_where_rungs_cannot_be_marked_nothing_is():
    written = 'id = "x"\nladder.x = { climbs = "n", rungs = [{ at = 2, does = "warning" }] }\n'
    assert with_own_limits(written) is None


def test_where_limits_cannot_be_marked_the_copy_says_that_sources_are_still_named():
    original = read_rulebook(
        changed(
            (
                'all = ["bad_rate < 6 %"]',
                'all = [{ source = "S02", that = "bad_rate < 3 %" }]',
            )
        ),
        "small.toml",
    )
    text = copied(original, "mine")
    assert "Its numbers still name the original's sources." in text
    assert limits_of(read_rulebook(text, "mine.toml"))[0].origin.source == ("S02",)


@pytest.mark.parametrize("name", bundled.names())
def test_a_copy_keeps_the_comments_and_leaves_out_the_examples(name):
    original = bundled.load(name)
    text = copied(original, "mine")
    assert text.startswith(f"# A copy of {name}, version {original.version}, to be changed.")
    assert original.text.splitlines()[0] in text
    assert original.examples
    assert {"example", "example_row"}.isdisjoint(tomllib.loads(text))
    assert "Worked examples" not in text


def test_a_copy_can_be_copied():
    original = bundled.load("service-level")
    once = read_rulebook(copied(original, "mine"), "mine.toml")
    twice = read_rulebook(copied(once, "yours"), "yours.toml")
    assert meaning(twice) == meaning(once) | {"id": "yours"}


def test_where_a_text_looks_like_a_heading_the_examples_stay():
    original = bundled.load("service-level")
    tricky = original.text.replace(
        'title      = "', 'note = """\n[example]\nx"""\ntitle      = "', 1
    )
    text = copied(replace(original, text=tricky), "mine")
    assert tomllib.loads(text)["note"] == "[example]\nx"
    assert "example" in tomllib.loads(text)


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("mine", "mine"),
        ("Our Limits (2026)", "our-limits-2026"),
        ("service-level", "my-service-level"),
        ("…", "mine"),
        ("x" * 80, "x" * 50),
    ],
)
def test_the_id_is_made_of_the_files_name(stem, expected):
    assert own_id(stem, taken={"service-level"}) == expected
