"""The texts of rulebooks as they were when they first published, and which one is in force."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding.errors import RulebookChanged, RulebookUnknown, near
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook, Subject
from goodstanding.rulebook.reading import read_rulebook

if TYPE_CHECKING:
    from goodstanding.database.database import Database


def keep(database: Database, rulebook: Rulebook, now: datetime) -> None:
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


def check_kept(database: Database, rulebook: Rulebook) -> None:
    """Raise `RulebookChanged` where this version has published with another content."""
    kept_at = _kept_at(database, rulebook)
    if kept_at is not None and not is_kept(database, rulebook):
        raise RulebookChanged(
            f"rulebook '{rulebook.id}', version {rulebook.version}, published on "
            f"{kept_at.date()} with another content than '{rulebook.place}' has now.",
            hint="A version that has published stays as it was: give the new content a version "
            "of its own, the first day on which it is in force.",
        )


def is_kept(database: Database, rulebook: Rulebook) -> bool:
    """Say whether a rulebook has published with the very content that it has now.

    The digests compared are both of today: another edition of this program may digest more of
    a text than the one that kept it did.
    """
    if _kept_at(database, rulebook) is None:
        return False
    return kept(database, rulebook.id, rulebook.version).digest == rulebook.digest


def _kept_at(database: Database, rulebook: Rulebook) -> datetime | None:
    found = database.rows(
        "select kept_at from rulebook_texts where rulebook_id = $id and version = $version",
        {"id": rulebook.id, "version": rulebook.version},
    )
    return found[0][0] if found else None


def kept(database: Database, rulebook_id: str, version: date) -> Rulebook:
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


def judged_kind(database: Database, rulebook_id: str) -> Subject:
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


def published(database: Database, rulebook_id: str | None) -> str | None:
    """Return the id of a rulebook, which must have published, or None; `RulebookUnknown`."""
    if rulebook_id is not None:
        judged_kind(database, rulebook_id)
    return rulebook_id


def asked(
    database: Database, name_or_path: str | Path, day: date, version: date | None = None
) -> Rulebook:
    """Return the rulebook meant by a name, a path, or the id of one that has published.

    Of a name or an id the version asked for, else the one in force on the day; a version that
    has published is taken as it was kept. A file is taken as it is. Raises `RulebookUnknown` or
    `RulebookInvalid`.
    """
    name = str(name_or_path)
    published = _published_versions(database)
    if isinstance(name_or_path, Path) or name not in published:
        try:
            return bundled.load(name_or_path, version=version, as_of=day)
        except RulebookUnknown as error:
            if bundled.is_path(name_or_path) or name in bundled.names():
                raise
            alike = near(name, [*bundled.names(), *published])
            hint = f"{alike} A file of your own is named by its path: ./mine.toml"
            raise RulebookUnknown(error.message, hint=hint) from None
    if version is not None:
        if version not in published[name] and name in bundled.names():
            return bundled.load(name, version=version)
        return kept(database, name, version)
    found = in_force(database, name, day)
    if found is None:
        known = published[name] | _bundled_versions(name)
        raise RulebookUnknown(
            f"no version of rulebook '{name}' is in force on {day}.",
            hint=f"To apply one all the same, name it: --version {max(known)}",
        )
    return found


def to_publish(database: Database, name_or_path: str | Path, day: date) -> Rulebook:
    """Return the rulebook that `asked` finds; no version is offered that is not in force."""
    try:
        return asked(database, name_or_path, day)
    except RulebookUnknown as error:
        known = {*bundled.names(), *_published_versions(database)}
        if isinstance(name_or_path, Path) or name_or_path not in known:
            raise
        hint = "Only days on which a version is in force are published."
        raise RulebookUnknown(error.message, hint=hint) from None


def _published_versions(database: Database) -> dict[str, set[date]]:
    """Return the versions that have published, by the id of their rulebook."""
    found: dict[str, set[date]] = {}
    for rulebook_id, version in database.rows("select rulebook_id, version from rulebook_texts"):
        found.setdefault(rulebook_id, set()).add(version)
    return found


def _bundled_versions(name: str) -> set[date]:
    return set(bundled.versions(name)) if name in bundled.names() else set()


def in_force(database: Database, rulebook_id: str, day: date) -> Rulebook | None:
    """Return the version in force on a day, of those bundled and those that have published.

    None where none is. Where both have the same version, the kept one.
    """
    versions = _published_versions(database).get(rulebook_id, set())
    known = versions | _bundled_versions(rulebook_id)
    begun = max((version for version in known if version <= day), default=None)
    if begun is None:
        return None
    found = (
        kept(database, rulebook_id, begun)
        if begun in versions
        else bundled.load(rulebook_id, version=begun)
    )
    return found if found.is_in_force_on(day) else None
