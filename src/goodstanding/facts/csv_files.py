"""CSV files: read as text, every row with its place, and the lines that are no rows set apart."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

import csv
import gzip
from collections import Counter
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from goodstanding.database.duckdb import DatabaseError
from goodstanding.errors import SourceUnreadable
from goodstanding.facts.source import PLACE, Relation
from goodstanding.facts.sql import listed, literal, quoted

if TYPE_CHECKING:
    from goodstanding.database.duckdb import DuckDB

DELIMITERS = (",", ";", "\t", "|")

# What DuckDB calls a line that is no row, and what we do.
REASONS = {
    "MISSING COLUMNS": "fewer columns than the first line names",
    "TOO MANY COLUMNS": "more columns than the first line names",
    "UNQUOTED VALUE": 'a quote (") that is not closed, or is followed by more',
    "LINE SIZE OVER MAXIMUM": "a line of more than 2 MB; is a quote not closed?",
    "INVALID ENCODING": "not UTF-8",
}


def relation(database: DuckDB, path: Path, name: str) -> Relation:
    """Return a CSV file's rows; rows are counted from 1, below the line with the names.

    The file is read through once, to find the lines that are no rows. Raises
    `SourceUnreadable`.
    """
    header, delimiter = _header(path, name)
    columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in header)
    options = (
        f"{literal(str(path))}, auto_detect = false, header = true, delim = {literal(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{columns}}}"
    )
    malformed = f"malformed_{token_hex(6)}"
    try:
        count = _set_malformed_apart(database, options, header, name, malformed)
    except DatabaseError as error:
        why = str(error).strip().splitlines()[0]
        if "invalid state" in why:  # DuckDB gives up on a file, not on a line, for this alone
            raise SourceUnreadable(
                f"{name} cannot be read as CSV: its lines do not all end alike (\\r\\n or \\n).",
                hint="Save it again, with one kind of line end.",
            ) from None
        raise SourceUnreadable(f"{name} cannot be read as CSV: {why}") from None
    selected = listed(map(quoted, header), "        ")
    if not count:
        database.execute(f"drop table {malformed}")
        query = f"""
      select
        {selected},
        {literal(f"{name} row ")} || row_number() over () as {quoted(PLACE)}
      from read_csv({options})"""
        return Relation(query=query, name=name, columns=tuple(header))
    # Rows are counted with those that cannot be read: each is moved on by how many came before.
    query = f"""
      select
        {selected},
        {literal(f"{name} row ")} || (counted.number + coalesce(before.count, 0))
          as {quoted(PLACE)}
      from (
        select *, row_number() over () as number
        from read_csv({options}, ignore_errors = true)
      ) as counted
      asof left join (
        select good_rows, max(number) as count
        from (select *, row_number - number as good_rows from {malformed})
        group by good_rows
      ) as before on counted.number > before.good_rows
      order by counted.number"""
    return Relation(
        query=query,
        name=name,
        columns=tuple(header),
        malformed=f"select place, reason, row_text from {malformed} order by number",
        temporary=(malformed,),
    )


def _header(path: Path, name: str) -> tuple[list[str], str]:
    """Return the names in the first line, and what stands between them."""
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            # Only these lines have to be right: one further down that is not is set apart.
            lines = (line.decode("utf-8-sig") for line in file)
            first = next(lines, "")
            delimiter = max(DELIMITERS, key=first.count)
            names = next(csv.reader(chain([first], lines), delimiter=delimiter), [])
    except UnicodeDecodeError:
        raise SourceUnreadable(
            f"{name} is not a text in UTF-8.", hint="Save it as CSV in UTF-8."
        ) from None
    except (OSError, EOFError, csv.Error) as error:
        raise SourceUnreadable(f"{name} cannot be read as CSV: {error}.") from None
    if not "".join(names).strip():
        raise SourceUnreadable(
            f"{name} {'begins with a blank line' if first else 'is empty'}.",
            hint="Its first line should name the columns.",
        )
    names = [column or f"column {number}" for number, column in enumerate(names, start=1)]
    twice = [each for each, count in Counter(map(str.lower, names)).items() if count > 1]
    if twice:
        raise SourceUnreadable(
            f"{name} has more than one column called {', '.join(map(repr, twice))}.",
            hint="Rename one, or leave it out.",
        )
    return names, delimiter


def _set_malformed_apart(
    database: DuckDB, options: str, header: list[str], name: str, malformed: str
) -> int:
    """Make a temporary table of the lines that are no rows; return how many there are."""
    rejects, scans = f"{malformed}_lines", f"{malformed}_scans"
    counts = ", ".join(f"count({quoted(column)})" for column in header)  # each has to be read
    database.rows(  # fetched, as DuckDB reads no further than a result is fetched
        f"select {counts} from read_csv({options}, store_rejects = true, "
        f"rejects_table = {literal(rejects)}, rejects_scan = {literal(scans)})"
    )
    reasons = " ".join(f"when {literal(kind)} then {literal(why)}" for kind, why in REASONS.items())
    database.execute(
        f"""
        create temp table {malformed} as
        select
          row_number() over (order by line) as number,
          cast(line as bigint) - 1 as row_number,
          {literal(f"{name} row ")} || (line - 1) as place,
          case kind {reasons} else 'not a line of CSV' end as reason,
          trim(row_text, chr(10) || chr(13)) as row_text
        from (
          -- of several the last by name, so that a wrong quote is never hidden by another
          select line, max(cast(error_type as varchar)) as kind, min(csv_line) as row_text
          from {rejects}
          group by line
        )
        """
    )
    for table in (rejects, scans):
        database.execute(f"drop table if exists {table}")
    _refuse_lost_rows(database, malformed)
    return int(database.rows(f"select count(*) from {malformed}")[0][0])


def _refuse_lost_rows(database: DuckDB, malformed: str) -> None:
    """Raise `SourceUnreadable` for a wrong quote: DuckDB gives up every row below it, unsaid."""
    found = database.rows(
        f"select place from {malformed} where reason = $reason order by number limit 1",
        {"reason": REASONS["UNQUOTED VALUE"]},
    )
    if found:
        database.execute(f"drop table {malformed}")
        raise SourceUnreadable(
            f"{found[0][0]} has {REASONS['UNQUOTED VALUE']}: nothing below it can be told apart.",
            hint='Within a text in quotes, write each quote twice (""). Nothing was loaded.',
        )
