"""A copy of a rulebook means the same, under an id of its own."""

import tomllib
from dataclasses import replace

import pytest

from goodstanding.rulebook import bundled
from goodstanding.rulebook.copying import copied, own_id
from goodstanding.rulebook.digest import meaning
from goodstanding.rulebook.reading import read_rulebook


@pytest.mark.parametrize("name", bundled.names())
def test_a_copy_means_the_same_but_for_its_id(name):
    original = bundled.load(name)
    copy = read_rulebook(copied(original, "mine"), "mine.toml")
    assert copy.id == "mine"
    assert copy.title == f"{original.title}, changed"
    assert meaning(copy) | {"id": name} == meaning(original)


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
