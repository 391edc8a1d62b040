"""Search results are read exactly, whatever they come in; what cannot be ranked is refused."""

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.effects.search_results import SearchResults, read
from goodstanding.errors import RankingRefused, SourceMissing, SourceUnreadable, UnknownColumn

ROWS: list[dict[str, Any]] = [
    {"query_id": "q1", "listing_id": "L1", "relevance": 12.5, "title": "A, plain"},
    {"query_id": "q1", "listing_id": "L2", "relevance": 0.1, "title": None},
    {"query_id": "q2", "listing_id": "L1", "relevance": 1e-7, "title": "B"},
]
CSV = 'query_id,listing_id,relevance,title\nq1,L1,12.5,"A, plain"\nq1,L2,0.1,\nq2,L1,1e-7,B\n'
ADDED = ["place", "modifier"]


@pytest.fixture
def database():
    made = DuckDB.open(None)
    yield made
    left = made.rows("select table_name from duckdb_tables() where temporary")
    made.close()
    assert left == []


def written(folder: Path, form: str) -> Path:
    path = folder / f"results.{form}"
    table = pa.Table.from_pylist(ROWS)
    match form:
        case "csv":
            path.write_text(CSV, encoding="utf-8")
        case "csv.gz":
            path.write_bytes(gzip.compress(CSV.encode()))
        case "parquet":
            pq.write_table(table, path)
        case "feather":
            pyarrow.feather.write_feather(table, path)
        case _:
            path.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    return path


def said(found: SearchResults) -> list[tuple[str | None, str, Decimal]]:
    return list(zip(found.queries, found.listing_ids, found.relevances, strict=True))


EXPECTED = [
    ("q1", "L1", Decimal("12.5")),
    ("q1", "L2", Decimal("0.1")),
    ("q2", "L1", Decimal("0.0000001")),
]


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet", "feather", "jsonl", "ndjson"])
def test_files_of_every_format_say_the_same(database, tmp_path, form):
    found = read(database, written(tmp_path, form), ADDED)
    assert said(found) == EXPECTED
    assert found.rows.column_names == ["query_id", "listing_id", "relevance", "title"]
    assert found.rows["title"].to_pylist() == ["A, plain", None, "B"]


@pytest.mark.parametrize("make", [list, pa.Table.from_pylist, pd.DataFrame, pl.DataFrame])
def test_tables_in_memory_say_the_same(database, make):
    assert said(read(database, make(ROWS), ADDED)) == EXPECTED


def test_results_of_one_query_need_not_name_it(database):
    found = read(database, [{"listing_id": "L1", "relevance": 1}], ADDED)
    assert said(found) == [(None, "L1", Decimal(1))]


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        (3, "3"),
        (0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-0.0, "0"),
        (Decimal("1.10"), "1.1"),
        ("  2.50 ", "2.5"),
        ("+7", "7"),
        (".5", "0.5"),
        ("1E3", "1000"),
        ("5e-324", "5e-324"),
        (5e-324, "5e-324"),
        ("9" * 40, "9" * 40),
    ],
)
def test_a_relevance_is_taken_as_the_decimal_that_it_says(database, given, exact):
    (found,) = read(database, [{"listing_id": "L1", "relevance": given}], ADDED).relevances
    assert found == Decimal(exact)


def test_a_short_floating_number_is_the_shortest_decimal_that_means_it(database):
    table = pa.table({"listing_id": ["L1"], "relevance": pa.array([0.1], pa.float32())})
    assert read(database, table, ADDED).relevances == [Decimal("0.1")]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (None, "relevance: it is empty"),
        ("  ", "relevance: it is empty"),
        (-1, "relevance: -1 is below 0"),
        ("-0.5", "relevance: -0.5 is below 0"),
        (float("nan"), "relevance: 'nan' is no number"),
        (float("inf"), "relevance: 'inf' is no number"),
        ("high", "relevance: 'high' is no number"),
        ("1,5", "relevance: '1,5' is no number"),
        ("1e99999", "relevance: '1e99999' is no number"),
        ("1_000", "relevance: '1_000' is no number"),
        ("\u0661", "relevance: '\u0661' is no number"),  # a digit, of another script
        (True, "relevance: 'true' is no number"),
        ("1e300", "relevance: 1e300 is too large"),
        (f"0.{'1' * 41}", f"relevance: 0.{'1' * 38}… has more than 40 digits"),
        ("x" * 50, f"relevance: '{'x' * 40}…' is no number"),
    ],
)
def test_what_is_no_relevance_is_refused_with_its_row(database, given, why):
    rows = [{"listing_id": "L1", "relevance": 1}, {"listing_id": "L2", "relevance": given}]
    with pytest.raises(RankingRefused) as caught:
        read(database, rows, ADDED)
    assert caught.value.refused == (("the search results row 2", why),)
    assert str(caught.value).startswith(
        "1 of 2 search results cannot be ranked, and none was:\nthe search results row 2  relevance"
    )
    assert "such as 12.5" in str(caught.value.hint)


