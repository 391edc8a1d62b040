"""One wrong source each, through the command: said in full, and nothing is lost or made."""

import pytest

from tests.cli.test_bad_input import all_of_it, refused

MADE = ("--time-zone", "UTC", "--currency", "USD")
KNOWN = "order_id,seller_id,placed_at"


def loads_nothing(run, tmp_path, arguments, *said):
    """Hold a first load and one into a market that is there to being refused."""
    refused(run("load", "--market", "first.duckdb", *arguments, *MADE), *said)
    assert not (tmp_path / "first.duckdb").exists()
    before = all_of_it(tmp_path / "market.duckdb")
    refused(run("load", *arguments), *said)
    assert all_of_it(tmp_path / "market.duckdb") == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "orders.csv",
            "order_idd,seller_id\nO1,S1\n",
            (
                "orders.csv: column 'order_idd' is not known; did you mean 'order_id'?",
                "goodstanding tables orders",
            ),
        ),
        (
            "orders.csv",
            "seller_id,placed_at\nS1,2018-01-01\n",
            ("orders.csv has no column 'order_id'", "It has: seller_id, placed_at."),
        ),
        ("orders.csv", "", ("orders.csv is empty.", "first line should name the columns")),
        ("orders.csv", b"\xff\xfe\x00order_id", ("orders.csv is not a text in UTF-8.",)),
        ("orders.parquet", "PAR1", ("orders.parquet cannot be read as Parquet",)),
        (
            "orders.xlsx",
            "anything",
            ("'orders.xlsx' is not of a format that can be read.", ".csv", ".parquet"),
        ),
        (
            "sales.csv",
            f"{KNOWN}\nO1,S1,2018-01-01\n",
            ("'sales.csv' holds cannot be told from the name.", "Tables of facts are: orders"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_file_that_cannot_be_loaded(run, market, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    loads_nothing(run, tmp_path, ("--from", name), *said)


def test_a_source_that_is_not_there(run, market, exports, tmp_path):
    arguments = ("--from", "exprots")
    loads_nothing(run, tmp_path, arguments, "'exprots' does not exist.", "Did you mean 'exports'?")


def test_an_address_is_told_as_it_was_given(run, market, tmp_path):
    arguments = ("--from", "https://example.com/orders.csv")
    said = ("'https://example.com/orders.csv' is an address", "Download it, and name the file.")
    loads_nothing(run, tmp_path, arguments, *said)


def test_a_folder_without_any_table(run, market, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.csv").write_text("x\n1\n")
    said = ("folder 'photos' holds no table of facts. It has: cat.csv.",)
    loads_nothing(run, tmp_path, ("--from", "photos"), *said)


def test_a_folder_with_a_file_that_is_nearly_a_table(run, market, exports, tmp_path):
    (exports / "orders.csv").rename(exports / "ordrs.csv")
    said = ("'ordrs.csv' is no table of facts; did you mean 'orders'?", "Rename it")
    loads_nothing(run, tmp_path, ("--from", "exports"), *said)


def test_a_table_that_there_is_not(run, market, exports, tmp_path):
    arguments = ("--from", "exports/orders.csv", "--table", "ordes")
    said = ("there is no table 'ordes'.", "Did you mean 'orders'?")
    loads_nothing(run, tmp_path, arguments, *said)


def test_a_mapping_file_that_is_missing_or_broken(run, market, exports, tmp_path):
    arguments = ("--from", "exports", "--mapping", "map.toml")
    loads_nothing(run, tmp_path, arguments, "mapping file 'map.toml' does not exist.")
    (tmp_path / "map.toml").write_text("orders = [\n")
    loads_nothing(run, tmp_path, arguments, "1 problem:", "map.toml", "not TOML")


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("O1,S1,yesterday,,\n", "placed_at", "yesterday"),
        ("O1,S1,2018-01-01,me,\n", "cancelled_by", "not one of buyer, seller, platform, unknown"),
        ("O1,S1,1890-01-01,,\n", "placed_at", "out of range: days from 1990-01-01 to 2099-12-31"),
        ("O1,S1,2018-01-01,,1.5\n", "amount_minor", "1.5"),
        (",S1,2018-01-01,,\n", "order_id", "missing, and part of the key"),
    ],
)
def test_a_value_that_cannot_be_goes_to_quarantine_or_stops_a_strict_load(
    run, market, tmp_path, line, column, reason
):
    (tmp_path / "orders.csv").write_text(f"{KNOWN},cancelled_by,amount_minor\n{line}")
    before = all_of_it(market)
    refused(run("load", "--from", "orders.csv", "--strict"), "Nothing was loaded", column)
    assert all_of_it(market) == before
    done = run("load", "--from", "orders.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "orders     1    0            0            1" in done.stdout
    assert column in done.stdout
    shown = run("quarantine", "show").stdout
    assert "orders.csv row 1" in shown
    assert column in shown
    assert reason in shown


def test_a_column_that_is_left_out_is_named_or_stops_a_strict_load(run, market, tmp_path):
    (tmp_path / "orders.csv").write_text(f"{KNOWN},colour\nO1,S1,2018-01-01,red\n")
    refused(
        run("load", "--from", "orders.csv", "--strict"),
        "columns would be left out: orders.csv: colour.",
        "Nothing was loaded",
    )
    done = run("load", "--from", "orders.csv")
    assert "Columns left out, as no table has them:\n  orders.csv: colour\n" in done.stdout
