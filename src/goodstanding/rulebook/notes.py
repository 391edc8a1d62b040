"""Gather everything that is wrong with a document, each with its line, until all is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from goodstanding.errors import Problem
from goodstanding.rulebook.positions import Located, Path

# Tables that stand in an array, and the key that names each of them.
NAMED_BY = {
    "exclude": "id",
    "grade": "name",
    "not_graded": "id",
    "effect": "does",
    "example": "name",
}


@dataclass(slots=True, kw_only=True)
class Notes:
    """Problems of one document.

    `broken` holds the entries that are not understood, such as `("measure", "bad")`: what
    refers to one of them is not blamed for it, and nothing more is said about it.
    `written_as` leads from where a misspelt key belongs to where it stands.
    """

    place: str
    located: Located
    problems: list[Problem] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)
    written_as: dict[Path, Path] = field(default_factory=dict)

    def add(
        self, path: Path, what: str, hint: str | None = None, *, further_lines: int = 0
    ) -> None:
        """Note a problem at a path; one inside a broken entry is left out."""
        if any(path[: len(entry)] == entry for entry in self.broken):
            return
        for end in range(len(path), 0, -1):
            if path[:end] in self.written_as:
                path = self.written_as[path[:end]] + path[end:]
                break
        self.problems.append(
            Problem(
                file=self.place,
                line=self.located.line(path) + further_lines,
                where=spoken(path, self.located.values),
                what=what,
                hint=hint or None,
            )
        )

    def read_as(self, written: Path, meant: Path) -> None:
        """Remember that what stands at one path is read as if it stood at another."""
        self.written_as[meant] = written

    def give_up_on(self, path: Path) -> None:
        """Mark an entry as not understood."""
        self.broken.add(path)

    def is_broken(self, *path: str | int) -> bool:
        """Say whether the entry of that path is not understood."""
        return path in self.broken

    def is_whole(self, *path: str | int) -> bool:
        """Say whether everything at and below a path is understood."""
        return not any(entry[: len(path)] == path for entry in self.broken)

    def broken_names(self, *tables: str) -> list[str]:
        """Return the names of the entries of these tables that are not understood."""
        return [str(p[1]) for p in self.broken if len(p) == 2 and p[0] in tables]


def spoken(path: Sequence[str | int], values: Mapping[str, Any]) -> str:
    """Write a path as a person would: measure.bad.any.unsold, or grade "good"."""
    if len(path) > 1 and path[0] in NAMED_BY:
        entries = values.get(str(path[0]))
        name = None
        if isinstance(entries, list) and isinstance(path[1], int) and path[1] < len(entries):
            entry = entries[path[1]]
            name = entry.get(NAMED_BY[str(path[0])]) if isinstance(entry, dict) else None
        if isinstance(name, str) and name.isprintable():
            return f'{path[0]} "{name}"'
        return f"{path[0]} {int(path[1]) + 1}"
    if len(path) > 2 and tuple(path[:2]) == ("grades", "steps"):
        return f"grades, step {int(path[2]) + 1}"
    if len(path) > 3 and (path[0], path[2]) == ("ladder", "rungs"):
        return f"ladder.{path[1]}, rung {int(path[3]) + 1}"
    return ".".join(str(part) for part in path)


def shown(value: object) -> str:
    """Write a value as it stands in TOML, shortened where it is long."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text if len(text) <= 40 else f"{text[:37]}…"
    return f"'{text}'" if isinstance(value, str) else text
