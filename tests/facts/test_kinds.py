"""How each kind of column is read, from text and from types."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import ArgumentInvalid
from goodstanding.facts import kinds, times
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.checking import MISSING_KEY, checked
from goodstanding.facts.store import Settings, check_settings


def read(
    table: str, column: str, values: pa.Array, zone: str = "UTC"
) -> list[tuple[Any, str | None]]:
    """Return what each value is read as, and the reason against it."""
    database = DuckDB.open(None)
    try:
        keys = {name: pa.array(["2018-01-01"] * len(values)) for name in BY_NAME[table].key}
        frame = pa.table(keys | {column: values, "place": pa.array(["here"] * len(values))})
        database.register("frame", frame)
        query = "select * from frame"
        types = {str(name): str(kind) for name, kind, *_ in database.rows(f"describe {query}")}
        sql = checked(BY_NAME[table], query, types, zone)
        found = database.rows(
            f"select {column}, list_filter(problems, lambda p: p.column_name = '{column}') "
            f"from ({sql})"
        )
        return [(value, None if not why else why[0]["reason"]) for value, why in found]
    finally:
        database.close()


def one(table: str, column: str, value: Any, zone: str = "UTC", type_: Any = None) -> Any:
    """Return what a value is read as; fails where there is a reason against it."""
    ((found, why),) = read(table, column, pa.array([value], type_), zone)
    assert why is None
    return found


def reason(table: str, column: str, value: Any, type_: Any = None) -> str | None:
    ((_, why),) = read(table, column, pa.array([value], type_))
    return why


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2018-07-31T12:00:00", "2018-07-31T15:00:00"),
        ("2018-07-31 12:00:00", "2018-07-31T15:00:00"),
        ("2018-07-31T12:00", "2018-07-31T15:00:00"),
        ("2018-07-31", "2018-07-31T03:00:00"),
        (" 2018-07-31 ", "2018-07-31T03:00:00"),
        ("2018-07-31T12:00:00.123456", "2018-07-31T15:00:00.123456"),
        ("2018-07-31T12:00:00.123456789", "2018-07-31T15:00:00.123456"),
        ("2018-07-31T12:00:00Z", "2018-07-31T12:00:00"),
        ("2018-07-31T12:00:00z", "2018-07-31T12:00:00"),
        ("2018-07-31 12:00:00 Z", "2018-07-31T12:00:00"),
        ("2018-07-31T12:00:00+02:00", "2018-07-31T10:00:00"),
        ("2018-07-31T12:00:00+0530", "2018-07-31T06:30:00"),
        ("2018-07-31T12:00:00-03", "2018-07-31T15:00:00"),
        ("2018-07-31T23:59:59.5-09:30", "2018-08-01T09:29:59.500000"),
        # In Sao Paulo summer began at midnight: 2018-11-04 had no hour from 0 to 1.
        ("2018-11-04", "2018-11-04T03:00:00"),
    ],
)
def test_a_text_is_an_instant_with_an_offset_or_in_the_markets_zone(text, instant):
    assert one("orders", "placed_at", text, "America/Sao_Paulo") == at(instant)


@pytest.mark.parametrize(
    "text",
    [
        "31/07/2018",
        "2018-7-31",
        "2018-07-32",
        "2018-02-29",
        "2018-07-31T24:00:00",
        "2018-07-31T12:60:00",
        "2018-07-31T12",
        "2018-07-31T12:00:00+25:00",
        "2018-07-31T12:00:00 Europe/Berlin",
        "20180731",
        "1533038400",
        "infinity",
        "now",
        "soon",
    ],
)
def test_other_texts_are_no_instants(text):
    assert reason("orders", "placed_at", text) == times.NO_INSTANT


@pytest.mark.parametrize("text", ["1989-12-31T23:59:59", "2100-01-01", "9999-12-31", "0001-01-01"])
def test_an_instant_outside_the_days_understood_is_out_of_range(text):
    assert reason("orders", "placed_at", text) == times.OUT_OF_RANGE


@pytest.mark.parametrize("text", ["1990-01-01T00:00:00", "2099-12-31T23:59:59.999999"])
def test_the_first_and_the_last_instant_are_understood(text):
    assert one("orders", "placed_at", text) == at(text)


@pytest.mark.parametrize("blank", ["", "   ", None])
@pytest.mark.parametrize("column", [c.name for c in BY_NAME["disputes"].values])
def test_blank_is_silent(column, blank):
    assert one("disputes", column, blank, type_=pa.string()) is None


TYPED_NOON = [
    (pa.timestamp("us"), at("2018-07-31T12:00:00"), "2018-07-31T15:00:00"),
    (pa.timestamp("ns"), at("2018-07-31T12:00:00"), "2018-07-31T15:00:00"),
    (pa.timestamp("s"), at("2018-07-31T12:00:00"), "2018-07-31T15:00:00"),
    (pa.timestamp("us", "UTC"), at("2018-07-31T12:00:00+00:00"), "2018-07-31T12:00:00"),
    (pa.timestamp("us", "Asia/Tokyo"), at("2018-07-31T12:00:00+00:00"), "2018-07-31T12:00:00"),
    (pa.date32(), date(2018, 7, 31), "2018-07-31T03:00:00"),
]


@pytest.mark.parametrize(("type_", "value", "instant"), TYPED_NOON, ids=str)
def test_a_typed_instant_is_taken_by_its_type(type_, value, instant):
    assert one("orders", "placed_at", value, "America/Sao_Paulo", type_) == at(instant)


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_typed_instant_may_count_in_any_unit(unit, zone):
    noon = at("2018-07-31T12:00:00") if zone is None else at("2018-07-31T12:00:00+00:00")
    type_ = pa.timestamp(unit, zone)
    assert one("orders", "placed_at", noon, "UTC", type_) == at("2018-07-31T12:00:00")
    assert one("orders", "ship_by", noon, "UTC", type_) == at("2018-07-31T12:00:00")


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_nanoseconds_are_cut_off_and_never_rounded_into_the_next_day(zone):
    last = pa.array([1533081599_999_999_999]).cast(pa.timestamp("ns", zone))
    assert read("orders", "placed_at", last) == [(at("2018-07-31T23:59:59.999999"), None)]


def test_a_number_is_no_instant():
    assert reason("orders", "placed_at", 20180731) == times.NO_INSTANT


@pytest.mark.parametrize(
    ("given", "last"),
    [
        ("2018-07-31", "2018-08-01T02:59:59.999999"),
        ("2018-07-31T00:00:00", "2018-08-01T02:59:59.999999"),
        ("2018-07-31T00:00:00-03:00", "2018-08-01T02:59:59.999999"),
        ("2018-07-31T03:00:00Z", "2018-08-01T02:59:59.999999"),
        ("2018-07-31T00:00:00Z", "2018-07-31T00:00:00"),
        ("2018-07-31T00:00:01", "2018-07-31T03:00:01"),
        ("2018-07-31T12:00:00", "2018-07-31T15:00:00"),
        # The day on which summer time begins lasts 23 hours, and begins at one.
        ("2018-11-04", "2018-11-05T01:59:59.999999"),
        ("2018-11-04T01:00:00", "2018-11-05T01:59:59.999999"),
    ],
)
def test_a_deadline_that_starts_a_day_lasts_to_that_days_end(given, last):
    assert one("orders", "ship_by", given, "America/Sao_Paulo") == at(last)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (pa.date32(), date(2018, 7, 31)),
        (pa.timestamp("us"), at("2018-07-31T00:00:00")),
        (pa.timestamp("us", "UTC"), datetime(2018, 7, 31, tzinfo=timezone(timedelta(hours=-3)))),
    ],
)
def test_a_typed_deadline_lasts_to_its_days_end_too(type_, value):
    found = one("orders", "ship_by", value, "America/Sao_Paulo", type_)
    assert found == at("2018-08-01T02:59:59.999999")


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("2018-07-31", pa.string()),
        ("2018-07-31 00:00:00", pa.string()),
        (date(2018, 7, 31), pa.date32()),
        (at("2018-07-31T00:00:00"), pa.timestamp("us")),
    ],
)
def test_a_day_is_a_day_in_whichever_way_it_is_given(value, type_):
    assert one("incidents", "first_on", value, type_=type_) == date(2018, 7, 31)


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("2018-07-31T12:00:00", pa.string()),
        ("2018-07-31T00:00:00Z", pa.string()),
        ("July", pa.string()),
        (at("2018-07-31T12:00:00"), pa.timestamp("us")),
        (datetime(2018, 7, 31, tzinfo=UTC), pa.timestamp("us", "UTC")),
    ],
)
def test_an_instant_is_no_day(value, type_):
    assert reason("incidents", "first_on", value, type_) == times.NO_DAY


def test_a_day_can_be_out_of_range():
    assert reason("incidents", "first_on", "1066-10-14") == times.OUT_OF_RANGE


@pytest.mark.parametrize("text", ["seller", "Seller", " SELLER "])
def test_a_code_is_read_without_regard_to_capitals_and_spaces(text):
    assert one("orders", "cancelled_by", text) == "seller"


def test_a_code_outside_its_list_is_told_the_list():
    why = reason("orders", "cancelled_by", "vendor")
    assert why == "not one of buyer, seller, platform, unknown"


def test_a_code_may_be_a_category_of_a_data_frame():
    found = read("orders", "cancelled_by", pa.array(["seller", "buyer"]).dictionary_encode())
    assert found == [("seller", None), ("buyer", None)]


@pytest.mark.parametrize(("text", "code"), [("EUR", "EUR"), (" USD ", "USD"), ("DEM", "DEM")])
def test_a_currency_is_an_iso_code(text, code):
    assert one("orders", "currency", text) == code
    assert one("rates", "from_currency", text) == code


@pytest.mark.parametrize("text", ["eur", "QQQ", "dollars", "€", "EURO", "XXX", "978"])
def test_what_is_no_currency(text):
    assert reason("orders", "currency", text) == kinds.NO_CURRENCY
    assert reason("rates", "to_currency", text) == kinds.NO_CURRENCY
    with pytest.raises(ArgumentInvalid, match="is not an ISO 4217 code"):
        check_settings(Settings(time_zone="UTC", currency=text))


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        ("S1", pa.string(), "S1"),
        (" S1", pa.string(), " S1"),
        ("007", pa.string(), "007"),
        (7, pa.int64(), "7"),
        (2**70, pa.decimal128(30, 0), str(2**70)),
        (7.0, pa.float64(), "7"),
        ("S1", pa.large_string(), "S1"),
    ],
)
def test_an_id_is_kept_as_it_is_written(value, type_, text):
    assert one("orders", "seller_id", value, type_=type_) == text


@pytest.mark.parametrize("value", [7.5, float("nan"), float("inf")])
def test_a_fraction_is_no_id(value):
    assert reason("orders", "seller_id", value) == kinds.NO_ID


def test_a_text_keeps_its_spaces():
    assert one("feedback", "comment", "  fine, thanks ") == "  fine, thanks "


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("-7", -7),
        ("+7", 7),
        ("007", 7),
        (7, 7),
        (7.0, 7),
        (Decimal("7.00"), 7),
    ],
)
def test_whole_numbers(value, number):
    assert one("order_lines", "quantity", value) == number
    assert one("orders", "amount_minor", value) == number


@pytest.mark.parametrize(
    "value",
    ["7.0", "15.50", "1e3", "1,000", "seven", "0x10", 7.5, float("nan"), Decimal("7.50")],
)
def test_what_is_not_a_whole_number(value):
    assert reason("order_lines", "quantity", value) == kinds.NO_WHOLE
    assert reason("orders", "amount_minor", value) == kinds.NO_MONEY


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("9" * 20, None),
        ("-" + "9" * 50, None),
        ("9223372036854775808", None),
        (1e20, pa.float64()),
        (-1e300, pa.float64()),
        (2**63, pa.uint64()),
        (Decimal(10**30), pa.decimal128(38, 0)),
    ],
)
def test_a_whole_number_that_is_too_large_is_told_so(value, type_):
    assert reason("order_lines", "quantity", value, type_) == kinds.TOO_LARGE
    assert reason("orders", "amount_minor", value, type_) == kinds.TOO_LARGE


def test_the_largest_whole_number_is_kept():
    assert one("orders", "amount_minor", "9223372036854775807") == 2**63 - 1


@pytest.mark.parametrize(
    ("value", "type_"),
    [("1000000", None), ("-1000000", None), (1e20, pa.float64()), (10**16, pa.int64())],
)
def test_points_that_are_too_many_are_told_so(value, type_):
    assert reason("violations", "points", value, type_) == kinds.TOO_MANY_POINTS


@pytest.mark.parametrize(
    ("value", "type_", "hundredths"),
    [
        ("5", None, 500),
        ("1", None, 100),
        ("4.5", None, 450),
        ("4.35", None, 435),
        ("4.350", None, 435),
        (4, pa.int8(), 400),
        (4.1, pa.float64(), 410),
        (4.35, pa.float32(), 435),
        (Decimal("4.35"), pa.decimal128(3, 2), 435),
    ],
)
def test_stars_become_hundredths(value, type_, hundredths):
    assert one("feedback", "stars", value, type_=type_) == hundredths


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "0.99",
        "5.01",
        "6",
        "-1",
        "4.355",
        "4,5",
        "five",
        "4.000001",
        "1e0",
        0,
        6,
        4.355,
        4.0000001,
        -4.0,
    ],
)
def test_what_is_not_stars(value):
    assert reason("feedback", "stars", value) == kinds.NO_STARS


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("2", "2"),
        ("0.5", "0.5"),
        ("-1.125", "-1.125"),
        ("999999.999", "999999.999"),
        (6, "6"),
        (0.1, "0.1"),
    ],
)
def test_points_are_exact(value, points):
    assert one("violations", "points", value) == Decimal(points)


@pytest.mark.parametrize(
    "value",
    ["0.1234", "two", "1e2", 0.0001, 1.2340001, 1.00000001, Decimal("1.0000001"), "1.0000001"],
)
def test_what_is_not_points(value):
    assert reason("violations", "points", value) == kinds.NO_POINTS


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        ("true", True),
        ("No", False),
        ("1", True),
        ("0", False),
        ("YES", True),
        (1, True),
        (False, False),
    ],
)
def test_flags(value, flag):
    assert one("refunds", "is_statutory", value) is flag


@pytest.mark.parametrize("value", ["maybe", "2", "t", 2])
def test_what_is_not_a_flag(value):
    assert reason("refunds", "is_statutory", value) == kinds.NO_FLAG


def test_a_column_of_nothing_is_silent_whatever_its_type():
    assert read("orders", "placed_at", pa.nulls(2)) == [(None, None), (None, None)]
    assert read("orders", "placed_at", pa.nulls(1, pa.int32())) == [(None, None)]


def test_a_row_gets_every_reason_and_its_text():
    database = DuckDB.open(None)
    query = "select '' as order_id, 'soon' as paid_at, 'x' as amount_minor, 'a.csv row 3' as place"
    types = dict.fromkeys(("order_id", "paid_at", "amount_minor"), "VARCHAR")
    sql = checked(BY_NAME["orders"], query, types, "UTC")
    ((place, problems, row),) = database.rows(f"select place, problems, row_text from ({sql})")
    assert place == "a.csv row 3"
    assert [(p["column_name"], p["reason"]) for p in problems] == [
        ("order_id", MISSING_KEY),
        ("paid_at", times.NO_INSTANT),
        ("amount_minor", kinds.NO_MONEY),
    ]
    assert row == '{"order_id":"","paid_at":"soon","amount_minor":"x"}'
    database.close()
