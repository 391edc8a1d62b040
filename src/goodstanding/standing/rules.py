"""The texts of rulebooks as they were when they first published, and which one is in force."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import RulebookChanged, RulebookUnknown, near
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook, Subject
from goodstanding.rulebook.reading import read_rulebook


def keep(database: DuckDB, rulebook: Rulebook, now: datetime) -> None:
    """Keep a rulebook's text, once; runs in the caller's transaction.

    Raises `RulebookChanged` where the same version is kept with another meaning.
    """
    if _kept_at(database, rulebook) is not None:
        check_kept(database, rulebook)
        return
    database.execute(
        "insert into rulebook_texts values ($id, $version, $digest, $text, $place, $now)",
        {
            "id": rulebook.id,
            "version": rulebook.version,
            "digest": rulebook.digest,
            "text": rulebook.text,
            "place": rulebook.place,
            "now": now,
        },
    )


def check_kept(database: DuckDB, rulebook: Rulebook) -> None:
    """Raise `RulebookChanged` where this version has published with another content."""
    kept_at = _kept_at(database, rulebook)
    if kept_at is not None and not is_kept(database, rulebook):
        raise RulebookChanged(
            f"rulebook '{rulebook.id}', version {rulebook.version}, published on "
            f"{kept_at.date()} with another content than '{rulebook.place}' has now.",
            hint="A version that has published stays as it was: give the new content a version "
            "of its own, the first day on which it is in force.",
        )


def is_kept(database: DuckDB, rulebook: Rulebook) -> bool:
    """Say whether a rulebook has published with the very content that it has now.

    The digests compared are both of today: another edition of this program may digest more of
    a text than the one that kept it did.
    """
    if _kept_at(database, rulebook) is None:
        return False
    return kept(database, rulebook.id, rulebook.version).digest == rulebook.digest


def _kept_at(database: DuckDB, rulebook: Rulebook) -> datetime | None:
    found = database.rows(
        "select kept_at from rulebook_texts where rulebook_id = $id and version = $version",
        {"id": rulebook.id, "version": rulebook.version},
    )
    return found[0][0] if found else None


def kept(database: DuckDB, rulebook_id: str, version: date) -> Rulebook:
    """Return a rulebook as it was when it published; raises `RulebookUnknown`."""
    found = database.rows(
        "select text, place from rulebook_texts where rulebook_id = $id and version = $version",
        {"id": rulebook_id, "version": version},
    )
    if not found:
        raise RulebookUnknown(
            f"rulebook '{rulebook_id}', version {version}, has published nothing in this market."
        )
    return _read(*found[0])


@lru_cache(maxsize=32)
def _read(text: str, place: str) -> Rulebook:
    return read_rulebook(text, place)


def judged_kind(database: DuckDB, rulebook_id: str) -> Subject:
    """Return what a rulebook judges that has published: sellers, listings or buyers.

    Raises `RulebookUnknown`, with the ids of those that have.
    """
    known = database.rows(
        "select rulebook_id, max(version) from rulebook_texts group by rulebook_id order by 1"
    )
    for published_id, version in known:
        if published_id == rulebook_id:
            return kept(database, rulebook_id, version).subject
    ids = [str(row[0]) for row in known]
    raise RulebookUnknown(
        f"rulebook '{rulebook_id}' has published nothing in this market.",
        hint=near(rulebook_id, ids)
        or "Begin with: goodstanding publish --rulebook NAME --as-of DAY",
    )


def named(database: DuckDB, name_or_path: str | Path, day: date) -> Rulebook:
    """Return the rulebook meant by a name, a path, or the id of one that has published.

    Raises `RulebookUnknown` or `RulebookInvalid`.
    """
    if bundled.is_path(name_or_path) or name_or_path in bundled.names():
        try:
            return bundled.load(name_or_path, as_of=day)
        except RulebookUnknown as error:  # to assess by another version is possible, on its name
            hint = "Only days on which a version is in force are published."
            raise RulebookUnknown(error.message, hint=hint) from None
    found = in_force(database, str(name_or_path), day)
    return bundled.load(name_or_path, as_of=day) if found is None else found


def asked(database: DuckDB, name_or_path: str | Path, day: date, version: date | None) -> Rulebook:
    """Return the rulebook to judge a day by: a name, a path, or the id of one that has published.

    Of those the version in force on the day, or the one that is named. Raises `RulebookUnknown`
    or `RulebookInvalid`.
    """
    name = str(name_or_path)
    published = {
        row[0]: row[1]
        for row in database.rows(
            "select rulebook_id, max(version) from rulebook_texts group by rulebook_id"
        )
    }
    is_own = not bundled.is_path(name_or_path) and name not in bundled.names()
    if not is_own or name not in published:
        try:
            return bundled.load(name_or_path, version=version, as_of=day)
        except RulebookUnknown as error:
            alike = near(name, [*bundled.names(), *published])
            hint = f"{alike} A file of your own is named by its path: ./mine.toml"
            raise RulebookUnknown(error.message, hint=hint if is_own else error.hint) from None
    if version is not None:
        return kept(database, name, version)
    found = in_force(database, name, day)
    if found is None:
        raise RulebookUnknown(
            f"no version of rulebook '{name}' is in force on {day}.",
            hint=f"To apply one all the same, name it: --version {published[name]}",
        )
    return found


def in_force(database: DuckDB, rulebook_id: str, day: date) -> Rulebook | None:
    """Return the version in force on a day, of those bundled and those that have published.

    None where none is. Where both have the same version, the kept one.
    """
    versions = {
        version
        for (version,) in database.rows(
            "select version from rulebook_texts where rulebook_id = $id", {"id": rulebook_id}
        )
    }
    known = set(bundled.versions(rulebook_id)) if rulebook_id in bundled.names() else set()
    begun = max((version for version in versions | known if version <= day), default=None)
    if begun is None:
        return None
    found = (
        kept(database, rulebook_id, begun)
        if begun in versions
        else bundled.load(rulebook_id, version=begun)
    )
    return found if found.is_in_force_on(day) else None
