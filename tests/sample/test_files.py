from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from goodstanding.errors import ArgumentInvalid
from goodstanding.facts.catalogue import TABLES
from goodstanding.sample.files import ROW_GROUP, check_folder, schemas, table_files

COLUMNS = ("category_id", "parent_id", "name", "recorded_at")


def categories(first: int, last: int) -> pa.Table:
    ids = [f"C{number}" for number in range(first, last + 1)]
    nothing = pa.nulls(len(ids), pa.string())
    unknown = pa.nulls(len(ids), pa.timestamp("us"))
    return pa.table(dict(zip(COLUMNS, (ids, nothing, ids, unknown), strict=True)))


def write(folder: Path, *pieces: pa.Table) -> bytes:
    with table_files(folder, "a test") as files:
        for piece in pieces:
            files["categories"].add(piece)
    return (folder / "categories.parquet").read_bytes()


def test_there_is_a_file_for_every_table_and_one_for_the_truth(tmp_path: Path) -> None:
    write(tmp_path / "new" / "folder")
    names = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert names == {f"{table.name}.parquet" for table in TABLES} | {"truth.parquet"}
    assert set(schemas()) == {name.removesuffix(".parquet") for name in names}


def test_the_pieces_in_which_rows_arrive_do_not_change_the_file(tmp_path: Path) -> None:
    rows_n = 2 * ROW_GROUP + 5
    at_once = write(tmp_path / "a", categories(1, rows_n))
    in_pieces = write(
        tmp_path / "b",
        categories(1, 7),
        categories(8, ROW_GROUP + 1),
        categories(ROW_GROUP + 2, rows_n),
    )
    assert at_once == in_pieces
    groups = pq.read_metadata(tmp_path / "a" / "categories.parquet")
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [
        ROW_GROUP,
        ROW_GROUP,
        5,
    ]


def test_columns_beyond_the_catalogue_are_left_out(tmp_path: Path) -> None:
    rows = categories(1, 2).append_column("part", pa.array([0, 1]))
    write(tmp_path, rows)
    assert pq.read_table(tmp_path / "categories.parquet").column_names == list(COLUMNS)


def test_an_earlier_sample_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, categories(1, 5))
    check_folder(tmp_path)
    write(tmp_path, categories(1, 2))
    assert pq.read_table(tmp_path / "categories.parquet").num_rows == 2


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "mine.csv").write_text("a\n1\n")
    with pytest.raises(ArgumentInvalid) as refused:
        check_folder(tmp_path)
    assert str(refused.value) == (
        f"a sample cannot be written to '{tmp_path}': it holds 'mine.csv', "
        "which is not of an earlier sample.\n"
        "Name a new folder, or an empty one."
    )


@pytest.mark.parametrize("is_parquet", [True, False])
def test_facts_of_somebody_else_are_refused_even_under_a_name_of_ours(
    tmp_path: Path, is_parquet: bool
) -> None:
    path = tmp_path / "orders.parquet"
    if is_parquet:
        pq.write_table(pa.table({"order_id": ["1"]}), path)
    else:
        path.write_text("no Parquet at all")
    with pytest.raises(ArgumentInvalid, match=r"it holds 'orders\.parquet'"):
        check_folder(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(ArgumentInvalid, match="it is a file"):
        check_folder(tmp_path / "out")


def test_a_folder_that_cannot_be_made_is_an_error_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArgumentInvalid, match="Not a directory"):
        write(tmp_path / "file" / "out")


def test_nothing_is_left_when_it_fails_on_the_way(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    no_table = pa.table({"category_id": ["C1"]})
    with pytest.raises(KeyError):
        write(folder, categories(1, 3), no_table)
    assert list(folder.iterdir()) == []
