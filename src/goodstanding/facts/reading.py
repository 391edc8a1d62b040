"""From what is handed in (a file, a folder, data frames) to sources of canonical tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.errors import ArgumentInvalid, SourceMissing, SourceUnreadable, near
from goodstanding.facts import mapping as mapping_file
from goodstanding.facts.adapters import ADAPTERS
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.columns import ORDER_LINES, nearly, sources_of_relation
from goodstanding.facts.items import (
    FORMATS,
    Item,
    in_folder,
    of_file,
    of_folder,
    of_frame,
    table_named,
)
from goodstanding.facts.mapping_sources import mapped, unread
from goodstanding.facts.missing import missing_source
from goodstanding.facts.source import Relation, Source
from goodstanding.facts.sql import quoted
from goodstanding.facts.tables import Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database


def sources_of(
    source: str | Path | Mapping[str, Any] | Any,
    *,
    database: Database,
    table: str | None = None,
    mapping: str | Path | None = None,
    adapter: str | None = None,
) -> list[Source]:
    """Return the sources of canonical tables in a file, a folder, or data frames.

    `table` says what one file, one frame or a folder of parts holds; otherwise its name does.
    Several data frames are a mapping from table name to frame. `mapping` is a mapping file,
    `adapter` the name of a bundled one. What the database keeps for the sources goes with
    `release`, which `loading.load` calls. Raises `ArgumentInvalid`, `SourceMissing`,
    `SourceUnreadable`, `UnknownColumn` or `MappingInvalid`.
    """
    if sum(each is not None for each in (table, mapping, adapter)) > 1:
        raise ArgumentInvalid(
            "a table, a mapping and an adapter each say what a source holds.",
            hint="Give one of them.",
        )
    if isinstance(source, str | Path) and not Path(source).exists():
        raise missing_source(source)
    if adapter is not None:
        return _adapted(database, source, adapter)
    held = None if table is None else _table_called(table)
    named = None if mapping is None else mapping_file.read(Path(mapping))
    made: list[Relation] = []  # these have to go again if a later one cannot be read
    try:
        items = _items(database, source, held)
        if named is not None:
            found = mapped(database, named, items, made.append)
            return _sources(found, unread(named.sections, items))
        chosen, beside = _chosen(items, held, source)
        found = [(one, relation) for one, item in chosen for relation in _read(item, made.append)]
        return _sources(found, beside)
    except BaseException:
        _drop(database, made)
        raise


def release(database: Database, sources: Iterable[Source | Relation]) -> None:
    """Let go what the database keeps for sources, or for what they are made of."""
    _drop(database, sources)


def _drop(database: Database, holders: Iterable[Source | Relation]) -> None:
    for name in {name for holder in holders for name in holder.temporary}:
        database.unregister(name)
        database.execute(f"drop table if exists temp.{quoted(name)}")


def _read(item: Item, note: Callable[[Relation], None]) -> list[Relation]:
    relations = []
    for relation in item.relations():
        note(relation)
        relations.append(relation)
    return relations


def _sources(found: Sequence[tuple[Table, Relation]], beside: Sequence[str]) -> list[Source]:
    # Where lines come as a table of their own, an order's listing says nothing more.
    with_lines = not any(table is ORDER_LINES for table, _ in found)
    sources = [
        source
        for table, relation in found
        for source in sources_of_relation(relation, table, with_lines=with_lines)
    ]
    return [replace(sources[0], beside=tuple(beside)), *sources[1:]]


def _items(database: Database, source: Any, held: Table | None) -> list[Item]:
    """Return what may hold a table; with `held` the source as a whole."""
    if isinstance(source, str | Path):
        path = Path(source)
        if path.is_file():
            return [of_file(database, path)]
        if held is not None:
            return [of_folder(database, path, root=path.parent)]
        inside = in_folder(database, path)
        name = path.resolve().name
        is_parts = table_named(name) and not any(table_named(item.stem) for item in inside)
        return [of_folder(database, path, root=path.parent)] if is_parts else inside
    if isinstance(source, Mapping):
        return [of_frame(database, frame, str(name)) for name, frame in source.items()]
    return [of_frame(database, source, held.name if held else "the data frame")]


def _chosen(
    items: Sequence[Item], held: Table | None, source: object
) -> tuple[list[tuple[Table, Item]], list[str]]:
    """Return which items hold which table, and the names of those that hold none."""
    if held is not None:
        if len(items) != 1:
            raise ArgumentInvalid(
                f"table '{held.name}' was named for {len(items)} data frames.",
                hint="Hand in one, or a mapping from table name to frame without a table.",
            )
        return [(held, items[0])], []
    chosen = [(table, item) for item in items if (table := table_named(item.stem)) is not None]
    others = [item for item in items if table_named(item.stem) is None]
    for item in others:
        if meant := nearly(item.stem, BY_NAME):
            raise SourceUnreadable(
                f"'{item.name}' is no table of facts; did you mean '{meant}'?",
                hint="Rename it, or move it elsewhere.",
            )
    if not chosen:
        raise _nothing_known(items, source)
    return chosen, [item.name for item in others]


def _nothing_known(items: Sequence[Item], source: object) -> ArgumentInvalid | SourceMissing:
    looked_for = f"Tables of facts are: {', '.join(BY_NAME)}."
    if isinstance(source, str | Path) and Path(source).is_dir():
        there = f" It has: {', '.join(item.name for item in items[:12])}." if items else ""
        as_parts = " Of parts of one table say which it is: --table orders." if items else ""
        return SourceMissing(
            f"folder '{source}' holds no table of facts.{there}",
            hint=f"Looked for a file called as a table ({', '.join(FORMATS)}), or a folder of "
            f"such files. {looked_for} Anything else is read with a mapping file or an adapter."
            f"{as_parts}",
        )
    names = ", ".join(f"'{item.name}'" for item in items) or "an empty mapping"
    return ArgumentInvalid(
        f"what {names} holds cannot be told from the name.",
        hint=f"Say which table it is. {looked_for}",
    )


def _adapted(database: Database, source: object, name: str) -> list[Source]:
    if name not in ADAPTERS:
        raise ArgumentInvalid(f"there is no adapter '{name}'.", hint=near(name, list(ADAPTERS)))
    if not isinstance(source, str | Path):
        raise ArgumentInvalid(
            f"adapter '{name}' reads a folder, not a {type(source).__name__}.",
            hint="Give the folder's path.",
        )
    return ADAPTERS[name].sources(database, Path(source))


def _table_called(name: str) -> Table:
    if name not in BY_NAME:
        raise ArgumentInvalid(f"there is no table '{name}'.", hint=near(name, list(BY_NAME)))
    return BY_NAME[name]
