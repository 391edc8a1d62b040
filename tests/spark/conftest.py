"""Two markets that are one: in a file, and in Parquet for Spark, which runs on this machine."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

import goodstanding
from goodstanding import cli
from goodstanding.market import Market
from goodstanding.sample import generate

NOW = datetime(2031, 1, 1)
ORDERS = 400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs Spark where it is not installed, as `make` does where there is no Java 17."""
    if find_spec("pyspark") is None:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip("needs Java and goodstanding[spark]"))


@dataclass(frozen=True)
class Twins:
    """The same market twice."""

    file: Path
    warehouse: str

    def opened(self) -> tuple[Market, Market]:
        first, second = (
            goodstanding.open(each, read_only=True, clock=lambda: NOW)
            for each in (self.file, self.warehouse)
        )
        return first, second


def made(folder: Path, facts: Path) -> Twins:
    """Load facts twice, into a file and into a warehouse."""
    twins = Twins(folder / "m.duckdb", f"spark:{folder / 'm'}")
    for place in (twins.file, twins.warehouse):
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


@pytest.fixture
def said() -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process; returns its status, and what it prints."""

    def running(*arguments: object) -> tuple[int, str, str]:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            status = cli.main([str(each) for each in arguments])
        texts = [each.buffer.getvalue().decode() for each in (out, err)]
        return status, texts[0], texts[1]

    return running
