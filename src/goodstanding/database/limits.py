"""How much of a machine DuckDB may take, as the environment says."""

from __future__ import annotations

import os
import re

import duckdb

from goodstanding.errors import ArgumentInvalid, MemoryExceeded

# The variable of the environment for each setting of DuckDB.
_SETTINGS = {"GOODSTANDING_MEMORY": "memory_limit", "GOODSTANDING_SPILL": "temp_directory"}


def set_limits(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a database take as much memory, and write what does not fit, where it is allowed.

    Without `GOODSTANDING_MEMORY` (such as 8GB) it takes up to four fifths of what it believes to
    be there; without `GOODSTANDING_SPILL`, a folder, it writes beside the market's file. Raises
    `ArgumentInvalid`.
    """
    for variable, setting in _SETTINGS.items():
        value = os.environ.get(variable)
        if not value:
            continue
        quoted = value.replace("'", "''")
        try:
            connection.execute(f"set {setting} = '{quoted}'")
        except duckdb.Error as error:
            raise ArgumentInvalid(
                f"{variable} is '{value}': {str(error).splitlines()[0]}",
                hint="Give memory as 8GB or 500MB, and a folder that can be written to.",
            ) from None


def exceeded(text: str) -> MemoryExceeded:
    """Return the error for what DuckDB says when its memory, and the disk, hold no more."""
    limit = re.search(r"/(\S+ \S+) used\)", text)
    may_take = f"the {limit[1]} that DuckDB may take" if limit else "DuckDB may take"
    return MemoryExceeded(
        f"this takes more memory than {may_take}.",
        hint="What was in the market is as it was. Allow more (GOODSTANDING_MEMORY=8GB), name a "
        "folder with room for what does not fit (GOODSTANDING_SPILL=FOLDER), or load in parts.",
    )
