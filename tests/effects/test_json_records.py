"""JSON objects and mappings become a table; what is alike keeps its type."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from goodstanding.effects.json_records import read, table_of
from goodstanding.errors import SourceUnreadable


@pytest.mark.parametrize(
    ("values", "kind", "kept"),
    [
        ([1, None, 2], pa.int64(), [1, None, 2]),
        ([True, None], pa.bool_(), [True, None]),
        (["a", None], pa.string(), ["a", None]),
        ([None, None], pa.string(), [None, None]),
        ([1, 2.5, Decimal("0.1")], pa.float64(), [1.0, 2.5, 0.1]),
        ([Decimal("0.12345678901234567890"), 1], pa.string(), ["0.12345678901234567890", "1"]),
        ([Decimal("1e400")], pa.string(), ["1E+400"]),
        ([Decimal("NaN"), 1], pa.string(), ["NaN", "1"]),
        ([2**70], pa.string(), [str(2**70)]),
        ([1, "a", True, None], pa.string(), ["1", "a", "true", None]),
        ([{"a": [1, Decimal("0.5"), "é"]}], pa.string(), ['{"a": [1, 0.5, "é"]}']),
        ([[1], (2,)], pa.string(), ["[1]", "[2]"]),
        ([{(1, 2): 3}], pa.string(), ["{(1, 2): 3}"]),
        (["a", float("nan")], pa.string(), ["a", None]),
        ([date(2018, 7, 31)], pa.string(), ["2018-07-31"]),
    ],
)
def test_a_column_keeps_the_type_of_values_that_are_alike(values, kind, kept):
    column = table_of([{"x": value} for value in values])["x"]
    assert (column.type, column.to_pylist()) == (kind, kept)


def test_there_is_every_column_that_any_row_has():
    assert table_of([{"a": 1}, {"b": 2}]).to_pylist() == [{"a": 1, "b": None}, {"a": None, "b": 2}]


@pytest.mark.parametrize("row", [{"a": "\ud800"}, {"a": ["\ud800"]}, {"a\ud800": 1}])
def test_what_is_no_text_is_refused_by_its_column(row):
    with pytest.raises(SourceUnreadable, match=r"column 'a.*' holds what is no text in UTF-8"):
        table_of([row])


def test_nan_and_endless_depth_break_nothing(tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_text('{"a": NaN}\n' + "[" * 100_000 + "\n", encoding="utf-8")
    rows, lines, wrong = read(path)
    assert (rows.to_pylist(), lines, wrong) == ([{"a": "NaN"}], [1], [(2, "not JSON")])


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    with pytest.raises(SourceUnreadable, match=r"r\.jsonl cannot be read as JSON lines: it is not"):
        read(tmp_path / "r.jsonl")
