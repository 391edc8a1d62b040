"""CSV files: read as text, every row with its place, and the lines that are no rows set apart."""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

import csv
import gzip
from collections import Counter
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from goodstanding.database.duckdb import DatabaseError
from goodstanding.errors import SourceUnreadable
from goodstanding.facts.source import PLACE, Relation
from goodstanding.facts.sql import listed, literal, quoted
from goodstanding.facts.unreadable import reason

if TYPE_CHECKING:
    from goodstanding.database.database import Database

DELIMITERS = (",", ";", "\t", "|")

# What DuckDB calls a line that is no row, and what we do.
REASONS = {
    "MISSING COLUMNS": "fewer columns than the first line names",
    "TOO MANY COLUMNS": "more columns than the first line names",
    "UNQUOTED VALUE": 'a quote (") that is not closed, or is followed by more',
    "LINE SIZE OVER MAXIMUM": "a line of more than 2 MB; is a quote not closed?",
    "INVALID ENCODING": "not UTF-8",
}


def relation(database: Database, path: Path, name: str) -> Relation:
    """Return a CSV file's rows; rows are counted from 1, below the line with the names.

    The file is read through once, to find the lines that are no rows. Raises
    `SourceUnreadable`.
    """
    header, delimiter = _header(path, name)
    columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in header)
    with_text, has_quotes = _lines(path, name)
    # A text in quotes may go over lines that look like rows: only from the start of the file
    # can they be told apart.
    options = (
        f"{literal(str(path))}, auto_detect = false, header = true, delim = {literal(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{columns}}}, "
        f"parallel = {'false' if has_quotes else 'true'}"
    )
    malformed = f"malformed_{token_hex(6)}"
    try:
        count, rows, breaks = _set_malformed_apart(database, options, header, name, malformed)
        below_header = with_text - 1 - sum(column.count("\n") for column in header)
        first_lost = f"{name} row {rows + count + 1}"
        _refuse_lost_rows(database, first_lost, malformed, below_header - rows - breaks)
        if count:
            return _read_around(database, options, header, name, malformed)
    except DatabaseError as error:
        if "invalid state" in str(
            error
        ):  # DuckDB gives up on a file, not on a line, for this alone
            raise SourceUnreadable(
                f"{name} cannot be read as CSV: its lines do not all end alike (\\r\\n or \\n).",
                hint="Save it again, with one kind of line end.",
            ) from None
        raise _unreadable(name, error) from None
    except SourceUnreadable:
        database.execute(f"drop table {malformed}")
        raise
    database.execute(f"drop table {malformed}")
    query = f"""
      select
        {listed(map(quoted, header), "        ")},
        {literal(f"{name} row ")} || row_number() over () as {quoted(PLACE)}
      from read_csv({options})"""
    return Relation(query=query, name=name, columns=tuple(header))


def _read_around(
    database: Database, options: str, header: list[str], name: str, malformed: str
) -> Relation:
    """Return the rows of a file that has lines which are none; they are kept until loaded.

    Rows are counted with those lines: each is moved on by how many of them came before.
    """
    rows = f"{malformed}_around"
    _read_rejecting(  # `ignore_errors` would lose every row below a wrong quote
        database,
        f"create temp table {rows} as select *, row_number() over () as number",
        options,
        malformed,
    )
    _drop_rejects(database, malformed)
    query = f"""
      select
        {listed(map(quoted, header), "        ")},
        {literal(f"{name} row ")} || (around.number + coalesce(before.count, 0))
          as {quoted(PLACE)}
      from {rows} as around
      asof left join (
        select good_rows, max(number) as count
        from (select *, row_number - number as good_rows from {malformed})
        group by good_rows
      ) as before on around.number > before.good_rows
      order by around.number"""
    return Relation(
        query=query,
        name=name,
        columns=tuple(header),
        malformed=f"select place, reason, row_text from {malformed} order by number",
        temporary=(malformed, rows),
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
        raise _unreadable(name, error) from None
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
    database: Database, options: str, header: list[str], name: str, malformed: str
) -> tuple[int, int, int]:
    """Make a temporary table of the lines that are no rows.

    Returns how many there are, how many rows, and how many line breaks within their texts.
    """
    # Each column is counted, so that each is read.
    counts = ", ".join(f"count({quoted(column)})" for column in header)
    breaks = " + ".join(f"coalesce({_breaks(quoted(column))}, 0)" for column in header)
    selected = f"select count(*), coalesce(sum({breaks}), 0), {counts}"
    ((rows, within, *_),) = _read_rejecting(database, selected, options, malformed)
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
          from {malformed}_lines
          group by line
        )
        """
    )
    _drop_rejects(database, malformed)
    count = database.rows(f"select count(*) from {malformed}")[0][0]
    return int(count), int(rows), int(within)


def _read_rejecting(
    database: Database, selected: str, options: str, malformed: str
) -> list[tuple[Any, ...]]:
    """Read the file; what is no row goes to `<malformed>_lines`."""
    return database.rows(  # fetched, as DuckDB reads no further than a result is
        f"{selected} from read_csv({options}, store_rejects = true, "
        f"rejects_table = '{malformed}_lines', rejects_scan = '{malformed}_scans')"
    )


def _drop_rejects(database: Database, malformed: str) -> None:
    for table in (f"{malformed}_lines", f"{malformed}_scans"):
        database.execute(f"drop table if exists {table}")


def _refuse_lost_rows(database: Database, first_lost: str, malformed: str, others: int) -> None:
    """Raise `SourceUnreadable` where a quote is not closed: Database loses what comes after it.

    Either it says so, with the beginning of the text that runs on, or it says nothing: then
    of the `others`, which are lines with text that are in no row, some are not told of, and
    the first of them comes after all that was read.
    """
    running_on = database.rows(
        f"""
        select place, reason
        from {malformed}
        where reason in ($open_quote, $long_line)
          and (reason = $long_line or contains(row_text, chr(10)) or length(row_text) > 9000)
        order by number
        limit 1
        """,
        {
            "open_quote": REASONS["UNQUOTED VALUE"],
            "long_line": REASONS["LINE SIZE OVER MAXIMUM"],
        },
    )
    place, reason = running_on[0] if running_on else (first_lost, REASONS["UNQUOTED VALUE"])
    told = f"select count(*) + coalesce(sum({_breaks('row_text')}), 0) from {malformed}"
    if running_on or database.rows(told)[0][0] < others:
        raise SourceUnreadable(
            f"{place} has {reason}: nothing below it can be told apart.",
            hint='Within a text in quotes, write each quote twice (""). Nothing was loaded.',
        )


def _lines(path: Path, name: str) -> tuple[int, bool]:
    """Count the lines that are not blank, and tell whether there are quotes in them."""
    count, has_quotes = 0, False
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            for line in file:
                count += not line.isspace()
                has_quotes = has_quotes or b'"' in line
    except (OSError, EOFError) as error:
        raise _unreadable(name, error) from None
    return count, has_quotes


def _unreadable(name: str, error: Exception) -> SourceUnreadable:
    return SourceUnreadable(
        f"{name} cannot be read as CSV: {reason(error)}", hint="Write it anew, or leave it out."
    )


def _breaks(text: str) -> str:
    return f"(length({text}) - length(replace({text}, chr(10), '')))"
