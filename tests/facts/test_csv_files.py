"""CSV files: read as text, each row with its place, and what is no row set apart."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import SourceUnreadable
from goodstanding.facts import csv_files
from goodstanding.facts.source import PLACE, Relation
from tests.small_loads import market


def relation(database: DuckDB, folder: Path, content: bytes) -> Relation:
    path = folder / "orders.csv"
    path.write_bytes(content)
    return csv_files.relation(database, path, "orders.csv")


def rows(folder: Path, content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a file, PLACE as `at`."""
    with market() as database:
        found = relation(database, folder, content)
        read = database.arrow(found.query).to_pylist()
        assert all(tuple(row)[:-1] == found.columns for row in read)
        return [
            {"at" if key == PLACE else key: value for key, value in row.items()} for row in read
        ]


def malformed(folder: Path, content: bytes) -> list[tuple[str, str, str]]:
    with market() as database:
        query = relation(database, folder, content).malformed
        return [] if query is None else database.rows(query)


def test_every_value_is_a_text_and_every_row_has_its_place(tmp_path):
    assert rows(tmp_path, b"order_id,paid_at\n007,2018-01-01\n8,\n") == [
        {"order_id": "007", "paid_at": "2018-01-01", "at": "orders.csv row 1"},
        {"order_id": "8", "paid_at": None, "at": "orders.csv row 2"},
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n3,4\n",
        b"a,b\r\n1,2\r\n3,4\r\n",
        b"\xef\xbb\xbfa,b\n1,2\n3,4",
        b"a;b\n1;2\n3;4\n",
        b"a\tb\n1\t2\n3\t4\n",
        b"a|b\n1|2\n3|4\n",
        b'"a","b"\n"1","2"\n"3","4"\n',
        b"a,b\n1,2\n\n3,4\n\n",
    ],
)
def test_ends_of_lines_delimiters_quotes_and_marks_make_no_difference(tmp_path, content):
    assert [(row["a"], row["b"]) for row in rows(tmp_path, content)] == [("1", "2"), ("3", "4")]


def test_a_quoted_text_may_hold_anything(tmp_path):
    content = b'a,b\n"x, ""y""\nand z",1\n2,3\n'
    found = rows(tmp_path, content)
    assert [(row["a"], row["at"]) for row in found] == [
        ('x, "y"\nand z', "orders.csv row 1"),
        ("2", "orders.csv row 2"),
    ]


def test_a_column_without_a_name_gets_its_number(tmp_path):
    assert rows(tmp_path, b"a,\n1,2\n") == [{"a": "1", "column 2": "2", "at": "orders.csv row 1"}]


def test_a_file_with_names_alone_has_no_rows(tmp_path):
    assert rows(tmp_path, b"a,b\n") == []
    assert rows(tmp_path, b"a,b") == []


def test_a_compressed_file_is_read_as_it_is(tmp_path):
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n3\n"))
    with market() as database:
        found = csv_files.relation(database, path, path.name)
        assert len(database.rows(found.query)) == 1
        assert found.malformed is not None
        assert database.rows(found.malformed) == [
            ("orders.csv.gz row 2", "fewer columns than the first line names", "3")
        ]


BROKEN = (
    b"a,b,c\n"
    b"1,1,1\n"  # row 1
    b"2,2\n"
    b"3,3,3,3\n"
    b"4,4,4\n"  # row 4
    b'5,"5"5,5\n'
    b"6,\xff,6\n"
    b"7,7,7\n"  # row 7
)


def test_lines_that_are_no_rows_are_set_apart_with_row_reason_and_text(tmp_path):
    assert malformed(tmp_path, BROKEN) == [
        ("orders.csv row 2", "fewer columns than the first line names", "2,2"),
        ("orders.csv row 3", "more columns than the first line names", "3,3,3,3"),
        ("orders.csv row 5", 'a quote (") that is not closed, or is followed by more', '5,"5"5,5'),
        ("orders.csv row 6", "not UTF-8", "6,?,6"),
    ]


