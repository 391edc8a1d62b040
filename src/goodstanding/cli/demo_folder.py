"""The folder of a demo: a new one, or an earlier demo that is replaced, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from goodstanding.errors import ArgumentInvalid

_MARK = ".goodstanding-demo"  # says that what lies in the folder was put there by a demo
_SAID = "Made by `goodstanding demo`, which replaces the market, the sample and mine.toml here.\n"


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """What a demo makes, and where."""

    place: Path

    @property
    def market(self) -> Path:
        """The market's file."""
        return self.place / "market.duckdb"

    @property
    def sample(self) -> Path:
        """The folder with the files that are loaded."""
        return self.place / "sample"

    @property
    def own_rulebook(self) -> Path:
        """The copy of the rulebook whose limits are changed."""
        return self.place / "mine.toml"


def prepared(place: Path) -> DemoFolder:
    """Make the folder, or clear away an earlier demo's files in it.

    Raises `ArgumentInvalid` where it holds anything that no demo has put there.
    """
    if place.exists() and not place.is_dir():
        raise ArgumentInvalid(
            f"'{place}' is a file, and the demo needs a folder.", hint="Name one with --dir."
        )
    folder = DemoFolder(place)
    if not (place / _MARK).exists() and place.is_dir() and any(place.iterdir()):
        raise ArgumentInvalid(
            f"folder '{place}' holds something that no demo has put there.",
            hint="Name another with --dir, such as --dir demo2.",
        )
    place.mkdir(parents=True, exist_ok=True)
    (place / _MARK).write_text(_SAID, encoding="utf-8")
    for file in (
        folder.market,
        folder.market.with_name(f"{folder.market.name}.wal"),
        folder.own_rulebook,
    ):
        file.unlink(missing_ok=True)
    return folder
