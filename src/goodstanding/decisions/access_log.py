"""Who looked at what concerns a buyer, and why: a file beside the market, one JSON object a line.

A line is on disk before anything is shown, and what cannot be logged is not shown. The file is
only ever added to; it holds ids of buyers, and is kept and deleted with as much care as they are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from goodstanding import days
from goodstanding.errors import AccessRefused

ENDING = ".access.jsonl"
EVERY_BUYER = "every buyer"  # what an entry concerns that names none of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An operator who looks at what concerns buyers: by name (on trust), and for what reason."""

    by: str
    reason: str


def place_of(market: Path) -> Path:
    """Return where the log of a market is."""
    return market.with_name(market.name + ENDING)


def entries(
    look: Look, *, part: str, buyers: Collection[str] | None, at: datetime
) -> list[dict[str, str | None]]:
    """Return what is to be written down of a look: one entry for each buyer that it shows."""
    head: dict[str, str | None] = {
        "at": days.iso(at),
        "role": "operator",
        "by": look.by,
        "reason": look.reason,
        "part": part,
    }
    about: list[dict[str, str | None]] = [
        {"concerns": "buyer", "buyer": buyer} for buyer in sorted(set(buyers or ()))
    ]
    if not about:
        whom = EVERY_BUYER if buyers is None else "no buyer"
        about = [{"concerns": whom, "buyer": None}]
    return [head | each for each in about]


def write_down(
    market: Path, look: Look, *, part: str, buyers: Collection[str] | None, at: datetime
) -> None:
    """Write down that somebody looks at a part of what concerns buyers; a line for each of them.

    `buyers` are the ids of those about whom something is shown; None stands for every buyer there
    is, in one line, and where there are none one line says so. `at` is naive UTC. Returns once the
    lines are on disk. Raises `AccessRefused` where they cannot be written.
    """
    found = entries(look, part=part, buyers=buyers, at=at)
    lines = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in found]
    text = "".join(f"{line}\n" for line in lines)
    try:
        _append(place_of(market), text.encode(errors="backslashreplace"))
    except OSError as error:
        raise AccessRefused(
            f"what concerns a buyer is not shown, since the access log '{place_of(market)}' cannot "
            f"be written: {error.strerror or error}.",
            hint="Whoever looks has to be written down first. Make the file and its folder "
            "writable, and see that the disk has room.",
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A look at what concerns a buyer: in which role, at which part, why and when (naive UTC)."""

    role: str
    part: str
    reason: str
    at: datetime


def looks_at(market: Path, buyer: str) -> list[Looked] | None:
    """Return who looked at what concerns a buyer, the latest first, without names.

    Looks at every buyer are among them. None where the log cannot be read; a line that is no entry,
    as after a crash, is passed over.
    """
    place = place_of(market)
    if not place.exists():
        return []
    try:
        lines = place.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found = []
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(line)
            if said["buyer"] == buyer or said["concerns"] == EVERY_BUYER:
                at = datetime.fromisoformat(said["at"]).replace(tzinfo=None)
                found.append(
                    Looked(role=said["role"], part=said["part"], reason=said["reason"], at=at)
                )
    return sorted(found, key=lambda each: each.at, reverse=True)


def _append(path: Path, lines: bytes) -> None:
    """Add whole lines to a file and wait until they are on disk; a torn last line is ended."""
    is_new = not path.exists()
    rest = memoryview(b"\n" + lines if _is_torn(path) else lines)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        _keep_name(path.parent)


def _is_torn(path: Path) -> bool:
    """Say whether the last line has no end; a log that may be added to may not be readable."""
    with suppress(FileNotFoundError, PermissionError), path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        return file.read(1) not in {b"", b"\n"}
    return False


def _keep_name(folder: Path) -> None:
    """Wait until the name of a new file is on disk too, where a folder can be waited for."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
