"""What to do about a path at which nothing is."""

from __future__ import annotations

import re
from pathlib import Path

from goodstanding.errors import SourceMissing
from goodstanding.facts.columns import nearly

MOST_NAMES = 8  # of a folder; more would hide the advice


def missing_source(source: str | Path) -> SourceMissing:
    """Return the error for a source that does not exist."""
    if re.match(r"[a-z][a-z0-9+.-]+:/", str(source)):
        return SourceMissing(
            f"'{source}' is an address, and nothing is fetched from the network.",
            hint="Download it, and name the file.",
        )
    return SourceMissing(f"'{source}' does not exist.", hint=beside(Path(source)))


def beside(path: Path) -> str:
    """Say what was probably meant by a path that does not exist, or what is in its folder."""
    try:
        names = sorted(
            other.name for other in path.parent.iterdir() if not other.name.startswith(".")
        )
    except OSError:
        return f"There is no folder '{path.parent}' that can be read: check the path."
    meant = nearly(path.name, names)
    if meant:
        return f"Did you mean '{path.parent / meant}'?"
    if not names:
        return f"Folder '{path.parent}' is empty: check the path."
    more = ", …" if len(names) > MOST_NAMES else ""
    return f"Check the path: folder '{path.parent}' has {', '.join(names[:MOST_NAMES])}{more}."
