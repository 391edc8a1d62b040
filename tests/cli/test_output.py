"""Records go to a file all at once, or not at all."""

import csv
import json
import os
import stat
import subprocess
import sys
import threading
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from goodstanding.cli.output import (
    check_place,
    chosen,
    text_or_json,
    write_parts,
    write_records,
    write_text,
    written,
)
from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import ArgumentInvalid, MarketUnreachable
from tests.cli.conftest import AS_OF

RECORDS = pa.table(
    {
        "subject_id": ["S1", 'S,2 "x"', "é"],
        "as_of": pa.array([date(2018, 7, 31)] * 3),
        "value": [0.25, None, 1.0],
        "guarded": pa.array([["a < 1", "b < 2"], [], ["c < 3"]], pa.list_(pa.string())),
    }
)


def test_json_lines_keep_lists_and_write_days_as_iso(tmp_path):
    write_records(RECORDS, "jsonl", tmp_path / "r.jsonl")
    lines = (tmp_path / "r.jsonl").read_bytes().splitlines()
    assert lines[0] == (
        b'{"subject_id":"S1","as_of":"2018-07-31","value":0.25,"guarded":["a < 1","b < 2"]}'
    )
    assert json.loads(lines[2])["subject_id"] == "é"


def test_csv_joins_lists_and_leaves_empty_what_is_missing(tmp_path):
    write_records(RECORDS, "csv", tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes().decode() == (
        "subject_id,as_of,value,guarded\n"
        "S1,2018-07-31,0.25,a < 1; b < 2\n"
        '"S,2 ""x""",2018-07-31,,\n'
        "é,2018-07-31,1.0,c < 3\n"
    )


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_records_that_come_in_parts_are_written_as_a_whole(tmp_path, form):
    write_records(RECORDS, form, tmp_path / "whole")
    with written(tmp_path / "parts") as file:
        write_parts((RECORDS.slice(at, 1) for at in range(3)), form, file)
    if form == "parquet":
        whole, parts = (pq.read_table(tmp_path / each) for each in ("whole", "parts"))
        assert parts.equals(whole)
        assert pq.ParquetFile(tmp_path / "parts").num_row_groups == 3
    else:
        assert (tmp_path / "parts").read_bytes() == (tmp_path / "whole").read_bytes()


def test_what_fails_before_its_end_is_not_on_standard_output(capfdbinary):
    def failing():
        yield RECORDS
        raise MarketUnreachable("lost")

    with pytest.raises(MarketUnreachable), written(None) as file:
        write_parts(failing(), "csv", file)
    assert capfdbinary.readouterr().out == b""


def test_parquet_keeps_types_and_joins_lists(tmp_path):
    write_records(RECORDS, "parquet", tmp_path / "r.parquet")
    read = pq.read_table(tmp_path / "r.parquet")
    assert read.column_names == RECORDS.column_names
    assert read.schema.field("as_of").type == pa.date32()
    assert read["guarded"].to_pylist() == ["a < 1; b < 2", "", "c < 3"]


def test_an_instant_is_written_alike_in_every_format(tmp_path):
    instants = [datetime(2018, 8, 1, 12), datetime(2018, 8, 1, 12, 0, 0, 500), None]
    texts = ["2018-08-01T12:00:00Z", "2018-08-01T12:00:00.000500Z", None]
    records = pa.table({"n": [1, 2, 3], "at": pa.array(instants, pa.timestamp("us"))})
    for form in ("jsonl", "csv", "parquet"):
        write_records(records, form, tmp_path / form)
    lines = (tmp_path / "jsonl").read_text().splitlines()
    assert [json.loads(line)["at"] for line in lines] == texts
    with (tmp_path / "csv").open() as file:
        assert [line["at"] or None for line in csv.DictReader(file)] == texts
    assert pq.read_table(tmp_path / "parquet")["at"].to_pylist() == texts


def test_the_same_records_give_the_same_bytes(tmp_path):
    for form in ("jsonl", "csv", "parquet"):
        write_records(RECORDS, form, tmp_path / "one")
        write_records(RECORDS, form, tmp_path / "two")
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_what_fails_half_way_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path):
    place = tmp_path / "results.csv"
    place.write_text("before")

    def fail_half_way():
        with written(place) as file:
            file.write(b"half of it")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    assert place.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["results.csv"]


