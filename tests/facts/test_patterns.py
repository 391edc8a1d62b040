"""What a pattern reads, to ISO 8601; and patterns that are none."""

import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.expressions.tokens import ExpressionError
from goodstanding.facts import patterns
from goodstanding.facts.patterns import NOT_AN_INSTANT
from goodstanding.facts.sql import literal


def asked(sql: str) -> str | None:
    database = DuckDB.open(None)
    try:
        found: str | None = database.rows(f"select {sql}")[0][0]
        return found
    finally:
        database.close()


@pytest.mark.parametrize(
    ("text", "pattern", "iso"),
    [
        ("31/01/2026 10:00", "DD/MM/YYYY hh:mm", "2026-01-31T10:00"),
        ("01/31/2026 10:00", "MM/DD/YYYY hh:mm", "2026-01-31T10:00"),
        ("1/2/2026 9:05", "D/M/YYYY h:mm", "2026-02-01T09:05"),
        ("31.12.2026", "D.M.YYYY", "2026-12-31"),
        (" 20260131 ", "YYYYMMDD", "2026-01-31"),
        ("20260131T100000+0530", "YYYYMMDDThhmmssZ", "2026-01-31T10:00:00+0530"),
        ("2026-01-31 10:00:00 UTC", "YYYY-MM-DD hh:mm:ss Z", "2026-01-31T10:00:00Z"),
        ("2026-01-31 10:00:00 z", "YYYY-MM-DD hh:mm:ss Z", "2026-01-31T10:00:00Z"),
        ("2026-01-31 10:00-03", "YYYY-MM-DD hh:mmZ", "2026-01-31T10:00-03"),
        ("2026-01-31 10:00:00,5", "YYYY-MM-DD hh:mm:ss,f", "2026-01-31T10:00:00.5"),
        ("Jan 5, 2026 12:30 am", "MMM D, YYYY h:mm AM", "2026-01-05T00:30"),
        ("DEC 05, 2026 12:30 PM", "MMM DD, YYYY hh:mm AM", "2026-12-05T12:30"),
        ("11:59PM 5-jun-2026", "h:mmAM D-MMM-YYYY", "2026-06-05T23:59"),
        ("(2026) 01+31", "(YYYY) MM+DD", "2026-01-31"),
    ],
)
def test_a_text_that_fits_is_read(text, pattern, iso):
    assert asked(patterns.in_iso(literal(text), patterns.read(pattern))) == iso


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("1/1/2026", "DD/MM/YYYY"),
        ("31/01/26", "DD/MM/YYYY"),
        ("31/01/2026 10:00", "DD/MM/YYYY"),
        ("31/01/2026", "DD/MM/YYYY hh:mm"),
        ("31-01-2026", "DD/MM/YYYY"),
        ("2026x01", "YYYY.MM.DD"),
        ("Sept 5, 2026", "MMM D, YYYY"),
        ("2026-01-31 10:00 CET", "YYYY-MM-DD hh:mm Z"),
        ("31/01/2026\n", "DD/MM/YYYY\t"),
    ],
)
def test_a_text_that_does_not_fit_is_no_instant(text, pattern):
    assert asked(patterns.in_iso(literal(text), patterns.read(pattern))) == NOT_AN_INSTANT


@pytest.mark.parametrize(
    ("text", "iso"),
    [("13:00 PM 31.1.2026", "2026-01-31T:00"), ("0:30 AM 31.1.2026", "2026-01-31T:30")],
)
def test_an_hour_that_half_a_day_does_not_have_gives_what_is_no_instant(text, iso):
    assert asked(patterns.in_iso(literal(text), patterns.read("h:mm AM D.M.YYYY"))) == iso


def test_blank_is_missing():
    for text in ("''", "'  '", "cast(null as varchar)"):
        assert asked(patterns.in_iso(text, patterns.read("DD/MM/YYYY"))) is None
        assert asked(patterns.since_1970(text, in_milliseconds=False)) is None


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("", "'' has no year and no month and no day."),
        ("DD/MM", "'DD/MM' has no year."),
        ("DD/MM/YY", "'YY' in 'DD/MM/YY' is no part of an instant. A year of two digits may be"),
        ("YYYY-MM-DD HH:mm", "'HH' in 'YYYY-MM-DD HH:mm' is no part of an instant."),
        ("dd.MM.YYYY", "'dd' in 'dd.MM.YYYY' is no part of an instant."),
        ("YYYY-MM-DD hh:mm UTC", "'U' in 'YYYY-MM-DD hh:mm UTC' is no part of an instant."),
        ("DD.DD.YYYY", "'DD.DD.YYYY' has its day twice."),
        ("DMYYYY", "'DMYYYY' does not say where its month begins."),
        ("YYYY-MM-DD hh", "'YYYY-MM-DD hh' has a part (hour) that needs mm as well."),
        ("YYYY-MM-DD mm:ss", "'YYYY-MM-DD mm:ss' has a part (minute) that needs hh as well."),
        ("YYYY-MM-DD Z", "'YYYY-MM-DD Z' has a part (offset) that needs hh as well."),
        ("YYYY-MM-DD AM", "'YYYY-MM-DD AM' has a part (half) that needs hh as well."),
    ],
)
def test_a_pattern_that_is_none(pattern, what):
    with pytest.raises(ExpressionError) as raised:
        patterns.read(pattern)
    assert raised.value.what.startswith(what)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1769853600", "2026-01-31T10:00:00.000000Z"),
        (" 1769853600 ", "2026-01-31T10:00:00.000000Z"),
        ("1769853600.0", "2026-01-31T10:00:00.000000Z"),
        ("1769853600.123456", "2026-01-31T10:00:00.123456Z"),
        ("0", "1970-01-01T00:00:00.000000Z"),
        ("-1", "1969-12-31T23:59:59.000000Z"),
        ("1769853600.1234567", NOT_AN_INSTANT),
        ("1769853600123", NOT_AN_INSTANT),
        ("1.7e9", NOT_AN_INSTANT),
        ("9" * 40, NOT_AN_INSTANT),
        ("soon", NOT_AN_INSTANT),
    ],
)
def test_seconds_since_1970_are_exact(text, iso):
    assert asked(patterns.since_1970(literal(text), in_milliseconds=False)) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1769853600123", "2026-01-31T10:00:00.123000Z"),
        ("1769853600123.0", "2026-01-31T10:00:00.123000Z"),
        ("1769853600123.4567", NOT_AN_INSTANT),
    ],
)
def test_milliseconds_since_1970_are_exact(text, iso):
    assert asked(patterns.since_1970(literal(text), in_milliseconds=True)) == iso
