"""Bundled mappings for sources that many people have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding.facts.adapters import olist
from goodstanding.facts.source import Source

if TYPE_CHECKING:
    from goodstanding.database.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One source that many people have.

    `sources` reads the folder at a path into the database's memory and returns the canonical
    tables that it holds; it raises an `InputError`. `time_zone` and `currency` are what a
    market is made with where the load makes it.
    """

    name: str
    title: str
    sources: Callable[[Database, Path], list[Source]]
    time_zone: str
    currency: str


ADAPTERS: Mapping[str, Adapter] = {
    "olist": Adapter(
        name="olist",
        title=olist.TITLE,
        sources=olist.sources,
        time_zone=olist.TIME_ZONE,
        currency=olist.CURRENCY,
    ),
}
