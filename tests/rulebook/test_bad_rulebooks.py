"""One wrong file for each mistake: its first lines are the message it must get, and no other.

`tests/bad_rulebooks/` holds them. After a message was changed on purpose, write the new one
into the file; every line of it is compared.
"""

import re
from pathlib import Path

import pytest

from goodstanding.errors import RulebookInvalid
from goodstanding.rulebook.reading import read_rulebook

FILES = sorted((Path(__file__).parents[1] / "bad_rulebooks").glob("*.toml"))


def message_in(text: str) -> list[str]:
    """Return the message that the remarks at the top of a file hold."""
    remarks = text.split("\n\n", 1)[0].splitlines()
    return [line.removeprefix("# ") for line in remarks]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_mistake_gets_its_message_with_its_line_and_no_other(file):
    text = file.read_text(encoding="utf-8")
    with pytest.raises(RulebookInvalid) as caught:
        read_rulebook(text, file.name)
    message = "\n".join(map(str, caught.value.problems))
    assert message.splitlines() == message_in(text)


def test_there_is_a_file_for_each_mistake():
    assert len(FILES) > 130


def test_every_rule_on_the_page_names_files_that_break_it():
    page = (Path(__file__).parents[2] / "docs" / "rulebooks.md").read_text(encoding="utf-8")
    section = page.split("## What the checker refuses\n")[1]
    rules = [line for line in section.splitlines() if line.startswith("| ")][1:]
    named = {name for rule in rules for name in re.findall(r"`([a-z0-9-]+)`", rule.split("|")[2])}
    assert all("`" in rule.split("|")[2] for rule in rules)
    assert named - {file.stem for file in FILES} == set()
