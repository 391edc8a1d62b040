"""Where the numbers of bundled rulebooks come from: `sources.toml`, and the page made of it.

`python -m goodstanding.rulebook.sources` prints the page, which is kept as `docs/sources.md`.
"""

from __future__ import annotations

import importlib.resources
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from goodstanding.rulebook.provenance import source_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page that somebody can look up."""

    id: str
    says: str
    address: str
    date: str
    quality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What sources say about one point, in our words; `sources` names them, none where empty."""

    id: str
    says: str
    sources: tuple[str, ...]
    confidence: str


@cache
def known() -> Mapping[str, Source | Fact]:
    """Return every source and fact that a rulebook may name, by id, in the order of the file."""
    text = (importlib.resources.files(__package__) / "sources.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    sources = {name: Source(id=name, **entry) for name, entry in tables["source"].items()}
    facts = {
        name: Fact(
            id=name,
            says=entry["says"],
            sources=source_ids(entry["sources"]),
            confidence=entry["confidence"],
        )
        for name, entry in tables["fact"].items()
    }
    return {**sources, **facts}


def page() -> str:
    """Return `docs/sources.md`: every source with its address, and every fact with its sources."""
    sources = [entry for entry in known().values() if isinstance(entry, Source)]
    facts = [entry for entry in known().values() if isinstance(entry, Fact)]
    lines = [
        "# Sources",
        "",
        "Where the numbers of bundled rulebooks come from, and what law profiles say. Both name",
        "these ids in `source`.",
        "Made from `src/goodstanding/rulebook/sources.toml` by",
        "`python -m goodstanding.rulebook.sources`; change it there.",
        "",
        "How good a source is: *document* (what a rulebook sets out to follow), *official*,",
        "*copy* (of an official text), *trade* (press and training for sellers), *weak*, *code*",
        "(the program of somebody who uses the marketplace's interface), *unreliable* (kept so",
        "that nobody takes it up again). Nothing here was tried against a live marketplace.",
        "",
        "## Pages",
        "",
        "| id | what it says | address | date | how good |",
        "|---|---|---|---|---|",
        *(f"| {s.id} | {s.says} | {s.address} | {s.date} | {s.quality} |" for s in sources),
        "",
        "## Facts",
        "",
        "| id | what the pages say | pages | how sure |",
        "|---|---|---|---|",
        *(
            f"| {f.id} | {f.says} | {', '.join(f.sources) or 'none'} | {f.confidence} |"
            for f in facts
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
