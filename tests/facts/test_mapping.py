"""Mapping files: what they make of somebody else's columns, and what is said of their mistakes."""

from pathlib import Path

import pyarrow as pa
import pytest

from goodstanding.errors import MappingInvalid, SourceMissing, SourceUnreadable
from goodstanding.facts import mapping, patterns, quarantine
from goodstanding.facts.times import NO_INSTANT
from tests.small_loads import NOW, count_of, load, market, texts

SALES = texts(
    sales=[
        {
            "transaction": "T1",
            "shop": "7",
            "Order Date": "2018-01-05",
            "price": "19.99",
            "state": "sale",
            "rating": "4",
        },
        {
            "transaction": "T2",
            "shop": "8",
            "Order Date": "",
            "price": "",
            "state": "test",
            "rating": "",
        },
        {
            "transaction": "T3",
            "shop": "",
            "Order Date": "2018-01-06",
            "price": "free",
            "state": "sale",
            "rating": "5",
        },
    ]
)


STANDS_ALONE = (
    "A column stands alone as a condition where it says only true, false, 1, 0, yes, no or nothing."
)


def written(folder: Path, text: str) -> Path:
    path = folder / "shop.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str, source=SALES) -> list[str]:
    with market() as database, pytest.raises(MappingInvalid) as raised:
        load(database, source, mapping=written(folder, text))
    return [str(problem) for problem in raised.value.problems]


def test_expressions_make_canonical_columns(tmp_path):
    text = """
        [orders]
        file = "sales"
        where = "state <> 'test'"
        leave_out = ["rating"]
        order_id = "join('web/', transaction)"
        seller_id = "join('S', shop)"
        placed_at = '"Order Date"'
        amount_minor = "price * 100"
        currency = "'EUR'"
        cancelled_by = "if(state = 'test', 'platform', '')"
    """
    with market() as database:
        summary = load(database, SALES, mapping=written(tmp_path, text))
        assert count_of(summary, "orders") == (2, 1, 0, 1)
        assert summary.left_out == ()
        assert database.rows(
            "select order_id, seller_id, cast(placed_at as date)::varchar, amount_minor, currency, "
            "cancelled_by from orders join order_ids using (order_no) join seller_ids using "
            "(seller_no)"
        ) == [("web/T1", "S7", "2018-01-05", 1999, "EUR", None)]
        ((place, column, row),) = database.rows(
            "select place, column_name, row_text from quarantine"
        )
    assert (place, column) == ("sales row 3", "amount_minor")
    assert '"amount_minor":{"price":"free"}' in row  # what the file said, not what it came to


def test_quarantine_shows_what_the_source_said_where_it_could_not_be_worked_out(tmp_path):
    text = """
        [orders]
        file = "sales"
        order_id = "if(known(shop), join(shop, '/', transaction), transaction)"
        paid_at = '"Order Date"'
        amount_minor = "price * 100"
    """
    with market() as database:
        load(database, SALES, mapping=written(tmp_path, text))
        (shown,) = quarantine.show_quarantine(database).to_pylist()
    assert (shown["column_name"], shown["value"]) == ("amount_minor", '{"price":"free"}')
    assert '"order_id":{"shop":"","transaction":"T3"}' in shown["row_text"]


def test_columns_with_canonical_names_need_not_be_said(tmp_path):
    rows = texts(
        sales=[{"order_id": "O1", "seller_id": "7", "carrier": "A", "mood": "x", "price": "1"}]
    )
    text = """
        orders = { file = "sales", seller_id = "join('S', seller_id)", leave_out = ["carrier"] }
    """
    with market() as database:
        summary = load(database, rows, mapping=written(tmp_path, text))
        assert [each.columns for each in summary.left_out] == [("mood", "price")]
        assert database.rows(
            "select seller_id, carrier from orders join seller_ids using (seller_no)"
        ) == [("S7", None)]


def test_a_column_that_is_taken_as_it_is_keeps_its_type(tmp_path):
    rows = {"sales": pa.table({"no": [1], "at": pa.array([NOW], pa.timestamp("us", "UTC"))})}
    text = '[orders]\nfile = "sales"\norder_id = "no"\nplaced_at = "at"'
    with market("America/Sao_Paulo") as database:
        load(database, rows, mapping=written(tmp_path, text))
        assert database.rows("select placed_at from orders") == [(NOW,)]


