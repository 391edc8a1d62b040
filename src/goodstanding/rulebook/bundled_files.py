"""The files of the rulebooks that come with the package, by name and version."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from datetime import date
from importlib.resources.abc import Traversable

from goodstanding.errors import RulebookUnknown, near


def names() -> list[str]:
    """Return the names of the bundled rulebooks, in alphabetical order."""
    return sorted(folder.name for folder in _folders())


def versions(name: str) -> list[date]:
    """Return the versions of a bundled rulebook, the earliest first; raise `RulebookUnknown`."""
    return sorted(files(name))


def _folders() -> Iterator[Traversable]:
    place = importlib.resources.files(__package__) / "bundled"
    return (entry for entry in place.iterdir() if entry.is_dir() and entry.name[0] not in "._")


def files(name: str) -> dict[date, Traversable]:
    """Return the file of each version of a bundled rulebook; raise `RulebookUnknown`."""
    folder = next((folder for folder in _folders() if folder.name == name), None)
    if folder is None:
        hint = f"{near(name, names())} A file of your own is named by its path: ./mine.toml"
        raise RulebookUnknown(f"there is no rulebook '{name}'.", hint=hint)
    return {
        date.fromisoformat(file.name.removesuffix(".toml")): file
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }
