"""Check the names of a rulebook: reserved, used twice, never used, and those in sentences."""

from __future__ import annotations

import string
from collections import Counter

from goodstanding.errors import near
from goodstanding.expressions.nodes import names_in
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.conditions import a, conditions, kinds_of_rows
from goodstanding.rulebook.model import Rulebook
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.scored import formulas

# Words that mean something in a rulebook already, or will.
_RESERVED = frozenset({"grade", "points", "score", "standing", "subject", "window"})
# A measure's name becomes a column, and these words cannot be one without quotes: the reserved
# words of PostgreSQL (appendix C of its manual), and what DuckDB and Spark reserve beyond them.
_SQL_WORDS = (
    "all analyse analyze and anti any array as asc asymmetric authorization between binary both "
    "case cast check collate collation column concurrently constraint create cross cube current "
    "default deferrable desc describe distinct do else end except exists false fetch filter for "
    "foreign freeze from full function grant group grouping having ilike in initially inner "
    "intersect interval into is isnull join lambda lateral leading left like limit localtime "
    "localtimestamp minus natural not notnull null offset on only or order outer overlaps pivot "
    "placing position primary qualify range references returning right rollup row rows select "
    "semi session set sets show similar some summarize symmetric table tablesample then to "
    "trailing true union unique unknown unpivot user using values variadic verbose when where "
    "with within"
)
_RESERVED_IN_SQL = frozenset(_SQL_WORDS.split())


def check_names(rulebook: Rulebook, notes: Notes) -> None:
    """Note names that are reserved, that two things have, or that a column has already."""
    columns = {name: kind.name for kind in kinds_of_rows(rulebook) for name in kind.names}
    tables = {
        "rows": list(rulebook.rows),
        "measure": list(rulebook.measures),
        "lookup": list(rulebook.lookups),
        "indicator": list(rulebook.indicators),
        "points": list(rulebook.points),
        "ladder": list(rulebook.ladders),
    }
    first_in: dict[str, str] = {}
    for table, names in tables.items():
        for name in names:
            path: Path = (table, name)
            if name in first_in:
                notes.add(path, f"{first_in[name]}.{name} has the same name.", "Rename one.")
            first_in.setdefault(name, table)
            if table != "rows" and name in columns:
                what = f"{a(columns[name]).capitalize()} has a column of that name already."
                notes.add(path, what, "Give it another name.")
            if name in _RESERVED or (table == "measure" and name in _RESERVED_IN_SQL):
                notes.add(path, f"The name '{name}' is reserved.", "Give it another name.")
    for table, repeated in (
        ("exclude", [entry.id for entry in rulebook.exclusions]),
        ("grade", [grade.name for grade in rulebook.grades]),
        ("not_graded", [entry.id for entry in rulebook.not_graded]),
        ("example", [example.name for example in rulebook.examples]),
    ):
        seen: Counter[str] = Counter()
        for place, name in enumerate(repeated):
            if seen[name] and notes.is_whole(table, place):
                notes.add((table, place), "There is another one of that name.", "Rename one.")
            seen[name] += notes.is_whole(table, place)


def check_use(rulebook: Rulebook, notes: Notes) -> None:
    """Note windows, rows and measures that nothing uses; silent where something is broken."""
    if notes.broken:
        return
    named = _named(rulebook)
    for name in rulebook.measures:
        if name not in named:
            hint = f'Show it with indicator.NAME = {{ count = "{name}", … }}, or leave it out.'
            notes.add(("measure", name), "Nothing uses this measure.", hint)
    for name in rulebook.rows:
        if name not in named:
            notes.add(("rows", name), "No measure counts these rows.", "Leave them out.")
    windows = {measure.window.name for measure in rulebook.measures.values()}
    windows |= {c.window for name in windows for c in rulebook.windows[name].choices}
    for name in rulebook.windows:
        if name not in windows:
            notes.add(("window", name), "No measure looks back on this window.", "Leave it out.")


def _named(rulebook: Rulebook) -> set[str]:
    """Return every name that something in a rulebook uses."""
    named = {name for _, condition, _ in conditions(rulebook) for name in names_in(condition.node)}
    named |= {name for _, formula in formulas(rulebook) for name in names_in(formula.node)}
    for measure in rulebook.measures.values():
        named |= {measure.rows, measure.parent or ""}
    for indicator in rulebook.indicators.values():
        named |= set(indicator.measures)
    named |= {ladder.climbs for ladder in rulebook.ladders.values()}
    return named | ({rulebook.peers.of} if rulebook.peers is not None else set())


def check_sentences(rulebook: Rulebook, notes: Notes) -> None:
    """Note sentences for kinds that are not there, and places in them that are no column."""
    kinds = {kind: m for m in rulebook.measures.values() for kind in m.kinds}
    for name, sentence in rulebook.because.items():
        path: Path = ("because", name)
        if name not in kinds:
            if not notes.broken_names("measure"):
                notes.add(path, f"'{name}' is no kind of any measure.", near(name, list(kinds)))
            continue
        columns = ROW_KINDS[rulebook.rows[kinds[name].rows].kind]
        try:
            places = [place for _, place, _, _ in string.Formatter().parse(sentence)]
        except ValueError:
            notes.add(path, "A brace is opened or closed without the other.", "Write {stars}.")
            continue
        for place in places:
            if place is not None and not columns.has(place):
                what = f"'{{{place}}}' is not a column of {a(columns.name)}."
                notes.add(path, what, near(place, columns.names))
