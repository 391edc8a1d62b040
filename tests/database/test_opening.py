"""A market is opened by where it is, with what an extra installs."""

import pytest

import goodstanding
from goodstanding.database import opening
from goodstanding.errors import MarketUnreachable


@pytest.mark.parametrize(
    ("place", "module", "extra"),
    [("postgresql://ana@h/d", "psycopg", "postgres"), ("spark:m", "pyspark", "spark")],
)
def test_without_the_extra_it_says_at_once_which_to_install(place, module, extra, monkeypatch):
    monkeypatch.setattr(opening, "find_spec", lambda _name: None)
    with pytest.raises(MarketUnreachable, match=f"is not installed: {module}") as caught:
        goodstanding.open(place)
    assert caught.value.hint == f"Install it with: pip install 'goodstanding[{extra}]'"
