"""Law profiles: what a program may do by itself, and what needs a person; dated, cited data.

One file for each version of each, `laws/<id>/<version>.toml`, as bundled rulebooks have them.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from goodstanding.rulebook.provenance import source_ids

OTHERWISE = "otherwise"  # the clause for whatever a profile does not name


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Why something needs a person, or is never done; `instead` says what else to do."""

    because: str
    law: str
    source: tuple[str, ...]
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawProfile:
    """One version of a profile, from a day on; what it does not name needs a person."""

    id: str
    version: date
    title: str
    by_itself: frozenset[str]
    by_itself_because: Clause
    needs_person: Mapping[str, Clause]
    never: Mapping[str, Clause]

    def person_for(self, does: str) -> Clause | None:
        """Return why an effect or a sanction needs a person; None where it needs none."""
        if does in self.by_itself:
            return None
        return self.needs_person.get(does, self.needs_person[OTHERWISE])


def names() -> list[str]:
    """Return the ids of the profiles."""
    return sorted({profile.id for profile in _profiles()})


def profile_for(name: str, day: date) -> LawProfile:
    """Return the version of a profile on a rulebook's first day; the first, of days before it.

    So a new version changes nothing about rulebooks that were in force before. `name` is one of
    `names()`.
    """
    versions = [profile for profile in _profiles() if profile.id == name]
    begun = [profile for profile in versions if profile.version <= day]
    return begun[-1] if begun else versions[0]


def never() -> Mapping[str, tuple[LawProfile, Clause]]:
    """Return what no rulebook may do, under whatever law, with the profile that says so."""
    return {code: (each, clause) for each in _profiles() for code, clause in each.never.items()}


@cache
def _profiles() -> tuple[LawProfile, ...]:
    """Return every version of every profile, by id and day."""
    place = importlib.resources.files(__package__) / "laws"
    folders = [entry for entry in place.iterdir() if entry.is_dir() and entry.name[0] not in "._"]
    files = [file for each in folders for file in each.iterdir() if file.name.endswith(".toml")]
    read = [_profile(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    return tuple(sorted(read, key=lambda profile: (profile.id, profile.version)))


def _profile(written: dict[str, Any]) -> LawProfile:
    by_itself = dict(written["by_itself"])
    does = frozenset(by_itself.pop("does"))
    return LawProfile(
        id=written["id"],
        version=written["version"],
        title=written["title"],
        by_itself=does,
        by_itself_because=_clause(by_itself),
        needs_person={code: _clause(said) for code, said in written["needs_person"].items()},
        never={code: _clause(said) for code, said in written["never"].items()},
    )


def _clause(written: dict[str, Any]) -> Clause:
    return Clause(**{**written, "source": source_ids(written["source"])})