def test_rows_are_counted_with_the_lines_that_are_none(tmp_path):
    assert [(row["a"], row["at"]) for row in rows(tmp_path, BROKEN)] == [
        ("1", "orders.csv row 1"),
        ("4", "orders.csv row 4"),
        ("7", "orders.csv row 7"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n1,1\n2,"2\n3,3\n4,4\n',
        b'a,b\n1,1\n2,"2\n"3","3"\n"4","4"\n',
        b'a,b\n1,1\n2,"' + b"x" * 3_000_000 + b"\n3,3\n",
        b'a,b\n1,1\n2,"2\n' + b"3,3\n" * 300_000,
    ],
    ids=["to the end", "to the next quote", "a long line", "many lines"],
)
@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz"])
def test_a_quote_that_is_not_closed_is_refused_with_the_file(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    with market() as database:
        with pytest.raises(SourceUnreadable) as raised:
            csv_files.relation(database, path, name)
        assert str(raised.value).startswith(f"{name} row 2 has ")
        assert "nothing below it can be told apart" in str(raised.value)
        left = "select table_name from duckdb_tables() where temporary"
        assert database.rows(left) == []


def test_a_text_may_go_over_lines_that_look_like_rows(tmp_path):
    looks_like_rows = '"first\n1,2\n' + "7,8\n" * 20 + ',\n"'
    lines = [f"{number},{looks_like_rows if number % 3 else 'x'}" for number in range(600_000)]
    with market() as database:
        found = relation(database, tmp_path, ("a,b\n" + "\n".join(lines)).encode())
        assert found.malformed is None
        (counted,) = database.rows(
            f"""
            select count(*), sum(cast(a as bigint))
            from ({found.query})
            where "{PLACE}" = 'orders.csv row ' || (cast(a as bigint) + 1)
            """
        )
    assert counted == (600_000, sum(range(600_000)))


def test_one_quote_within_a_text_that_has_none_around_it_is_text(tmp_path):
    found = rows(tmp_path, b'a,b\n1,5" pipe\n2,6" pipe\n3,x\n')
    assert [row["b"] for row in found] == ['5" pipe', '6" pipe', "x"]


def test_a_large_file_keeps_its_order(tmp_path):
    lines = [f"{number},{'x' * 90}" for number in range(400_000)]
    lines[123_456] = "broken"
    content = ("a,b\n" + "\n".join(lines)).encode()
    with market() as database:
        query = relation(database, tmp_path, content).query
        counted = database.rows(
            f"select count(*), count(*) filter ({PLACE!r} is not null) from ({query})"
        )
        wrong = database.rows(
            f"select count(*) from ({query}) "
            f"""where "{PLACE}" <> 'orders.csv row ' || (cast(a as bigint) + 1)"""
        )
    assert counted[0][0] == 399_999
    assert wrong == [(0,)]


UNREADABLE = [
    (b"", "orders.csv is empty.\nIts first line should name the columns."),
    (b"\na,b\n", "orders.csv begins with a blank line.\nIts first line should name the columns."),
    (
        b",,\n1,2,3\n",
        "orders.csv begins with a blank line.\nIts first line should name the columns.",
    ),
    (b"\xff\xfea\x00", "orders.csv is not a text in UTF-8.\nSave it as CSV in UTF-8."),
    (
        b"a,A\n1,2\n",
        "orders.csv has more than one column called 'a'.\nRename one, or leave it out.",
    ),
    (
        b"a,b\r\n1,2\n3,4\r\n",
        (
            "orders.csv cannot be read as CSV: its lines do not all end alike (\\r\\n or \\n).\n"
            "Save it again, with one kind of line end."
        ),
    ),
]


@pytest.mark.parametrize(("content", "message"), UNREADABLE)
def test_a_file_that_cannot_be_read_says_why(tmp_path, content, message):
    with pytest.raises(SourceUnreadable) as raised:
        rows(tmp_path, content)
    assert str(raised.value) == message


def test_what_calls_itself_compressed_and_is_not(tmp_path):
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(b"a,b\n1,2\n")
    with market() as database, pytest.raises(SourceUnreadable) as raised:
        csv_files.relation(database, path, path.name)
    assert str(raised.value) == (
        "orders.csv.gz cannot be read as CSV: it is not compressed, or not by gzip.\n"
        "Write it anew, or leave it out."
    )
