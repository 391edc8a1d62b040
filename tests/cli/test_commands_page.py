"""docs/commands.md and docs/results.md tell what the commands do, all of it and nothing else."""

import re
from pathlib import Path

import pytest

from goodstanding.cli import commands
from goodstanding.cli.app import application

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"(?ms)^### goodstanding ([a-z ]+)\n(.*?)(?=^##|\Z)", PAGE))


def options(command: commands.Command) -> set[str]:
    """Return the names of the options that a command takes."""
    whole = application()
    with whole.app_stack(list(command.words)):
        app = whole
        for word in command.words:
            app = app[word]
        arguments = app.assemble_argument_collection()
    names = {name for argument in arguments for name in argument.names}
    return {name for name in names if name.startswith("--")}


def test_every_command_has_its_section_and_every_section_a_command():
    assert list(SECTIONS) == [command.name for command in commands.COMMANDS]


@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.name)
def test_a_section_shows_the_example_that_help_shows(command):
    assert f"```\n{command.example}\n```" in SECTIONS[command.name]


@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.name)
def test_a_section_lists_the_options_that_the_command_takes(command):
    rows = re.findall(r"(?m)^\| (`--[^|]*) \|", SECTIONS[command.name])
    listed = re.findall(r"--[a-z-]+", " ".join(rows))
    assert sorted(listed) == sorted(options(command))


def test_the_sections_stand_under_the_headings_of_the_overview():
    headings = re.findall(r"(?m)^## (.+)$", PAGE)
    assert headings == list(dict.fromkeys(command.section for command in commands.COMMANDS))


def test_every_column_of_a_result_is_described(loaded):
    import goodstanding  # noqa: PLC0415 -- heavy; this test alone needs it

    page = (DOCS / "results.md").read_text(encoding="utf-8")
    described = re.findall(r"(?m)^\| `(\w+)` \|", page)
    with goodstanding.open(loaded / "market.duckdb") as market:
        results = market.assess("service-level", as_of="2018-07-31")
    named = [
        re.sub(r"^(bad_experience_rate|late_shipments)_", "NAME_", name)
        for name in results.column_names
    ]
    assert set(described) - set(named) == {
        *("indicators", "points"),  # of JSON alone
        *("table", "jsonl", "csv", "parquet"),  # the formats
    }
    assert set(named) - set(described) == {"rows_counted"}
    assert "`rows_counted`" in page
