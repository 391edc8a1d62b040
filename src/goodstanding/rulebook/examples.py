"""Read and check the worked examples of a rulebook; running them is for the assessment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from goodstanding import currencies
from goodstanding.days import FIRST_DAY, LAST_DAY
from goodstanding.errors import near
from goodstanding.rows.catalogue import CURRENCY, ROW_KINDS, RowColumn, RowKind, Type
from goodstanding.rulebook.conditions import a
from goodstanding.rulebook.document import Document
from goodstanding.rulebook.model import Example, Ladder, Rulebook
from goodstanding.rulebook.notes import Notes, shown
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.scored import peer_numbers

EXCLUSION = "exclusion"  # the reason for which a decision excludes an example's row
MOST_ROWS = 100_000  # of one entry; an example is there to be read
LARGEST_NUMBER = 10**15  # what every database's whole numbers hold, calculated with
LARGEST_SCORE = 10**6  # points of one day
_PAIR = re.compile(r"[0-9]+/[0-9]+")
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SANCTION = re.compile(
    r"(?P<does>[a-z ]+) at (?P<at>[0-9]+(?:\.[0-9]+)?), "
    r"(?:from (?P<only>DAY)|(?P<first>DAY) to (?P<last>DAY))".replace("DAY", _DAY)
)
_TOLD = ("grade", "not_graded_because", "deciding_limit")


def read_examples(document: Document, notes: Notes) -> tuple[Example, ...]:
    """Return the examples with their rows written out: `like` is followed."""
    return tuple(
        Example(
            name=table.name,
            as_of=table.as_of,
            rows={
                name: tuple(
                    _row(entry, document, ("example", place, "rows", name, at), notes)
                    for at, entry in enumerate(entries)
                )
                for name, entries in table.rows.items()
            },
            peers={
                name: {function: Fraction(value) for function, value in values.items()}
                for name, values in table.peers.items()
            },
            expect=table.expect,
            line=notes.located.line(("example", place)),
        )
        for place, table in enumerate(document.example)
    )


def _row(entry: Mapping[str, Any], document: Document, path: Path, notes: Notes) -> dict[str, Any]:
    row = {key: value for key, value in entry.items() if key != "like"}
    like, times = entry.get("like"), entry.get("times", 1)
    if like is not None and (not isinstance(like, str) or like not in document.example_row):
        if like not in notes.broken_names("example_row"):
            what = f"There is no example_row {shown(like)}."
            notes.add((*path, "like"), what, near(str(like), list(document.example_row)))
    elif like is not None:
        row = {**document.example_row[like], **row}
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MOST_ROWS:
        what = f"'times' is {times}."
        notes.add((*path, "times"), what, f"Write a whole number from 1 to {MOST_ROWS}.")
    return row


def check_examples(rulebook: Rulebook, document: Document, notes: Notes) -> None:
    """Note rows with columns or values that cannot be, and outcomes that cannot come out."""
    for place, table in enumerate(document.example):
        if not FIRST_DAY <= table.as_of <= LAST_DAY:
            what = f"{table.as_of} is out of range."
            hint = f"Days from {FIRST_DAY} to {LAST_DAY} are understood."
            notes.add(("example", place, "as_of"), what, hint)
        for name, entries in table.rows.items():
            path: Path = ("example", place, "rows", name)
            if name in rulebook.rows:
                kind = ROW_KINDS[rulebook.rows[name].kind]
                for at, entry in enumerate(entries):
                    _check_entry((*path, at), entry, kind, document, notes)
            elif not notes.is_broken("rows", name):
                what = f"There is no set of rows '{name}'."
                notes.add(path, what, near(name, list(rulebook.rows)))
        _check_peers(("example", place, "peers"), table.peers, rulebook, notes)
        for name, value in table.expect.items():
            _check_expected(("example", place, "expect", name), name, value, rulebook, notes)
    _check_starting_rows(rulebook, document, notes)


def _check_starting_rows(rulebook: Rulebook, document: Document, notes: Notes) -> None:
    used: dict[object, set[str]] = {}
    for table in document.example:
        for rows, entries in table.rows.items():
            for entry in entries:
                used.setdefault(entry.get("like"), set()).add(rows)
    for name, row in document.example_row.items():
        path: Path = ("example_row", name)
        if name not in used and notes.is_whole("example"):
            notes.add(path, "No example starts from this row.", "Leave it out.")
        asked = used.get(name, set()) & set(rulebook.rows) or set(rulebook.rows)
        kinds = [ROW_KINDS[rulebook.rows[each].kind] for each in asked]
        if kinds:  # a line has every column of an order: the widest kind judges
            _check_row(path, row, max(kinds, key=lambda kind: len(kind.names)), notes)


def _check_entry(
    path: Path, entry: Mapping[str, Any], kind: RowKind, document: Document, notes: Notes
) -> None:
    own = {key: value for key, value in entry.items() if key not in {"like", "times"}}
    _check_row(path, {k: v for k, v in own.items() if k != EXCLUSION}, kind, notes)
    _check_reason((*path, EXCLUSION), own.get(EXCLUSION), document, notes)
    like = entry.get("like")
    whole = {**(document.example_row.get(like, {}) if isinstance(like, str) else {}), **own}
    for key in whole:
        column = kind.column(key) if kind.has(key) else None
        since = None if column is None or column.is_decided else column.since
        if since is not None and since not in whole:
            what = f"'{key}' is hidden, since the row has no '{since}'."
            notes.add(path, what, f"Add the day: {since} = …")


def _check_reason(path: Path, reason: object, document: Document, notes: Notes) -> None:
    known = [entry.reason for entry in document.exclude if entry.reason is not None]
    if reason is not None and reason not in known and notes.is_whole("exclude"):
        what = f"Nothing is excluded for the reason {shown(reason)}."
        notes.add(path, what, near(str(reason), known) if known else "Name it in an exclude entry.")


def _check_row(path: Path, row: Mapping[str, Any], kind: RowKind, notes: Notes) -> None:
    for key, value in row.items():
        if key == CURRENCY:
            if value not in currencies.CODES:
                notes.add((*path, key), f"{shown(value)} should be an ISO 4217 code.")
            continue
        if not kind.has(key):
            what = f"'{key}' is not a column of {a(kind.name)}."
            notes.add((*path, key), what, near(key, kind.names))
            continue
        wanted = _wanted(kind.column(key), value)
        if wanted is not None:
            notes.add((*path, key), f"{shown(value)} should be {wanted}.")


def _wanted(column: RowColumn, value: object) -> str | None:
    """Say what a value of the column should be, None where it is."""
    is_whole = (
        isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER
    )
    match column.type:
        case Type.FLAG:
            fits, wanted = isinstance(value, bool), "true or false"
        case Type.DAY:
            is_day = type(value) is date and FIRST_DAY <= value <= LAST_DAY
            fits, wanted = is_day, f"a day from {FIRST_DAY} to {LAST_DAY}"
        case Type.CODE:
            fits, wanted = value in column.codes, f"one of {', '.join(column.codes)}"
        case Type.IDENTITY:
            fits, wanted = isinstance(value, str), "a text, any"
        case Type.STARS:
            fits = (is_whole or isinstance(value, Decimal)) and _are_stars(Decimal(str(value)))
            wanted = "stars from 1 to 5, with two decimals at most"
        case Type.POINTS:
            fits = (is_whole or isinstance(value, Decimal)) and _are_points(Decimal(str(value)))
            wanted = "points, with six decimals at most"
        case Type.WHOLE | Type.MONEY:
            fits, wanted = is_whole, "a whole number of at most 15 digits"
    return None if fits else wanted


def _are_stars(value: Decimal) -> bool:
    return value.is_finite() and 1 <= value <= 5 and value * 100 == int(value * 100)


def _are_points(value: Decimal) -> bool:
    return value.is_finite() and abs(value) < LARGEST_SCORE and not value % Decimal("0.000001")


def _check_peers(
    path: Path, peers: Mapping[str, Mapping[str, int | Decimal]], rulebook: Rulebook, notes: Notes
) -> None:
    asked = peer_numbers(rulebook)
    for name, values in peers.items():
        if name not in asked:
            what = f"Nothing asks what '{name}' comes to among peers."
            notes.add((*path, name), what, near(name, list(asked)))
            continue
        for function, value in values.items():
            if function not in asked[name]:
                what = f"Nothing asks for {function}({name})."
                notes.add((*path, name, function), what, near(function, asked[name]))
            elif (Fraction(value) * 1_000_000).denominator != 1:
                notes.add((*path, name, function), f"{value} has more than six decimal places.")


def _check_expected(path: Path, name: str, value: object, rulebook: Rulebook, notes: Notes) -> None:
    known = _outcomes(rulebook)
    if name in known:
        is_known = all(notes.is_whole(table) for table in ("grade", "not_graded", "indicator"))
        if value not in known[name] and is_known:
            notes.add(path, f"{shown(value)} can never come out.", near(str(value), known[name]))
        return
    if name in rulebook.ladders:
        _check_sanction(path, value, rulebook.ladders[name], notes)
    else:
        _check_number(path, name, value, rulebook, notes)


def _check_number(path: Path, name: str, value: object, rulebook: Rulebook, notes: Notes) -> None:
    number = rulebook.numbers.get(name)
    is_count = number is None or number.count is not None
    if is_count and (number is not None or name in rulebook.measures):
        counted = name if number is None else str(number.count)
        least = 0 if rulebook.measures[counted].sum is None else -LARGEST_NUMBER
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            notes.add(path, f"{shown(value)} is not a count.", "Write a whole number.")
    elif number is not None and number.is_share:
        is_pair = isinstance(value, str) and (_PAIR.fullmatch(value) or value == "not assessed")
        if not is_pair:
            notes.add(path, f"{shown(value)} is not a ratio.", 'Write "7/200", or "not assessed".')
    elif number is not None or name in interval_ends(rulebook):
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if not is_number and value != "not assessed":
            notes.add(path, f"{shown(value)} is no number.", 'Write 4.75, or "not assessed".')
    elif name not in notes.broken_names("measure", "indicator", "points", "ladder"):
        ends = interval_ends(rulebook)
        known_names = [*_TOLD, *ends, *rulebook.numbers, *rulebook.measures, *rulebook.ladders]
        notes.add(path, f"Nothing of the name '{name}' comes out.", near(name, known_names))


def interval_ends(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the names of the numbers between which a score could be, where those are told."""
    is_told = rulebook.score is not None and rulebook.score.half_width is not None
    return ("score_lower", "score_upper") if is_told else ()