def test_times_in_other_ways_are_read_or_go_to_quarantine_with_their_text(tmp_path):
    rows = texts(
        sales=[
            {"no": "O1", "paid": "31/01/2026 10:00", "sent": "1769950800", "due": "5/2/2026"},
            {"no": "O2", "paid": "01/31/2026 10:00", "sent": "soon", "due": "29/2/2026"},
            {"no": "O3", "paid": "2026-01-31", "sent": "", "due": ""},
        ]
    )
    text = """
        [orders]
        file = "sales"
        order_id = "no"
        paid_at = "instant(paid, 'DD/MM/YYYY hh:mm')"
        shipped_at = "epoch(sent)"
        ship_by = "instant(due, 'D/M/YYYY')"
    """
    with market("Europe/Berlin") as database:
        load(database, rows, mapping=written(tmp_path, text))
        kept = database.rows("select paid_at, shipped_at, ship_by from orders")
        refused = quarantine.show_quarantine(database).to_pylist()
    assert [[str(each) for each in row] for row in kept] == [
        ["2026-01-31 09:00:00", "2026-02-01 13:00:00", "2026-02-05 22:59:59.999999"]
    ]
    assert [(each["place"], each["column_name"], each["value"]) for each in refused] == [
        ("sales row 2", "paid_at", '{"paid":"01/31/2026 10:00"}'),
        ("sales row 2", "ship_by", '{"due":"29/2/2026"}'),
        ("sales row 2", "shipped_at", '{"sent":"soon"}'),
        ("sales row 3", "paid_at", '{"paid":"2026-01-31"}'),
    ]
    assert {each["reason"] for each in refused} == {NO_INSTANT}


def test_several_files_and_several_tables(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "web-1.csv").write_text("no,stars\nO1,5\n")
    (tmp_path / "in" / "web-2.csv").write_text("no,stars\nO2,4\n")
    (tmp_path / "in" / "shop.csv").write_text("id,seller\nO3,S1\n")
    (tmp_path / "in" / "sellers.csv").write_text("seller_id\nS1\n")
    text = """
        [[orders]]
        file = "web-*.csv"
        order_id = "no"
        leave_out = ["stars"]

        [[orders]]
        file = "shop"
        order_id = "id"
        seller_id = "seller"

        [sellers]
    """
    with market() as database:
        summary = load(database, tmp_path / "in", mapping=written(tmp_path, text))
        assert {each.table: each.kept for each in summary.tables} == {"orders": 3, "sellers": 1}
        assert summary.left_out == ()


