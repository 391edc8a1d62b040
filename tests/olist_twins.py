"""Olist's orders in a file and elsewhere, each judged by every rulebook: the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

import goodstanding
from goodstanding.rulebook import bundled_files
from tests.olist_folder import REAL, WITHOUT_REAL

DAY = "2018-07-31"


def loaded(place: str | Path) -> str | Path:
    """Make a market with Olist's orders, and return where it is."""
    if REAL is None:
        pytest.skip(WITHOUT_REAL)
    with goodstanding.new(place, time_zone="America/Sao_Paulo", currency="BRL") as market:
        market.load(REAL, adapter="olist", recorded="occurred")
    return place


def assert_alike(first: str | Path, second: str | Path, rulebook: str) -> None:
    """Hold that two markets judge everybody alike by its newest version: in type and value."""
    found = []
    version = bundled_files.versions(rulebook)[-1]  # in force on the day or not
    for place in (first, second):
        with goodstanding.open(place, read_only=True) as market:
            found.append(
                market.assess(rulebook, as_of=DAY, version=version, by="Ana", reason="audit")
            )
    assert found[0].num_rows
    assert found[1].schema == found[0].schema
    assert found[1].equals(found[0])
