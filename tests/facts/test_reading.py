"""What is found in a file, a folder or data frames, and what is said where nothing is."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from goodstanding.errors import ArgumentInvalid, GoodstandingError, SourceMissing, SourceUnreadable
from goodstanding.facts import reading
from tests.small_loads import count_of, load, market, texts


def found(source, **options) -> list[tuple[str, str]]:
    """Return table and name of each source."""
    with market() as database:
        sources = reading.sources_of(source, database=database, **options)
        reading.release(database, sources)
        return [(source.table.name, source.name) for source in sources]


def message(source, kind: type[GoodstandingError], **options) -> str:
    with market() as database, pytest.raises(kind) as raised:
        reading.sources_of(source, database=database, **options)
    return str(raised.value)


def test_a_folder_holds_a_table_per_file(tmp_path):
    (tmp_path / "orders.csv").write_text("order_id\nO1\n")
    (tmp_path / "Order-Lines.csv").write_text("order_id,line_no\nO1,1\n")
    pq.write_table(pa.table({"seller_id": ["S1"]}), tmp_path / "sellers.parquet")
    (tmp_path / ".orders.csv.swp").write_text("")
    (tmp_path / "_SUCCESS").write_text("")
    assert found(tmp_path) == [
        ("order_lines", "Order-Lines.csv"),
        ("orders", "orders.csv"),
        ("sellers", "sellers.parquet"),
    ]


def test_a_folder_holds_folders_of_part_files(tmp_path):
    for day in ("2018-01-01", "2018-01-02"):
        part = tmp_path / "orders" / f"export_day={day}"
        part.mkdir(parents=True)
        pq.write_table(pa.table({"order_id": [f"O{day}", None]}), part / "part-0.parquet")
        (part / "_committed").write_text("")
    (tmp_path / "sellers").mkdir()
    (tmp_path / "sellers" / "1.csv").write_text("seller_id\nS1\n")
    (tmp_path / "sellers" / "2.csv").write_text("seller_id,country\nS2,BR\n,BR\n")
    with market() as database:
        summary = load(database, tmp_path)
        assert count_of(summary, "orders") == (4, 2, 0, 2)
        assert count_of(summary, "sellers") == (3, 2, 0, 1)
        assert [(each.source, each.columns) for each in summary.left_out] == [
            ("orders/", ("export_day",))
        ]
        assert database.rows("select place from quarantine order by all") == [
            ("orders/export_day=2018-01-01/part-0.parquet row 2",),
            ("orders/export_day=2018-01-02/part-0.parquet row 2",),
            ("sellers/2.csv row 2",),
        ]


def test_a_folder_of_parts_may_be_named_itself(tmp_path):
    folder = tmp_path / "orders"
    folder.mkdir()
    (folder / "2018.csv").write_text("order_id\nO1\n")
    assert found(folder) == [("orders", "orders/2018.csv")]
    assert found(folder, table="orders") == [("orders", "orders/2018.csv")]


def test_a_table_can_be_named_where_the_file_does_not_say_it(tmp_path):
    path = tmp_path / "export-2018.csv"
    path.write_text("order_id\nO1\n")
    assert found(path, table="orders") == [("orders", "export-2018.csv")]
    assert found(pa.table({"order_id": ["O1"]}), table="orders") == [("orders", "orders")]


def test_an_orders_file_with_listings_holds_lines_too():
    rows = [
        {"order_id": "O1", "listing_id": "L1", "category_id": "", "quantity": "2"},
        {"order_id": "O2", "listing_id": "", "category_id": "C1", "quantity": ""},
        {"order_id": "O3", "listing_id": "", "category_id": "", "quantity": "1"},
    ]
    with market() as database:
        summary = load(database, texts(orders=rows))
        assert count_of(summary, "orders") == (3, 3, 0, 0)
        assert count_of(summary, "order_lines") == (2, 2, 0, 0)
        assert summary.left_out == ()
        assert database.rows(
            "select order_id, line_no, listing_id, category_id, quantity from order_lines "
            "join order_ids using (order_no) left join listing_ids using (listing_no) "
            "left join category_ids using (category_no) order by order_id"
        ) == [("O1", 1, "L1", None, 2), ("O2", 1, None, "C1", None)]


def test_lines_of_their_own_say_more_than_an_orders_listing():
    facts = texts(
        orders=[{"order_id": "O1", "listing_id": "L1"}],
        order_lines=[{"order_id": "O1", "line_no": "1", "listing_id": "L2"}],
    )
    with market() as database:
        summary = load(database, facts)
        assert count_of(summary, "order_lines") == (1, 1, 0, 0)
        assert [(each.source, each.columns) for each in summary.left_out] == [
            ("orders", ("listing_id",))
        ]


def test_a_source_that_is_not_there(tmp_path):
    (tmp_path / "exports").mkdir()
    assert message(tmp_path / "export", SourceMissing) == (
        f"'{tmp_path / 'export'}' does not exist.\nDid you mean '{tmp_path / 'exports'}'?"
    )
    assert message("/no/such/place", SourceMissing) == (
        "'/no/such/place' does not exist.\n"
        "There is no folder '/no/such' that can be read: check the path."
    )
    assert message(tmp_path / "orders.csv", SourceMissing) == (
        f"'{tmp_path / 'orders.csv'}' does not exist.\n"
        f"Check the path: folder '{tmp_path}' has exports."
    )
    assert message(tmp_path / "exports" / "orders.csv", SourceMissing).endswith(
        f"Folder '{tmp_path / 'exports'}' is empty: check the path."
    )


def test_of_a_folder_with_many_files_some_are_named(tmp_path):
    for number in range(9):
        (tmp_path / f"{number}.csv").touch()
    assert message(tmp_path / "orders", SourceMissing).endswith(
        f"folder '{tmp_path}' has 0.csv, 1.csv, 2.csv, 3.csv, 4.csv, 5.csv, 6.csv, 7.csv, …."
    )


@pytest.mark.parametrize("address", ["https://example.com/orders.csv", "s3://shop/orders/"])
def test_an_address_is_not_fetched(address):
    assert message(address, SourceMissing) == (
        f"'{address}' is an address, and nothing is fetched from the network.\n"
        "Download it, and name the file."
    )


@pytest.mark.parametrize("source", [".", "../orders"])
def test_the_current_folder_may_hold_the_parts_of_a_table(tmp_path, monkeypatch, source):
    folder = tmp_path / "orders"
    folder.mkdir()
    (folder / "part-1.csv").write_text("order_id\nO1\n")
    monkeypatch.chdir(folder)
    assert found(source) == [("orders", "part-1.csv" if source == "." else "orders/part-1.csv")]


def test_of_the_current_folder_the_files_are_named_and_the_way_to_say_what_they_are(
    tmp_path, monkeypatch
):
    folder = tmp_path / "export"
    (folder / "more").mkdir(parents=True)
    (folder / "part-1.csv").write_text("order_id\nO1\n")
    monkeypatch.chdir(folder)
    said = message(".", SourceMissing)
    assert said.startswith("folder '.' holds no table of facts. It has: more/, part-1.csv.\n")
    assert said.endswith("Of parts of one table say which it is: --table orders.")
    assert found(".", table="orders") == [("orders", "part-1.csv")]


def test_a_folder_without_a_table_says_what_was_looked_for(tmp_path):
    (tmp_path / "transactions.csv").write_text("id\n1\n")
    said = message(tmp_path, SourceMissing)
    assert said.startswith(
        f"folder '{tmp_path}' holds no table of facts. It has: transactions.csv.\n"
        "Looked for a file called as a table (.csv, .csv.gz, .parquet, .arrow, .feather), or a "
        "folder of such files. Tables of facts are: orders, order_lines, "
    )
    assert said.endswith(
        "Anything else is read with a mapping file or an adapter. "
        "Of parts of one table say which it is: --table orders."
    )


def test_a_folder_of_parts_without_parts(tmp_path):
    (tmp_path / "orders").mkdir()
    assert message(tmp_path, SourceMissing) == (
        "folder 'orders/' holds no file that can be read.\n"
        "A file ends in .csv, .csv.gz, .parquet, .arrow, .feather."
    )


def test_a_file_that_is_nearly_called_as_a_table(tmp_path):
    (tmp_path / "orders.csv").write_text("order_id\nO1\n")
    (tmp_path / "order_line.csv").write_text("order_id\nO1\n")
    assert message(tmp_path, SourceUnreadable) == (
        "'order_line.csv' is no table of facts; did you mean 'order_lines'?\n"
        "Rename it, or move it elsewhere."
    )


def test_a_file_of_another_format(tmp_path):
    path = tmp_path / "orders.xlsx"
    path.write_bytes(b"PK")
    assert message(path, SourceUnreadable) == (
        "'orders.xlsx' is not of a format that can be read.\n"
        "A file ends in .csv, .csv.gz, .parquet, .arrow, .feather."
    )


def test_a_file_whose_table_cannot_be_told(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("order_id\nO1\n")
    said = message(path, ArgumentInvalid)
    assert said.startswith(
        "what 'export.csv' holds cannot be told from the name.\n"
        "Say which table it is. Tables of facts are: orders, "
    )


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        (pa.table({}), {}, "what 'the data frame' holds cannot be told from the name."),
        ({}, {}, "what an empty mapping holds cannot be told from the name."),
        (
            {"a": pa.table({})},
            {"table": "order"},
            "there is no table 'order'.\nDid you mean 'orders'?",
        ),
        (
            {"a": pa.table({}), "b": pa.table({})},
            {"table": "orders"},
            "table 'orders' was named for 2 data frames.",
        ),
        (".", {"adapter": "olst"}, "there is no adapter 'olst'.\nDid you mean 'olist'?"),
        ({}, {"adapter": "olist"}, "adapter 'olist' reads a folder, not a dict."),
        (
            ".",
            {"adapter": "olist", "table": "orders"},
            "a table, a mapping and an adapter each say what a source holds.",
        ),
    ],
)
def test_arguments_that_make_no_sense(source, options, said):
    assert message(source, ArgumentInvalid, **options).startswith(said)


def test_what_was_read_before_an_error_is_let_go(tmp_path):
    (tmp_path / "orders.csv").write_text("order_id,carrier\nO1\n")
    (tmp_path / "sellers.csv").write_text("")
    with market() as database:
        with pytest.raises(SourceUnreadable):
            reading.sources_of(tmp_path, database=database)
        left = "select table_name from duckdb_tables() where temporary"
        assert database.rows(left) == []
