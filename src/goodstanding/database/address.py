"""Where a market is: a file, a database that is named by an address, or a folder for Spark."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from goodstanding.errors import ArgumentInvalid

SCHEMA = "goodstanding"  # where the tables of a market are, unless the address says otherwise
_SCHEMES = ("postgresql", "postgres")
_SPARK = "spark:"
POINTER = "market.json"  # in the folder of a market for Spark: it is there once the market is
_SECRET = ("password", "sslpassword")
_HIDDEN = "***"
_PATTERN = frozenset("*?[]{}\\")
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Address:
    """A market in PostgreSQL; as text it shows no password.

    `connection` is the address as libpq reads it, `schema` holds the market's tables.
    """

    shown: str
    schema: str
    connection: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    def __str__(self) -> str:
        return self.shown

    def without_secrets(self, text: str) -> str:
        """Return what somebody else says about it, with every password in it hidden."""
        for secret in self.secrets:
            text = text.replace(secret, _HIDDEN)
        return text


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A market in a folder of Parquet tables, of which Spark judges."""

    folder: Path

    def __str__(self) -> str:
        return f"{_SPARK}{self.folder}"


Place = Path | Address | Warehouse


def on_disk(place: Place) -> Path | None:
    """Return the file or the folder that a market is; None for one that a server keeps."""
    if isinstance(place, Address):
        return None
    return place.folder if isinstance(place, Warehouse) else place


def place(given: str | Path) -> Place:
    """Return where a market is, of what was handed in; raises `ArgumentInvalid`."""
    if isinstance(given, Path):
        return given
    named = address(given) or _warehouse(given)
    if named is not None:
        return named
    scheme = given.partition(":")[0]
    if re.match(r"[a-z][a-z0-9+]+://", given, re.IGNORECASE):
        raise ArgumentInvalid(
            f"a market cannot be kept at '{scheme}:…'.",
            hint="Name a DuckDB file (market.duckdb), a PostgreSQL database "
            "(postgresql://user@host/database), or a folder for Spark (spark:market).",
        )
    return Path(given)


def _warehouse(given: str) -> Warehouse | None:
    if not given.lower().startswith(_SPARK):
        return None
    folder = given[len(_SPARK) :]
    if not folder or re.match(r"//|[A-Za-z][A-Za-z0-9+.-]+:/", folder):
        raise ArgumentInvalid(
            f"'{given}' names no folder for a market.",
            hint="Write it as spark:market or spark:/data/market, a folder that every machine of "
            "the cluster sees (a bucket can be mounted as one). Which cluster it is Spark's own "
            "settings say.",
        )
    if _PATTERN & set(str(Path(folder).absolute())):
        raise ArgumentInvalid(
            f"'{given}' has a sign in its path that Spark takes for a pattern.",
            hint=f"Name a folder without any of {' '.join(sorted(_PATTERN))}",
        )
    return Warehouse(Path(folder))


def address(given: str) -> Address | None:
    """Return what an address of PostgreSQL says, None for anything else; raises `ArgumentInvalid`.

    Its schema means something only where it is that of a market.
    """
    scheme, colon, _ = given.partition(":")
    return _address(given) if colon and scheme.lower() in _SCHEMES else None


def _address(given: str) -> Address:
    try:
        parts = urlsplit(given)
        asked = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        parts, asked = None, []
    if parts is None or not given.lower().startswith(f"{parts.scheme}://"):
        raise ArgumentInvalid(
            "that is no address of a PostgreSQL database.",
            hint="Write it as postgresql://user@host:5432/database; signs such as @ and / in a "
            "password are written %40 and %2F.",
        )
    schema = next((value for name, value in asked if name == "schema"), SCHEMA)
    if not _NAME.fullmatch(schema):
        raise ArgumentInvalid(
            f"schema '{schema}' cannot hold a market.",
            hint="A name of small letters, digits and _, such as ?schema=goodstanding.",
        )
    for_libpq = [(name, value) for name, value in asked if name != "schema"]
    who, at, where = parts.netloc.rpartition("@")
    user, colon, password = who.partition(":")
    secrets = [password, unquote(password), *(v for n, v in asked if n in _SECRET)]
    shown_asked = [(n, _HIDDEN if n in _SECRET else v) for n, v in asked]
    hidden = f"{user}:{_HIDDEN}" if colon else user
    return Address(
        shown=f"postgresql://{hidden}{at}{where}{parts.path}{_query(shown_asked)}",
        schema=schema,
        connection=f"postgresql://{parts.netloc}{parts.path}{_query(for_libpq)}",
        secrets=tuple(sorted({each for each in secrets if each}, key=len, reverse=True)),
    )


def _query(asked: list[tuple[str, str]]) -> str:
    return f"?{urlencode(asked, quote_via=quote, safe='/*,')}" if asked else ""
