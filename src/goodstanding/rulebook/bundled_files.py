"""The files of the rulebooks that come with the package, by name and version."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable

from goodstanding.errors import RulebookUnknown, near


def names() -> list[str]:
    """Return the names of the bundled rulebooks, in alphabetical order."""
    return sorted(_every())


def versions(name: str) -> list[date]:
    """Return the versions of a bundled rulebook, the earliest first; raise `RulebookUnknown`."""
    return sorted(files(name))


def files(name: str) -> Mapping[date, Traversable]:
    """Return the file of each version of a bundled rulebook; raise `RulebookUnknown`."""
    found = _every().get(name)
    if found is None:
        hint = f"{near(name, names())} A file of your own is named by its path: ./mine.toml"
        raise RulebookUnknown(f"there is no rulebook '{name}'.", hint=hint)
    return found


@cache
def _every() -> dict[str, dict[date, Traversable]]:
    """Return the files of each bundled rulebook; the package does not change while it runs."""
    place = importlib.resources.files(__package__) / "bundled"
    folders = (each for each in place.iterdir() if each.is_dir() and each.name[0] not in "._")
    return {folder.name: dict(_dated(folder)) for folder in folders}


def _dated(folder: Traversable) -> Iterator[tuple[date, Traversable]]:
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            yield date.fromisoformat(file.name.removesuffix(".toml")), file