def test_one_file_needs_no_name(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("no\nO1\n")
    with market() as database:
        mapped = written(tmp_path, '[orders]\norder_id = "no"\n')
        assert load(database, path, mapping=mapped).kept == 1


def test_lines_of_a_mapped_file_that_are_no_rows_go_to_quarantine(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("no,shop\nO1,S1\nO2\n")
    with market() as database:
        mapped = written(tmp_path, '[orders]\norder_id = "no"\nseller_id = "shop"\n')
        assert count_of(load(database, path, mapping=mapped), "orders") == (2, 1, 0, 1)


def test_a_mapping_may_say_when_a_row_was_recorded(tmp_path):
    rows = texts(sales=[{"no": "O1", "noted": "2018-02-03T04:05:06Z"}])
    text = '[orders]\nfile = "sales"\norder_id = "no"\nrecorded_at = "noted"'
    with market() as database:
        load(database, rows, mapping=written(tmp_path, text))
        assert database.rows("select recorded_at::varchar from orders") == [
            ("2018-02-03 04:05:06",)
        ]


def test_every_mistake_comes_at_once_with_its_line(tmp_path):
    text = """[orders]
file = "sales"
order_id = "transacton"
seller_id = "shop +"
placd_at = "created"
amount_minor = "upper(prise) * rate"
paid_at = 3.5
ship_by = "instant(state, 'DD/MM/YY')"

[order]
order_id = "transaction"

[sellers]
file = "shops"
"""
    known = "Known: Order Date, price, rating, shop, state, transaction."
    functions = "Known: epoch, epoch_ms, if, instant, join, known, missing."
    assert problems(tmp_path, text) == [
        (
            "shop.toml:3  orders.order_id: there is no column 'transacton'. (sales)\n"
            f"    Did you mean 'transaction'? {known}"
        ),
        "shop.toml:4  orders.seller_id: The expression ends too early.",
        (
            "shop.toml:5  orders.placd_at: orders has no column 'placd_at'.\n"
            "    Did you mean 'placed_at'? Known: amount_minor, buyer_id, cancel_reason, "
            "cancelled_at, cancelled_by, carrier, category_id, closed_at, currency, deliver_by, "
            "delivered_at, extra, …."
        ),
        f"shop.toml:5  orders.placd_at: there is no column 'created'. (sales)\n    {known}",
        (
            "shop.toml:6  orders.amount_minor: there is no column 'prise'. (sales)\n"
            f"    Did you mean 'price'? {known}"
        ),
        (
            "shop.toml:6  orders.amount_minor: there is no column 'rate'. (sales)\n"
            f"    Did you mean 'state'? {known}"
        ),
        (
            "shop.toml:6  orders.amount_minor: there is no function 'upper' in a mapping. (sales)"
            f"\n    {functions}"
        ),
        (
            "shop.toml:7  orders.paid_at: an expression is expected.\n"
            '    Write an expression over the file\'s columns in quotes, such as "price * 100".'
        ),
        (
            "shop.toml:8  orders.ship_by: 'YY' in 'DD/MM/YY' is no part of an instant. A year of "
            f"two digits may be one of several. (sales)\n    {patterns.KNOWN}"
        ),
        (
            "shop.toml:10  order: there is no table 'order'.\n"
            "    Did you mean 'orders'? Known: buyers, categories, chargebacks, disputes, "
            "exclusions, feedback, findings, incidents, listings, messages, order_lines, orders, …."
        ),
        "shop.toml:13  sellers: there is no file 'shops'.\n    Known: sales.",
    ]


def test_every_mistake_about_the_source_comes_at_once_with_its_line(tmp_path):
    text = """[orders]
file = "sales"
where = "price"
leave_out = ["mood"]
seller_id = "shp"
amount_minor = "'a' * 100"

[sellers]
file = "shops"
seller_id = "shop"
"""
    known = "Known: Order Date, price, rating, shop, state, transaction."
    assert problems(tmp_path, text) == [
        ("shop.toml:1  orders: order_id is not said, and orders are told apart by order_id."),
        f"shop.toml:1  orders.leave_out: there is no column 'mood' (sales)\n    {known}",
        (
            "shop.toml:3  orders.where: a condition is expected here, and 'price' is '19.99' in "
            f"sales row 1.\n    Such as price = '19.99', or known(price). {STANDS_ALONE}"
        ),
        (
            f"shop.toml:5  orders.seller_id: there is no column 'shp'. (sales)\n"
            f"    Did you mean 'shop'? {known}"
        ),
        (
            "shop.toml:6  orders.amount_minor: a number is expected here. (sales)\n"
            "    A column, a number, or a calculation."
        ),
        "shop.toml:8  sellers: there is no file 'shops'.\n    Known: sales.",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "shop.toml  there is no table in it.\n    Begin with [orders], for example."),
        ("orders = 1\n", "shop.toml  orders: a table is expected."),
        ("orders = [1]\n", "shop.toml  orders: a table is expected."),
        ("[orders]\nfile = 1\n", "shop.toml:2  orders.file: a file's name is expected."),
        (
            "[orders]\nleave_out = 'a'\n",
            "shop.toml:2  orders.leave_out: a list of columns is expected.",
        ),
        ('[[orders]]\norder_id = "a b"\n', "shop.toml:2  orders.order_id: 'b' follows where"),
        (
            '[[orders]]\nfile = "a"\n[[orders]]\n[[orders]]\nfil = "b"\n',
            "shop.toml:5  orders.fil: orders has no column 'fil'.\n    Did you mean 'file'?",
        ),
    ],
)
def test_a_mapping_file_that_makes_no_sense(tmp_path, text, problem):
    assert str(mapping.read(written(tmp_path, text)).problems[0]).startswith(problem)


def test_a_mapping_file_that_is_no_toml(tmp_path):
    with pytest.raises(MappingInvalid) as raised:
        mapping.read(written(tmp_path, "[orders\n"))
    said = "shop.toml:1  this is not TOML: Expected ']' at the end of a table"
    assert str(raised.value.problems[0]).startswith(said)


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("", '[sellers]\nseller_id = "a"\n', "no file is called as the table; say which it is"),
        ("", "[orders]\n[buyers]\n", "no file is called as the table; say which it is"),
    ],
)
def test_a_table_without_a_file(tmp_path, file, text, problem):
    two = texts(orders=[{"order_id": "O1"}], sales=[{"a": "1"}])
    (said,) = problems(tmp_path, text, two)
    assert problem in said
    assert "There are: orders, sales." in said


