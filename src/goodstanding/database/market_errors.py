"""What DuckDB says when a market's file fails it, as an error that says what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding.database import holders
from goodstanding.errors import (
    MarketClosed,
    MarketError,
    MarketHeld,
    MarketUnreadable,
    MarketUnwritable,
)

if TYPE_CHECKING:
    from goodstanding.database.address import Place

_DAMAGED = ("corrupt database file", "could not read", "has been invalidated")
_UNWRITABLE = ("could not write", "no space left", "permission denied", "read-only", "disk quota")


def of_opening(path: Path, text: str, *, is_new: bool) -> MarketError:
    """Return the error for a market that could not be opened, or made."""
    said = text.lower()
    if "lock" in said and "block" not in said:
        return MarketHeld(
            f"market '{path}' is in use: {holders.told(text)} has it open.",
            hint="Wait until it is done (--wait SECONDS, in Python wait=SECONDS), or end it; while "
            "one writes, no other can open it.",
        )
    if "different configuration" in said:
        return MarketHeld(
            f"market '{path}' is in use: this process has it open already, the other way of "
            "reading and writing.",
            hint="Use the market that is open, or close it first.",
        )
    if is_new:
        return MarketUnwritable(
            f"market '{path}' cannot be made: {_reason(path, text)}",
            hint="Name another folder, one that may be written.",
        )
    if "permission denied" in said:
        return no_permission(path)
    if "not a valid duckdb database file" in said:
        return MarketUnreadable(
            f"market '{path}' cannot be read: it is a file of another kind.",
            hint="Name the file of a market, or make one with: "
            "goodstanding new MARKET --time-zone UTC --currency USD",
        )
    return of_using(path, text) or MarketUnreadable(
        f"market '{path}' cannot be read: {_reason(path, text)}",
        hint="Is it a DuckDB file made by this version of goodstanding?",
    )


def of_using(path: Path, text: str) -> MarketError | None:
    """Return the error for a market whose file failed while it was used; None for any other."""
    said = text.lower()
    named = re.search(r'file "([^"]*)"', text)
    if named and not Path(named[1]).name.startswith(path.name):  # a source's, not the market's
        return None
    if is_unwritable(text):
        return unwritable(path, _reason(path, text))
    if any(each in said for each in _DAMAGED):
        return MarketUnreadable(
            f"market '{path}' is damaged or not whole: {_reason(path, text)}",
            hint="Put a copy of it in its place, or delete it and load its facts anew.",
        )
    return None


def is_unwritable(text: str) -> bool:
    """Say whether DuckDB's text is of what could not be written."""
    return any(each in text.lower() for each in _UNWRITABLE)


def no_permission(path: Path) -> MarketUnreadable:
    """Return the error for a market that whoever asks may not read."""
    return MarketUnreadable(
        f"market '{path}' cannot be read: you have no permission.",
        hint="Ask its owner for it, or have a copy made that is yours.",
    )


def closed(place: Place) -> MarketClosed:
    """Return the error for a market that is used after it was closed."""
    return MarketClosed(
        f"market '{place}' is closed.",
        hint="Open it again, goodstanding.open(…), or ask before the `with` block ends.",
    )


def unwritable(path: Path, why: str) -> MarketUnwritable:
    """Return the error for a market that can be read and not written."""
    return MarketUnwritable(
        f"market '{path}' cannot be written: {why}",
        hint="It is as it was. The file and its folder have to be writable, and the disk to have "
        "room; or load into a copy.",
    )


def _reason(path: Path, text: str) -> str:
    """Return the first line of what DuckDB says, without the file's name and the kind of error."""
    line = text.strip().splitlines()[0]
    line = re.sub(r"^(?:[A-Z]\w+ )*Error: ", "", line)
    line = re.sub(rf'(?:[Tt]he )?file "[^"]*{re.escape(path.name)}"', "the file", line)
    return line if line.endswith((".", "!")) else f"{line}."
