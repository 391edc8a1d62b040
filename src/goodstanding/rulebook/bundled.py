"""Find rulebooks: those that come with the package, and those in files of one's own."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from goodstanding.errors import RulebookUnknown
from goodstanding.rulebook.bundled_files import files, names, versions
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.reading import read_rulebook

__all__ = ["is_path", "load", "names", "text", "versions"]


def load(
    name_or_path: str | Path, *, version: date | None = None, as_of: date | None = None
) -> Rulebook:
    """Return a rulebook: a bundled one by its name, or one in a file.

    Of a bundled one the named version, else the one in force on the as-of day, else the newest.
    A file is asked for by name: it is taken as it is, also for days before its version, so that
    new limits can be tried on old orders, and every output says that it was not in force then
    (`Rulebook.is_in_force_on`). A `version` must be its own. Raises `RulebookUnknown` or
    `RulebookInvalid`.
    """
    if is_path(name_or_path):
        return _from_file(Path(name_or_path), version)
    name = str(name_or_path)
    day = _chosen(name, version, as_of)
    return _bundled(name, day)


def text(name: str, version: date | None = None) -> str:
    """Return the text of a bundled rulebook, by default of its newest version."""
    return files(name)[_chosen(name, version, None)].read_text(encoding="utf-8")


def is_path(name_or_path: str | Path) -> bool:
    """Say whether a file is meant: a `.toml`, or anything with a folder in it, or that exists."""
    if isinstance(name_or_path, Path) or name_or_path.endswith(".toml"):
        return True
    has_folder = "/" in name_or_path or "\\" in name_or_path
    return has_folder or (name_or_path not in names() and Path(name_or_path).exists())


def _from_file(path: Path, version: date | None) -> Rulebook:
    try:
        written = path.read_text(encoding="utf-8-sig")  # some editors begin with a mark
    except IsADirectoryError:
        message = f"rulebook '{path}' is a folder."
        raise RulebookUnknown(message, hint=f"Name a file in it: {path / 'mine.toml'}") from None
    except FileNotFoundError:
        hint = f"Copy one to begin with: goodstanding rulebooks copy {names()[0]} {path}"
        raise RulebookUnknown(f"there is no rulebook at '{path}'.", hint=hint) from None
    except UnicodeDecodeError as error:
        message = f"rulebook '{path}' is not text in UTF-8 (byte {error.start})."
        raise RulebookUnknown(message, hint="Save it as UTF-8.") from None
    except OSError as error:
        message = f"rulebook '{path}' cannot be read: {error.strerror}."
        raise RulebookUnknown(message) from None
    rulebook = read_rulebook(written, str(path))
    if version is not None and version != rulebook.version:
        raise RulebookUnknown(
            f"'{path}' is version {rulebook.version}, not {version}.",
            hint="Leave the version out, or name the file that holds it.",
        )
    return rulebook


def _chosen(name: str, version: date | None, as_of: date | None) -> date:
    known = versions(name)
    listed = ", ".join(map(str, known))
    if version is not None:
        if version not in known:
            message = f"rulebook '{name}' has no version {version}."
            raise RulebookUnknown(message, hint=f"Known: {listed}.")
        return version
    if as_of is None:
        return known[-1]
    begun = [day for day in known if day <= as_of]
    if not begun:
        raise RulebookUnknown(
            f"no version of rulebook '{name}' is in force on {as_of}: the first is of {known[0]}.",
            hint=f"To apply it all the same, name it: --version {known[0]}",
        )
    last_day = _bundled(name, begun[-1]).in_force_until
    if last_day is not None and as_of > last_day:
        raise RulebookUnknown(
            f"no version of rulebook '{name}' is in force on {as_of}: the last ended on "
            f"{last_day}.",
            hint=f"To apply it all the same, name it: --version {begun[-1]}",
        )
    return begun[-1]


@cache
def _bundled(name: str, version: date) -> Rulebook:
    file = files(name)[version]
    return read_rulebook(file.read_text(encoding="utf-8"), f"{name}/{file.name}")
