"""The rates of the sample are whole numbers that add up, are used, and say where they are from."""

import importlib.resources
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from goodstanding.rulebook.sources import known
from goodstanding.sample.rates import read_rates

PACKAGE = importlib.resources.files("goodstanding.sample")
TEXT = (PACKAGE / "rates.toml").read_text("utf-8")
DOCUMENT = tomllib.loads(TEXT)
SQL = "\n".join(
    file.read_text("utf-8") for file in (PACKAGE / "sql").iterdir() if file.name.endswith(".sql")
)
PYTHON = "\n".join(
    file.read_text("utf-8") for file in PACKAGE.iterdir() if file.name.endswith(".py")
)
WEIGHED = sorted({weight["list"] for weight in read_rates().tables["weights"]})
ENTRIES = [(name, entries) for name, entries in DOCUMENT.items() if isinstance(entries, list)]


def numbers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from numbers(each)
    else:
        yield value


def test_there_is_no_fraction_among_the_rates() -> None:
    assert [value for value in numbers(DOCUMENT) if isinstance(value, float)] == []


@pytest.mark.parametrize("name", WEIGHED)
def test_the_shares_of_a_list_are_a_thousand(name: str) -> None:
    weights = [w["weight"] for w in read_rates().tables["weights"] if w["list"] == name]
    assert len(weights) > 1
    assert sum(weights) == 1000


@pytest.mark.parametrize(("name", "entries"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_all_entries_of_a_list_say_the_same_things(name: str, entries: list[Any]) -> None:
    assert {tuple(entry) for entry in entries} == {tuple(entries[0])}


def test_what_excludes_each_other_leaves_something_over() -> None:
    for seller in DOCUMENT["seller_kind"]:
        assert seller["answers_in_time"] + seller["answers_late"] <= 1_000_000
        assert seller["replies_soon"] + seller["replies_late"] <= 1_000_000
        assert seller["adds_note"] + seller["adds_sample"] + seller["adds_gift"] <= 1_000_000
        for buyer in DOCUMENT["buyer_kind"]:
            ends = seller["cancels"] + seller["never_ships"] + buyer["cancels"]
            assert ends + DOCUMENT["orders"]["cancelled_by_platform"] < 1_000_000


def test_kinds_that_are_always_there_come_before_those_that_are_not() -> None:
    steady = [kind["steady"] for kind in DOCUMENT["seller_kind"]]
    assert steady == sorted(steady, reverse=True)
    honest = [not kind["abuse"] for kind in DOCUMENT["buyer_kind"]]
    assert honest == sorted(honest, reverse=True)
    assert DOCUMENT["buyer_kind"][-1]["abuse"] == "ring"


def test_a_way_and_a_destination_meet_one_incident_at_most() -> None:
    met = [
        (lane["entry_no"], destination["country"])
        for incident in DOCUMENT["incident"]
        for lane in read_rates().tables["lanes"]
        for destination in DOCUMENT["destination"]
        if incident["carrier"] in ("", lane["carrier"])
        and incident["method"] in ("", lane["method"])
        and incident["region"] in ("", destination["country"])
    ]
    assert met
    assert len(met) == len(set(met))


def test_every_rate_is_used() -> None:
    unused = [
        f"{section}.{key}"
        for section, values in DOCUMENT.items()
        if isinstance(values, dict)
        and section not in ("categories", "listing_kinds", "seller_countries")
        for key in values
        if not re.search(rf"\${section}_{key}\b", SQL)
        and f'"{section}_{key}"' not in PYTHON
        and f'"{key}"' not in PYTHON
    ]
    unused += [
        f"{name}.{key}"
        for name, entries in ENTRIES
        for key in entries[0]
        if not re.search(rf"\.{key}\b", SQL) and f'"{key}"' not in PYTHON
        if not re.search(rf"^  {key}\b", SQL, re.MULTILINE)
    ]
    assert unused == []


def test_every_fact_that_is_cited_is_among_the_sources() -> None:
    cited = set(re.findall(r"\b[A-Z]{2}-\d+\b", TEXT + SQL))
    assert cited
    assert cited <= set(known())


def test_every_number_says_where_it_is_from_itself_or_in_its_heading() -> None:
    said = re.compile(r"\b(own|Olist|rules|Source|[A-Z]{2}-\d+)\b")
    silent, heading = [], ""
    for line in TEXT.splitlines():
        if line.startswith("#"):
            heading = heading if not said.search(line) else line
        elif re.match(r"\[\w", line):
            heading = line if "#" in line else heading
        elif re.match(r"\w+ = [\d\[]", line) and not said.search(line) and not said.search(heading):
            silent.append(line)
    assert silent == []
