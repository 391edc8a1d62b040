"""What the environment lets DuckDB take of a machine."""

from pathlib import Path

import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import ArgumentInvalid


def test_memory_and_the_folder_for_what_does_not_fit_are_as_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOODSTANDING_MEMORY", "256MiB")
    monkeypatch.setenv("GOODSTANDING_SPILL", str(tmp_path / "it's here"))
    database = DuckDB.open(None)
    (found,) = database.rows(
        "select current_setting('memory_limit'), current_setting('temp_directory')"
    )
    assert found == ("256.0 MiB", str(tmp_path / "it's here"))


def test_what_does_not_fit_is_written_there_and_goes_with_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spill = tmp_path / "spill"
    monkeypatch.setenv("GOODSTANDING_MEMORY", "40MB")
    monkeypatch.setenv("GOODSTANDING_SPILL", str(spill))
    database = DuckDB.open(tmp_path / "market.duckdb", create=True)
    database.execute("set threads = 1")
    database.execute("create temp table many as select hash(range) as it from range(10_000_000)")
    assert list(spill.iterdir())
    database.close()
    assert not spill.exists() or not list(spill.iterdir())


def test_memory_that_is_no_size_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOODSTANDING_MEMORY", "much")
    with pytest.raises(ArgumentInvalid, match="GOODSTANDING_MEMORY is 'much'"):
        DuckDB.open(None)
