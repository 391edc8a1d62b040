"""`docs/sample.md` says what the rates say."""

import re
from pathlib import Path

import pytest

from goodstanding.sample.rates import read_rates

PAGE = (Path(__file__).parents[2] / "docs" / "sample.md").read_text("utf-8")
TABLES = read_rates().tables
KINDS = [*TABLES["seller_kinds"], *TABLES["buyer_kinds"][:-1]]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["name"]))
def test_a_kind_is_on_the_page_with_its_share(kind: dict[str, object]) -> None:
    shares = re.findall(rf"^\| `{kind['name']}` \| (\d+) \|", PAGE, re.MULTILINE)
    assert str(kind["share"]) in shares


@pytest.mark.parametrize("abuse", sorted({kind["abuse"] for kind in TABLES["buyer_kinds"]}))
def test_what_is_planted_is_on_the_page(abuse: str) -> None:
    assert abuse != "ring" or "`ring_praise`" in PAGE
    assert abuse in ("", "ring") or f"`{abuse}`" in PAGE


@pytest.mark.parametrize("incident", TABLES["incidents"], ids=lambda each: str(each["reason"]))
def test_an_incident_is_on_the_page(incident: dict[str, str]) -> None:
    countries = {"BR": "Brazil", "CL": "Chile", "PL": "Poland", "ES": "Spain"}
    who = incident["carrier"] or "everything"
    assert f"{who} to {countries[incident['region']]}" in " ".join(PAGE.split())
