"""Arrow tables and files, pandas and polars data frames, Parquet files."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from goodstanding.errors import SourceUnreadable
from goodstanding.facts import frames
from tests.small_loads import load, market

NOON = datetime(2018, 1, 5, 12, tzinfo=UTC)
ROWS = {"order_id": ["O1", "O2"], "placed_at": [NOON, None], "amount_minor": [100, None]}


def arrow() -> pa.Table:
    return pa.table(ROWS)


@pytest.mark.parametrize(
    "frame",
    [
        arrow(),
        arrow().to_batches()[0],
        pd.DataFrame(ROWS),
        pd.DataFrame(ROWS, index=[7, 8]),
        arrow().to_pandas(types_mapper=pd.ArrowDtype),
        pl.DataFrame(ROWS),
    ],
    ids=["arrow", "batch", "pandas", "pandas with an index", "pandas on arrow", "polars"],
)
def test_every_kind_of_data_frame_holds_the_same_facts(frame):
    with market() as database:
        summary = load(database, {"orders": frame})
        assert summary.refusals == ()
        assert summary.left_out == ()
        assert database.rows(
            "select order_id, placed_at, amount_minor from orders join order_ids using (order_no) "
            "order by order_id"
        ) == [("O1", NOON.replace(tzinfo=None), 100), ("O2", None, None)]


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_of_a_parquet_file_may_count_in_any_unit(tmp_path, unit, zone):
    noon = pa.array([NOON.replace(tzinfo=None if zone is None else UTC)], pa.timestamp(unit, zone))
    pq.write_table(pa.table({"order_id": ["O1"], "placed_at": noon}), tmp_path / "orders.parquet")
    with market() as database:
        assert load(database, tmp_path).refusals == ()
        assert database.rows("select placed_at from orders") == [(NOON.replace(tzinfo=None),)]


@pytest.mark.parametrize(
    ("value", "type_name"),
    [
        ({"a": 1}, "STRUCT(a BIGINT)"),
        (["DE", "FR"], "VARCHAR[]"),
        ([NOON], "TIMESTAMP WITH TIME ZONE[]"),
    ],
)
def test_a_column_of_several_values_in_one_is_refused_by_name(value, type_name):
    frame = pa.table({"order_id": ["O1"], "ship_to": [value], "carrier": [value], "mood": [value]})
    with market() as database:
        with pytest.raises(SourceUnreadable) as raised:
            load(database, {"orders": frame})
        assert str(raised.value) == (
            f"orders: column 'ship_to' holds {type_name} and column 'carrier' holds {type_name}: "
            "several values in one.\n"
            "Nothing was loaded. Write one value a row, or leave the column out."
        )
        left = load(database, {"orders": frame.drop_columns(["ship_to", "carrier"])})
        assert left.left_out[0].columns == ("mood",)


def test_data_frames_are_left_as_they_were():
    panda, polar = pd.DataFrame(ROWS), pl.DataFrame(ROWS)
    before = panda.copy(deep=True), polar.clone()
    with market() as database:
        load(database, {"orders": panda})
        load(database, {"orders": polar})
    pd.testing.assert_frame_equal(panda, before[0])
    assert polar.equals(before[1])


def test_a_wrong_row_of_a_data_frame_has_its_place():
    frame = pd.DataFrame({"order_id": ["O1", None]})
    with market() as database:
        load(database, {"orders": frame})
        assert database.rows("select place from quarantine") == [("orders row 2",)]


@pytest.mark.parametrize("form", ["file", "stream", "feather"])
def test_arrow_files(tmp_path, form):
    path = tmp_path / ("orders.feather" if form == "feather" else "orders.arrow")
    if form == "feather":
        pyarrow.feather.write_feather(arrow(), path)
    else:
        new = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
        with new(path, arrow().schema) as writer:
            writer.write_table(arrow())
    with market() as database:
        assert load(database, path).kept == 2


def test_a_parquet_row_has_its_place(tmp_path):
    pq.write_table(pa.table({"order_id": ["O1", None]}), tmp_path / "orders.parquet")
    with market() as database:
        load(database, tmp_path / "orders.parquet")
        assert database.rows("select place from quarantine") == [("orders.parquet row 2",)]


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("orders.parquet", ["orders.parquet row 2"]),
        ("./orders.parquet", ["orders.parquet row 2"]),
        ("../here/orders.parquet", ["orders.parquet row 2"]),
        (".", ["orders.parquet row 2", "sellers/1.parquet row 1"]),
        ("../here", ["orders.parquet row 2", "sellers/1.parquet row 1"]),
        ("sellers", ["sellers/1.parquet row 1"]),
        ("./sellers/", ["sellers/1.parquet row 1"]),
    ],
)
def test_a_place_is_whole_however_the_source_is_named(tmp_path, monkeypatch, source, places):
    folder = tmp_path / "here"
    (folder / "sellers").mkdir(parents=True)
    pq.write_table(pa.table({"order_id": ["O1", None]}), folder / "orders.parquet")
    absent = pa.array([None], pa.string())
    pq.write_table(pa.table({"seller_id": absent}), folder / "sellers" / "1.parquet")
    monkeypatch.chdir(folder)
    with market() as database:
        load(database, source)
        found = database.rows("select place from quarantine order by place")
    assert [place for (place,) in found] == places


def test_a_parquet_column_of_bytes_is_text(tmp_path):
    pq.write_table(pa.table({"order_id": [b"O1"]}), tmp_path / "orders.parquet")
    with market() as database:
        load(database, tmp_path)
        assert database.rows("select order_id from order_ids") == [("O1",)]


def test_a_path_may_hold_brackets_and_stars(tmp_path):
    folder = tmp_path / "export [1] *new"
    folder.mkdir()
    pq.write_table(arrow(), folder / "orders.parquet")
    (folder / "sellers.csv").write_text("seller_id\nS1\n")
    with market() as database:
        assert load(database, folder).kept == 3


NO_ARROW = (
    " is not an Arrow file that can be read.\n"
    "Write it anew as an Arrow file or stream (Feather 2), or leave it out."
)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "orders.parquet",
            b"",
            (
                "orders.parquet cannot be read as Parquet: it is too short for a Parquet file.\n"
                "Write it anew, or leave it out."
            ),
        ),
        (
            "orders.parquet",
            b"PAR1 but no more",
            (
                "orders.parquet cannot be read as Parquet: its end is missing, or it is of "
                "another kind.\nWrite it anew, or leave it out."
            ),
        ),
        ("orders.arrow", b"", f"orders.arrow{NO_ARROW}"),
        ("orders.arrow", b"order_id\nO1\n", f"orders.arrow{NO_ARROW}"),
        ("orders.feather", b"order_id\nO1\n", f"orders.feather{NO_ARROW}"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with market() as database, pytest.raises(SourceUnreadable) as raised:
        load(database, tmp_path)
    assert str(raised.value) == message


def test_of_several_parts_the_one_that_is_damaged_is_named(tmp_path):
    (tmp_path / "orders").mkdir()
    pq.write_table(arrow(), tmp_path / "orders" / "1.parquet")
    (tmp_path / "orders" / "2.parquet").write_bytes(b"PAR1")
    with market() as database, pytest.raises(SourceUnreadable) as raised:
        load(database, tmp_path)
    said = "orders/2.parquet cannot be read as Parquet: it is too short for a Parquet file."
    assert str(raised.value).splitlines()[0] == said


def test_a_parquet_file_that_breaks_off_leaves_the_market_as_it_was(tmp_path):
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"order_id": [f"O{n}" for n in range(5000)]}), path)
    content = bytearray(path.read_bytes())
    content[100:8000] = bytes(7900)  # the end, which says what is where, stays
    path.write_bytes(content)
    with market() as database:
        with pytest.raises(SourceUnreadable) as raised:
            load(database, path)
        assert str(raised.value).startswith("orders.parquet cannot be read: ")
        assert database.rows("select count(*) from orders") == [(0,)]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            pd.DataFrame({"order_id": ["O1", 2, {}]}),
            "orders: a DataFrame cannot be read as a table: ",
        ),
        (["O1"], "orders: a list cannot be read as a table: "),
        (pa.table([[1], [2]], names=["a", "A"]), "orders has more than one column called 'a'."),
    ],
)
def test_a_data_frame_that_is_none(frame, message):
    with market() as database, pytest.raises(SourceUnreadable) as raised:
        frames.frame_relation(database, frame, "orders")
    assert str(raised.value).startswith(message)


def test_parts_may_differ_in_their_columns(tmp_path):
    folder = Path(tmp_path / "orders")
    folder.mkdir()
    pq.write_table(pa.table({"order_id": ["O1"], "carrier": ["A"]}), folder / "1.parquet")
    pq.write_table(pa.table({"order_id": ["O2"], "ship_to": ["X"]}), folder / "2.parquet")
    with market() as database:
        load(database, tmp_path)
        assert database.rows("select carrier, ship_to from orders order by carrier") == [
            ("A", None),
            (None, "X"),
        ]
