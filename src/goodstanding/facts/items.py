"""The things in a source that may hold a table: files, folders of part files, data frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding.errors import SourceMissing, SourceUnreadable
from goodstanding.facts import csv_files, frames
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.source import Relation
from goodstanding.facts.tables import Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database

FORMATS = (".csv", ".csv.gz", ".parquet", ".arrow", ".feather")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that may hold rows of a table.

    `name` is what messages call it, `stem` the part of the name that may be a table's.
    `relations` reads it; the database may keep something for each of them, which goes with
    the relation's `temporary`.
    """

    name: str
    stem: str
    relations: Callable[[], Iterator[Relation]]


def of_frame(database: Database, frame: object, name: str) -> Item:
    """Return a data frame."""
    return Item(
        name=name,
        stem=name,
        relations=lambda: iter([frames.frame_relation(database, frame, name)]),
    )


def of_file(database: Database, path: Path) -> Item:
    """Return a file; raises `SourceUnreadable` when it is of no format that can be read."""
    if format_of(path) is None:
        raise SourceUnreadable(
            f"'{path.name}' is not of a format that can be read.",
            hint=f"A file ends in {', '.join(FORMATS)}.",
        )
    return Item(
        name=path.name,
        stem=stem_of(path),
        relations=partial(_relations, database, [path], path.name, path.parent),
    )


def in_folder(database: Database, folder: Path) -> list[Item]:
    """Return the files that can be read in a folder, and its folders, by name."""
    items = []
    for path in sorted(folder.iterdir()):
        if _is_hidden(path):
            continue
        if path.is_dir():
            items.append(of_folder(database, path, root=folder))
        elif format_of(path) is not None:
            items.append(of_file(database, path))
    return items


def of_folder(database: Database, folder: Path, *, root: Path) -> Item:
    """Return a folder of part files, at any depth; places are told as seen from `root`."""
    called = folder.resolve().name  # of `.` too
    name = f"{called}/"
    return Item(
        name=name,
        stem=called,
        relations=lambda: _relations(database, _parts(folder), name, root),
    )


def table_named(stem: str) -> Table | None:
    """Return the table that a file's, folder's or frame's name means; None when none.

    Capital letters, and - in the place of _, make no difference.
    """
    return BY_NAME.get(stem.lower().replace("-", "_"))


def format_of(path: Path) -> str | None:
    """Return which of `FORMATS` a file's name ends in; None when none."""
    return next((each for each in FORMATS if path.name.lower().endswith(each)), None)


def stem_of(path: Path) -> str:
    """Return a file's name without its format."""
    return path.name[: len(path.name) - len(format_of(path) or "")]


def _relations(database: Database, paths: list[Path], name: str, root: Path) -> Iterator[Relation]:
    if not paths:
        raise SourceMissing(
            f"folder '{name}' holds no file that can be read.",
            hint=f"A file ends in {', '.join(FORMATS)}.",
        )
    parquet = [path for path in paths if format_of(path) == ".parquet"]
    if parquet:
        yield frames.parquet_relation(database, parquet, name, root)
    for path in paths:
        place = path.relative_to(root).as_posix()
        if format_of(path) in (".csv", ".csv.gz"):
            yield csv_files.relation(database, path, place)
        elif format_of(path) in (".arrow", ".feather"):
            yield frames.arrow_file_relation(database, path, place)


def _parts(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and format_of(path) is not None
        and not any(map(_is_hidden, (path, *path.relative_to(folder).parents)))
    ]


def _is_hidden(path: Path) -> bool:
    """Tell what other programs leave behind, such as _SUCCESS and .part-0.parquet.crc."""
    return path.name.startswith((".", "_"))
