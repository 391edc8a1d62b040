"""Two markets that are one: in a file, and in Parquet for Spark, which runs on this machine."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

import goodstanding
from goodstanding.sample import generate
from tests.asked_of_twins import ORDERS, Twins


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs Spark where it is not installed, as `make` does where there is no Java 17."""
    if find_spec("pyspark") is None:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip("needs Java and goodstanding[spark]"))


def made(folder: Path, facts: Path) -> Twins:
    """Load facts twice, into a file and into a warehouse."""
    twins = Twins(folder / "m.duckdb", f"spark:{folder / 'm'}")
    for place in (twins.file, twins.there):
        with goodstanding.new(place, time_zone="Europe/Berlin", currency="EUR") as market:
            market.load(facts, recorded="occurred")
    return twins


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    generate(orders=ORDERS, seed=1, out=folder / "facts")
    return folder / "facts"


@pytest.fixture(scope="session")
def twins(tmp_path_factory: pytest.TempPathFactory, facts: Path) -> Twins:
    """The sample twice; nothing is written to either."""
    return made(tmp_path_factory.mktemp("twins"), facts)