def test_every_row_that_is_refused_is_told_of_at_once(database, tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("listing_id,relevance\nL1,1\n,2\nL3,\nL4,1,9\n,-1\n", encoding="utf-8")
    with pytest.raises(RankingRefused) as caught:
        read(database, path, ADDED)
    assert sorted(caught.value.refused) == [
        ("results.csv row 2", "listing_id: it is empty"),
        ("results.csv row 3", "relevance: it is empty"),
        ("results.csv row 4", "more columns than the first line names"),
        ("results.csv row 5", "listing_id: it is empty"),
        ("results.csv row 5", "relevance: -1 is below 0"),
    ]
    assert str(caught.value).startswith("4 of 5 search results cannot be ranked, and none was:")


def test_a_message_names_twenty_rows_and_the_error_holds_all(database):
    with pytest.raises(RankingRefused) as caught:
        read(database, [{"listing_id": "L1", "relevance": "?"}] * 1234, ADDED)
    assert len(caught.value.refused) == 1234
    lines = caught.value.message.splitlines()
    assert (len(lines), lines[-1]) == (22, "… and 1,214 more")


def test_lines_that_are_no_json_objects_are_refused_with_their_line(database, tmp_path):
    path = tmp_path / "results.jsonl"
    good = b'{"listing_id": "L1", "relevance": 1}'
    path.write_bytes(
        b"\n".join([b"\xef\xbb\xbf" + good, b"", b"[1]", b"{", good, b'{"a": "\xff"}'])
    )
    with pytest.raises(RankingRefused) as caught:
        read(database, path, ADDED)
    assert caught.value.refused == (
        ("results.jsonl line 3", "not a JSON object"),
        ("results.jsonl line 4", "not JSON"),
        ("results.jsonl line 6", "not UTF-8"),
    )


def test_a_relevance_in_json_is_not_rounded(database, tmp_path):
    path = tmp_path / "results.jsonl"
    text = "0.12345678901234567890123"
    path.write_text(f'{{"listing_id": "L1", "relevance": {text}}}\n', encoding="utf-8")
    assert read(database, path, ADDED).relevances == [Decimal(text)]


@pytest.mark.parametrize(
    ("columns", "said", "hint"),
    [
        (
            ["listing_id"],
            "the search results: there is no column 'relevance', but listing_id.",
            "Search results have listing_id and relevance",
        ),
        (
            ["listing", "relevance"],
            "the search results: there is no column 'listing_id', but listing, relevance.",
            "Rename 'listing' to 'listing_id'.",
        ),
        (
            ["listing_id", "relevance", "queryid"],
            "column 'queryid' is not known; did you mean 'query_id'?",
            "query_id where they are of several",
        ),
    ],
)
def test_columns_that_are_missing_or_misspelt_are_named(database, columns, said, hint):
    with pytest.raises(UnknownColumn) as caught:
        read(database, [dict.fromkeys(columns, "1")], ADDED)
    assert said in caught.value.message
    assert hint in str(caught.value.hint)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["Place"], "the search results: rank adds columns of these names: 'Place'."),
        (["a", "A"], "more than one column is called 'a'."),
    ],
)
def test_columns_of_a_name_that_is_taken_are_refused(database, columns, said):
    row = {"listing_id": "L1", "relevance": "1"} | dict.fromkeys(columns, "x")
    with pytest.raises(SourceUnreadable, match=said):
        read(database, [row], ADDED)


@pytest.mark.parametrize(
    ("source", "error", "said"),
    [
        ("gone.csv", SourceMissing, "'gone.csv' does not exist"),
        (".", SourceUnreadable, "is a folder, and search results are one file"),
        ("results.txt", SourceUnreadable, r"not of a format .*\n.*\.csv, .*\.jsonl, \.ndjson"),
        ("results.parquet", SourceUnreadable, "cannot be read as Parquet"),
        ([5], SourceUnreadable, "a row is a int, not a mapping"),
        (5, SourceUnreadable, "a int cannot be read as a table"),
    ],
)
def test_what_is_no_table_is_refused(database, tmp_path, monkeypatch, source, error, said):
    monkeypatch.chdir(tmp_path)
    Path("results.txt").write_text("listing_id")
    Path("results.parquet").write_text("listing_id")
    with pytest.raises(error, match=said):
        read(database, source, ADDED)


def test_a_column_of_lists_is_no_relevance(database):
    table = pa.table({"listing_id": ["L1"], "relevance": [[1]]})
    with pytest.raises(SourceUnreadable, match="column 'relevance' holds list<item: int64>"):
        read(database, table, ADDED)


def test_listings_that_a_data_frame_made_floating_are_whole_numbers_again(database):
    frame = pd.DataFrame({"listing_id": [7.0, 8.0], "relevance": [1, 2]})
    assert read(database, frame, ADDED).listing_ids == ["7", "8"]


@pytest.mark.parametrize("text", ["listing_id,relevance\n", None])
def test_no_results_are_none(database, tmp_path, text):
    path = tmp_path / ("results.jsonl" if text is None else "results.csv")
    path.write_text(text or "", encoding="utf-8")
    assert said(read(database, path, ADDED)) == []