def test_a_column_that_nearly_has_a_canonical_name_is_still_an_error(tmp_path):
    rows = texts(sales=[{"no": "O1", "paid": "2018-01-01", "Seller ID": "S1", "x": "1"}])
    text = '[orders]\nfile = "sales"\norder_id = "no"\nleave_out = ["x"]\n'
    assert problems(tmp_path, text, rows) == [
        (
            "shop.toml:1  orders: nothing is said of column 'Seller ID'; did you mean 'seller_id'? "
            "(sales)\n    Write seller_id = '\"Seller ID\"', or, where it is something else, "
            'leave_out = ["x", "Seller ID"].'
        ),
        (
            "shop.toml:1  orders: nothing is said of column 'paid'; did you mean 'paid_at'? "
            '(sales)\n    Write paid_at = "paid", or, where it is something else, '
            'leave_out = ["x", "paid"].'
        ),
    ]
    hinted = text.replace('"x"', '"x", "paid"') + "seller_id = '\"Seller ID\"'"
    with market() as database:
        assert load(database, rows, mapping=written(tmp_path, hinted)).kept == 1


def test_what_is_wrong_with_the_mapping_comes_before_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("no\n1\n")
    (tmp_path / "in" / "b.csv").write_text("")
    text = '[[orders]]\nfile = "a.csv"\norder_id = "nr"\n[[orders]]\nfile = "b.csv"\n'
    (said,) = problems(tmp_path, text, tmp_path / "in")
    assert "shop.toml:3  orders.order_id: there is no column 'nr'." in said
    with market() as database, pytest.raises(SourceUnreadable, match=r"b\.csv is empty"):
        load(database, tmp_path / "in", mapping=written(tmp_path, text.replace("nr", "no")))


def test_a_mapping_file_that_is_not_there_or_no_text_says_what_to_do(tmp_path):
    written(tmp_path, "")
    for name, hint in (
        ("sohp.toml", f"Did you mean '{tmp_path / 'shop.toml'}'?"),
        ("nothere.toml", f"Check the path: folder '{tmp_path}' has shop.toml."),
    ):
        with pytest.raises(SourceMissing) as raised:
            mapping.read(tmp_path / name)
        said = f"mapping file '{tmp_path / name}' does not exist.\n{hint}"
        assert str(raised.value) == said
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceUnreadable, match=r"it is no text in UTF-8\.\nSave it as TOML"):
        mapping.read(tmp_path / "bytes.toml")
    with pytest.raises(SourceUnreadable, match="is a folder"):
        mapping.read(tmp_path)


@pytest.mark.parametrize(
    "where", ["state", "not state", "state and known(price)", "known(price) and state = true"]
)
def test_a_column_that_says_something_else_is_no_condition(tmp_path, where):
    text = f"""[orders]
file = "sales"
where = "{where}"
order_id = "transaction"
"""
    said = (
        "shop.toml:3  orders.where: a condition is expected here, and 'state' is 'sale' in "
        f"sales row 1.\n    Such as state = 'sale', or known(state). {STANDS_ALONE}"
    )
    assert problems(tmp_path, text) == [said]


def test_a_column_of_yes_and_no_is_a_condition(tmp_path):
    source = texts(
        sales=[
            {"transaction": "T1", "is_test": "no"},
            {"transaction": "T2", "is_test": "Yes"},
            {"transaction": "T3", "is_test": ""},
        ]
    )
    text = '[orders]\nfile = "sales"\nwhere = "not is_test"\norder_id = "transaction"\n'
    with market() as database:
        summary = load(database, source, mapping=written(tmp_path, text))
    assert count_of(summary, "orders") == (1, 1, 0, 0)


def test_a_condition_over_a_column_that_is_not_there_names_it(tmp_path):
    text = '[orders]\nfile = "sales"\nwhere = "stat"\norder_id = "transaction"\n'
    (said,) = problems(tmp_path, text)
    assert "shop.toml:3  orders.where: there is no column 'stat'." in said
