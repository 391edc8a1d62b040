from pathlib import Path

import pytest

from goodstanding.database.address import Address, Warehouse, place
from goodstanding.errors import ArgumentInvalid


def at(text: str) -> Address:
    found = place(text)
    assert isinstance(found, Address)
    return found


@pytest.mark.parametrize("given", ["market.duckdb", "a/b.duckdb", "./postgresql", "C:/m.duckdb"])
def test_what_is_no_address_is_a_path(given):
    assert place(given) == Path(given)
    assert place(Path(given)) == Path(given)


@pytest.mark.parametrize(
    ("given", "shown", "connection", "schema"),
    [
        ("postgresql://h/d", "postgresql://h/d", "postgresql://h/d", "goodstanding"),
        (
            "postgres://ana:s%40cret@h:5432/d?schema=shop&connect_timeout=3",
            "postgresql://ana:***@h:5432/d?schema=shop&connect_timeout=3",
            "postgresql://ana:s%40cret@h:5432/d?connect_timeout=3",
            "shop",
        ),
        (
            "postgresql:///d?host=/run/pg&user=ana&password=hush",
            "postgresql:///d?host=/run/pg&user=ana&password=***",
            "postgresql:///d?host=/run/pg&user=ana&password=hush",
            "goodstanding",
        ),
        (
            "postgresql://ana@one,two:5433/d",
            "postgresql://ana@one,two:5433/d",
            "postgresql://ana@one,two:5433/d",
            "goodstanding",
        ),
    ],
)
def test_an_address_is_shown_without_its_password(given, shown, connection, schema):
    found = at(given)
    assert (str(found), found.connection, found.schema) == (shown, connection, schema)
    for secret in ("s%40cret", "s@cret", "hush"):
        assert secret not in repr(found)


@pytest.mark.parametrize(
    ("given", "folder"), [("spark:market", "market"), ("Spark:/data/m", "/data/m")]
)
def test_a_folder_for_spark_is_named_as_such(given, folder):
    assert place(given) == Warehouse(Path(folder))
    assert str(place(given)) == f"spark:{folder}"


def test_a_password_is_hidden_in_what_a_server_says():
    found = at("postgresql://ana:s%40cret@h/d")
    assert found.without_secrets("no s@cret, no s%40cret") == "no ***, no ***"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("postgresql:h/d", "that is no address of a PostgreSQL database."),
        ("postgresql://[h/d", "that is no address of a PostgreSQL database."),
        ("postgresql://h/d?schema=My-Shop", "schema 'My-Shop' cannot hold a market."),
        ("mysql://h/d", "a market cannot be kept at 'mysql:…'."),
        ("spark:", "'spark:' names no folder for a market."),
        ("spark:s3a://bucket/m", "'spark:s3a://bucket/m' names no folder for a market."),
        ("spark:m[1]", "'spark:m[1]' has a sign in its path that Spark takes for a pattern."),
        ("spark://host:7077", "'spark://host:7077' names no folder for a market."),
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(given, said):
    with pytest.raises(ArgumentInvalid) as caught:
        place(given)
    assert caught.value.message == said
    assert caught.value.hint