def test_a_new_file_has_the_rights_of_any_other_and_an_old_one_keeps_its_own(tmp_path):
    before = os.umask(0o027)
    try:
        write_text("x", tmp_path / "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    (tmp_path / "new").chmod(0o600)
    write_text("y", tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_a_link_stays_a_link_and_what_it_names_is_replaced(tmp_path):
    (tmp_path / "real").write_text("before")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_text("after", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "after\n"


@pytest.mark.parametrize(
    "place", ["/dev/stdout", pytest.param("/dev/fd/1", marks=pytest.mark.slow)]
)
def test_standard_output_may_be_named_whatever_it_is(process, market, tmp_path, place):
    if not Path(place).exists():
        pytest.skip(f"this system has no {place}")
    asked = ("assess", "--rulebook", "service-level", "--as-of", AS_OF, "--format", "csv")
    plain = process(*asked).stdout
    assert plain
    assert process(*asked, "--output", place).stdout == plain
    (tmp_path / "all.csv").write_text("before\n")
    with (tmp_path / "all.csv").open("ab") as file:
        arguments = [sys.executable, "-m", "goodstanding", *asked, "--output", place]
        subprocess.run(arguments, cwd=tmp_path, stdout=file, stderr=subprocess.DEVNULL, check=True)
    assert (tmp_path / "all.csv").read_text() == f"before\n{plain}"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_text("through", pipe)
    reader.join(timeout=10)
    assert read == ["through\n"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_the_name_of_the_file_says_the_format_where_nothing_else_does(tmp_path):
    assert chosen(None, tmp_path / "r.CSV") == "csv"
    assert chosen(None, tmp_path / "r.jsonl") == "jsonl"
    assert chosen(None, tmp_path / "r.parquet") == "parquet"
    assert chosen(None, tmp_path / "r.txt") == "table"
    assert chosen(None, tmp_path / "r") == "table"
    assert chosen(None, None) == "table"
    assert text_or_json(None, tmp_path / "why.json") == "json"
    assert text_or_json(None, tmp_path / "why.txt") == "text"


def test_a_name_that_says_nothing_else_may_be_given_to_any_format(tmp_path):
    for name in ("r.txt", "r", "tmp.X7f", "r.CSV"):
        assert chosen("csv", tmp_path / name) == "csv"
    assert text_or_json("json", tmp_path / "why.txt") == "json"


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        (None, "r.xlsx", "ends in .xlsx, which says no format that is known here"),
        (None, "r.json", "ends in .json, which says no format that is known here"),
        ("csv", "r.parquet", "ends in .parquet, and --format says csv"),
        ("table", "r.csv", "ends in .csv, and --format says table"),
    ],
)
def test_a_name_that_says_another_format_is_refused(tmp_path, given, name, said):
    with pytest.raises(ArgumentInvalid, match=said):
        chosen(given, tmp_path / name)


def test_an_explanation_is_refused_a_name_that_says_something_else(tmp_path):
    with pytest.raises(ArgumentInvalid, match=r"ends in \.csv") as caught:
        text_or_json(None, tmp_path / "why.csv")
    assert "Known: .json (json), .txt (text)." in (caught.value.hint or "")
    with pytest.raises(ArgumentInvalid, match="--format says text"):
        text_or_json("text", tmp_path / "why.json")


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    with pytest.raises(ArgumentInvalid, match="is a folder"):
        chosen("csv", tmp_path)
    with pytest.raises(ArgumentInvalid, match=r"there is no folder '.*nowhere'"):
        chosen("csv", tmp_path / "nowhere" / "r.csv")


@pytest.mark.parametrize("name", ["m.duckdb", "market", "mine.toml"])
def test_no_output_replaces_a_market_or_a_rulebook(tmp_path, name):
    kept = tmp_path / name
    if name.endswith(".toml"):
        kept.write_text("id = 'mine'")
    else:
        DuckDB.open(kept, create=True).close()
    before = kept.read_bytes()
    with pytest.raises(ArgumentInvalid, match="would be lost"):
        check_place(kept)
    assert kept.read_bytes() == before