def _check_sanction(path: Path, value: object, ladder: Ladder, notes: Notes) -> None:
    """Note what can never be in force: another sanction than the rungs', or of other days."""
    found = _SANCTION.fullmatch(value) if isinstance(value, str) else None
    if value == "nothing" or (found is not None and _can_be(found, ladder)):
        return
    if found is None:
        what, hint = f"{shown(value)} is no sanction in force.", None
    else:
        what = f"{shown(value)} can never be in force."
        hint = f"Known: {', '.join(rung.text for rung in ladder.rungs)}, each for its days."
    hint = hint or 'Write "nothing", or "freeze at 12, 2026-01-05 to 2026-01-11".'
    notes.add(path, what, hint)


def _can_be(found: re.Match[str], ladder: Ladder) -> bool:
    at = Fraction(found["at"])
    try:
        first = date.fromisoformat(found["only"] or found["first"])
        days = (date.fromisoformat(found["last"]) - first).days + 1 if found["last"] else None
    except ValueError:
        return False
    return any(
        (rung.does, rung.days) == (found["does"], days)
        and (at == rung.at or (ladder.is_repeated and at > 0 and at % rung.at == 0))
        for rung in ladder.rungs
    )


def _outcomes(rulebook: Rulebook) -> dict[str, list[str]]:
    """Return what can come out of what is told in words."""
    reasons = [entry.id for entry in rulebook.not_graded]
    reasons += [f"{name}_not_assessed" for name in rulebook.numbers]
    limits = [limit.that.text for grade in rulebook.grades for limit in grade.limits]
    return {
        "grade": list(rulebook.grade_names),
        "not_graded_because": reasons,
        "deciding_limit": limits,
    }
