"""The pages of docs/ on commands and results tell all that there is, and nothing else."""

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from goodstanding.assessment.results import columns_beside
from goodstanding.cli import commands
from goodstanding.cli.app import application
from goodstanding.explanation.answer import (
    Arithmetic,
    Benchmark,
    Explanation,
    Forecast,
    PointsTold,
)
from goodstanding.explanation.card_answer import StoreCard
from goodstanding.explanation.sanction_answer import LadderTold
from goodstanding.explanation.service_answer import Service
from goodstanding.market import open_market
from goodstanding.rulebook import bundled
from goodstanding.viewers import LEAST_STORES, Part, Viewer, may_see
from tests.cli.conftest import AS_OF

BESIDE = set(columns_beside(bundled.load("service-level")))

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
    assert sorted(listed) == sorted(options(command) - {"--wait"})


def test_the_page_says_once_how_long_a_market_is_waited_for_by_every_command_that_opens_one():
    assert "`--wait SECONDS`" in PAGE.split("\n## ")[0]
    for command in commands.COMMANDS:
        assert ("--wait" in options(command)) is ("--market" in options(command))


def test_the_sections_stand_under_the_headings_of_the_overview():
    headings = re.findall(r"(?m)^## (.+)$", PAGE)
    assert headings == list(dict.fromkeys(command.section for command in commands.COMMANDS))


RESULTS, _rest = (DOCS / "results.md").read_text(encoding="utf-8").split("## Comparisons\n")
COMPARISONS, _rest = _rest.split("## Explanations\n")
EXPLANATIONS, IN_PYTHON = _rest.split("## In Python\n")


def described(page: str) -> set[str]:
    """Return the columns that a page's tables describe; NAME stands for an indicator's name."""
    rows = re.findall(r"(?m)^\| (`\w+`[^|]*) \|", page)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def named(columns: list[str]) -> set[str]:
    return {re.sub(r"bad_experience_rate|late_shipments", "NAME", name) for name in columns}


def sanctions(columns: list[str]) -> set[str]:
    return {name.replace("_ipr_", "_NAME_", 1) for name in columns if "ladder_ipr" in name}


def test_every_column_of_a_result_is_described(loaded):
    with open_market(loaded / "market.duckdb") as market:
        columns = named(market.assess("service-level", as_of=AS_OF).column_names)
        violations = bundled.load("aliexpress-violations")
        told = market.assess("aliexpress-violations", as_of=AS_OF)
    records = told.drop_columns(columns_beside(violations))
    columns |= sanctions(records.column_names)
    assert described(RESULTS) - columns == {
        *("indicators", "points", "benchmarks", "ladders"),  # of JSON alone
        *("score_lower", "score_upper"),  # of a rulebook that says how sure its score is
        *("table", "jsonl", "csv", "parquet"),  # the formats
        *("score_lower", "score_upper"),  # of rulebooks that say how sure their score is
    }
    assert columns - described(RESULTS) == BESIDE
    beside = BESIDE | sanctions(sorted(set(told.column_names) - set(records.column_names)))
    assert all(f"`{name}`" in IN_PYTHON for name in beside)


def test_every_column_of_a_comparison_is_described(loaded):
    with open_market(loaded / "market.duckdb") as market:
        table = market.compare("service-level", "service-level", as_of=AS_OF).table
        violations = market.compare(*["aliexpress-violations"] * 2, as_of=AS_OF).table
    indicators = {name for name in named(table.column_names) if "NAME" in name}
    assert indicators == {
        f"{side}_NAME_{part}"
        for side in ("first", "second")
        for part in ("numerator", "denominator", "value")
    }
    ladders = sanctions(violations.column_names)
    assert ladders == {
        "ladder_NAME_moved",
        *(
            f"{side}_ladder_NAME_{part}"
            for side in ("first", "second")
            for part in ("total", "sanction", "at", "first_on", "last_on", "is_proposed")
        ),
    }
    others = named(table.column_names) - indicators
    found = described(COMPARISONS) - indicators
    assert found - ladders == others
    assert found & ladders == {
        name for name in ladders if name.endswith(("_moved", "_total", "_sanction"))
    }


def keys(shape: Any, before: str, known: set[Any]) -> Iterator[str]:
    """Yield the keys of an object and of those within it, each shape of these once."""
    for name, hint in get_type_hints(shape).items():
        yield f"{before}{name}"
        for inner in filter(is_dataclass, (hint, *get_args(hint))):
            if inner not in known:
                known.add(inner)
                several = "[]" if get_origin(hint) is tuple else ""
                yield from keys(inner, f"{before}{name}{several}.", known)


def listed(page: str) -> list[str]:
    """Return the keys that a page's tables describe, as often as they do."""
    rows = re.findall(r"(?m)^\| (`[^|]*`) \|", page)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_every_key_of_an_explanation_is_described():
    assert sorted(listed(EXPLANATIONS)) == sorted(keys(Explanation, "", set()))


CARDS = (DOCS / "store-card.md").read_text(encoding="utf-8")


def test_every_key_of_a_store_card_is_described():
    of_explanations: set[Any] = {Arithmetic, Benchmark, Forecast, LadderTold, PointsTold}
    assert sorted(listed(CARDS)) == sorted(keys(StoreCard, "", of_explanations))


def test_every_key_of_a_service_is_described():
    page = (DOCS / "service.md").read_text(encoding="utf-8").split("## The object\n")[1]
    assert sorted(listed(page)) == sorted(keys(Service, "", set()))


def test_the_page_of_store_cards_says_who_sees_what():
    shown = {part: [_seen(viewer, part) for viewer in get_args(Viewer)] for part in get_args(Part)}
    rows = re.findall(r"(?m)^\| ([^|`]+) \| (yes) \| ([^|]+) \| ([^|]+) \|$", CARDS)
    assert {part: seen for part, *seen in rows} == shown


def _seen(viewer: Any, part: Any) -> str:
    if may_see(viewer, part):
        return "yes"
    return f"from {LEAST_STORES} stores up" if may_see(viewer, part, stores_n=1000) else "no"


def test_the_result_of_an_explanation_is_the_record_of_an_assessment(loaded):
    with open_market(loaded / "market.duckdb") as market:
        told = market.explain("service-level", as_of=AS_OF, subject="S1").as_dict()
    assert set(told["result"]) <= described(RESULTS)
    assert not BESIDE & set(told["result"])
