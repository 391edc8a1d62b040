"""Results as a table: the columns of the output contract, one row a subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial, reduce

import pyarrow as pa
import pyarrow.compute as pc

from goodstanding import days
from goodstanding.assessment.bound_days import window_on
from goodstanding.assessment.calculating import LOWER, UPPER, peer_column
from goodstanding.assessment.collapsing import repeated_count
from goodstanding.assessment.counting import counted_rows
from goodstanding.assessment.every_result import converting, of_every_result
from goodstanding.assessment.excluding import excluded_count
from goodstanding.assessment.millionths import MILLION
from goodstanding.assessment.peers import benchmark_columns, group_column, level_column, size_column
from goodstanding.assessment.sanction_words import TOTAL, sanction_column
from goodstanding.assessment.sanctioned import ladder_columns, sanction_columns, total_columns
from goodstanding.assessment.subject_sql import denominator, is_assessed, numerator
from goodstanding.assessment.unconverted import unconverted_count
from goodstanding.assessment.verdicts import unconfirmed, verdict_columns, verdicts_of
from goodstanding.rulebook.model import Indicator, Rulebook
from goodstanding.rulebook.scored import peer_numbers

REPEATED = "rows_repeated"
UNCONVERTED = "amounts_unconverted"
UNPLACED = "rows_unplaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every result of one assessment repeats."""

    rulebook: Rulebook
    as_of: date
    known_at: datetime
    time_zone: str

    @property
    def window_from(self) -> date | None:
        """The first day that any measure looks back on; None where one looks back on all.

        What an account says holds from its day on, however long ago that is.
        """
        rows = self.rulebook.rows
        counted = [m for m in self.rulebook.measures.values() if rows[m.rows].kind != "account"]
        windows = [window_on(m.window, self.as_of) for m in counted]
        firsts = [w.first for w in windows if w is not None]
        return min(firsts) if firsts and len(firsts) == len(windows) else None


class Shaping:
    """Results of one assessment in the contract's columns, a part after the other.

    What every result repeats is held once, whatever the number of parts.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._held: dict[tuple[object, pa.DataType], pa.Array] = {}

    def shaped(self, results: pa.Table) -> pa.Table:
        """Return results in the contract's columns, in their order."""
        return _shaped(results, self._context, partial(self._alike, results.num_rows))

    def _alike(self, rows: int, value: object, kind: pa.DataType) -> pa.Array:
        """Return a column that says the same in every row."""
        held = self._held.get((value, kind))
        if held is None or len(held) < rows:
            held = self._held[value, kind] = pa.repeat(pa.scalar(value, kind), rows)
        return held.slice(0, rows)


def shaped(results: pa.Table, context: Context) -> pa.Table:
    """Return results in the contract's columns, in their order."""
    return Shaping(context).shaped(results)


def _shaped(
    results: pa.Table, context: Context, same: Callable[[object, pa.DataType], pa.Array]
) -> pa.Table:
    rulebook = context.rulebook
    window_from = context.window_from
    asked = of_every_result(rulebook, window_from, context.as_of)
    verdicts, place = verdicts_of(results, rulebook)
    within = rulebook.subject_kind.within
    text, texts = pa.string(), pa.list_(pa.string())
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "subject_kind": same(rulebook.subject, text),
        "subject_id": results["subject_id"],
        "within_kind": same(within, text),
        "within_id": same(None, text) if within is None else results["within_id"],
        "rulebook": same(rulebook.id, text),
        "version": same(rulebook.version, pa.date32()),
        "rulebook_digest": same(rulebook.digest, text),
        "as_of": same(context.as_of, pa.date32()),
        "known_at": same(days.iso(context.known_at), text),
        "time_zone": same(context.time_zone, text),
        "window_from": same(window_from, pa.date32()),
        "window_to": same(context.as_of, pa.date32()),
        "status": same("computed", text),
        "grade": pa.array([v.grade for v in verdicts], text).take(place),
        "not_graded_because": results["reason__not_graded"].cast(text),
        "score": _in_full(results, "score") if rulebook.score else same(None, pa.float64()),
        **_interval_columns(results, rulebook),
        "deciding_limit": pa.array([v.deciding_limit for v in verdicts], text).take(place),
        "guarded": pa.array([v.guarded for v in verdicts], texts).take(place),
        "unconfirmed": unconfirmed(results, rulebook, [*asked.unconfirmed], verdicts, place),
    }
    for indicator in rulebook.indicators.values():
        columns |= _indicator_columns(results, indicator, same(None, pa.int64()))
    for name in rulebook.points:
        columns[points_column(name)] = _in_full(results, name)
    columns |= sanction_columns(results, rulebook)
    for name, functions in asked.benchmarks.items():
        columns |= _benchmark_columns(results, rulebook, name, functions)
    columns["rows_counted"] = _rows_counted(results, rulebook)
    columns |= _rows_excluded(results, rulebook)
    columns |= _rows_repeated(results, rulebook)
    columns |= _amounts_unconverted(results, asked.converting)
    columns |= {UNPLACED: results[UNPLACED]} if within is not None else {}
    columns |= total_columns(results, rulebook)
    return pa.table(columns)


def columns_shaped(rulebook: Rulebook) -> tuple[str, ...]:
    """Name the columns of the step `results` that `shaped` reads, but for the subjects' ids."""
    named = [*verdict_columns(rulebook), "reason__not_graded"]
    named += [numerator("score").name] if rulebook.score else []
    named += [LOWER, UPPER] if rulebook.score and rulebook.score.half_width is not None else []
    for indicator in rulebook.indicators.values():
        named.append(numerator(indicator.name).name)
        if indicator.is_pair:
            named += [denominator(indicator.name).name, is_assessed(indicator.name).name]
    named += [numerator(name).name for name in rulebook.points]
    named += ladder_columns(rulebook)
    named += benchmark_columns(rulebook) if rulebook.peers is not None else []
    named += [counted_rows(rows) for rows in rulebook.told_rows]
    named += [column for each in _excluded_counts(rulebook).values() for column in each]
    named += map(repeated_count, _collapsing(rulebook))
    named += map(unconverted_count, converting(rulebook))
    return tuple(dict.fromkeys(named))


def _indicator_columns(
    results: pa.Table, indicator: Indicator, nothing: pa.Array
) -> dict[str, pa.Array | pa.ChunkedArray]:
    """Return numerator, denominator and value; the value is one IEEE division, for reading.

    `nothing` is a column that says nothing, as the denominator of a count.
    """
    name = indicator.name
    top = results[numerator(name).name]
    if not indicator.is_pair:
        return {
            f"{name}_numerator": top,
            f"{name}_denominator": nothing,
            f"{name}_value": _as_float(top),
        }
    bottom = results[denominator(name).name]
    divided = pc.divide(
        _as_float(top),
        _as_float(pc.if_else(pc.equal(bottom, 0), None, bottom)),
    )
    assessed = results[is_assessed(name).name]
    return {
        f"{name}_numerator": top,
        f"{name}_denominator": bottom,
        f"{name}_value": pc.if_else(assessed, divided, None),
    }


def _interval_columns(results: pa.Table, rulebook: Rulebook) -> dict[str, pa.ChunkedArray]:
    """Return between what the score could be, were more known, if the rulebook says that."""
    if rulebook.score is None or rulebook.score.half_width is None:
        return {}
    return {
        "score_lower": pc.divide(_as_float(results[LOWER]), float(MILLION)),
        "score_upper": pc.divide(_as_float(results[UPPER]), float(MILLION)),
    }


def points_column(name: str) -> str:
    """Name the column that holds the points of an entry."""
    return f"points_{name}"


def _as_float(numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    # Beyond 2**53 the nearest float: a value is for reading, and decides nothing.
    return numbers.cast(pa.float64(), safe=False)


def _in_full(results: pa.Table, name: str) -> pa.ChunkedArray:
    """Return a number that is kept in millionths; one IEEE division, for reading."""
    return pc.divide(_as_float(results[numerator(name).name]), float(MILLION))


def benchmark_names(rulebook: Rulebook) -> dict[str, dict[str, str]]:
    """Return, by indicator, the columns of its benchmarks by what they are called there."""
    return {
        name: _benchmarks_called(name, functions)
        for name, functions in peer_numbers(rulebook).items()
    }


def _benchmarks_called(name: str, functions: Sequence[str]) -> dict[str, str]:
    return {
        **{function: f"{name}_{function}" for function in functions},
        "peers_n": f"{name}_peers_n",
        "peers_within": f"{name}_peers_within",
        "peers_id": f"{name}_peers_id",
    }


def _benchmark_columns(
    results: pa.Table, rulebook: Rulebook, name: str, functions: Sequence[str]
) -> dict[str, pa.Array | pa.ChunkedArray]:
    """Return what an indicator is compared with, and in which group of how many."""
    names = _benchmarks_called(name, functions)
    groups = [] if rulebook.peers is None else list(rulebook.peers.groups)
    levels = pa.array([*groups, "everyone"], pa.string())
    columns = {
        names[function]: pc.divide(_as_float(results[peer_column(function, name)]), float(MILLION))
        for function in functions
    }
    columns[names["peers_n"]] = results[size_column(name)]
    columns[names["peers_within"]] = levels.take(results[level_column(name)].combine_chunks())
    columns[names["peers_id"]] = results[group_column(name)]
    return columns


def _rows_counted(results: pa.Table, rulebook: Rulebook) -> pa.ChunkedArray:
    total = None
    for row_set in rulebook.told_rows:
        column = results[counted_rows(row_set)]
        total = column if total is None else pc.add(total, column)
    return total


def columns_beside(rulebook: Rulebook) -> list[str]:
    """Return the columns that are there for a summary, and no part of a record."""
    full = [each.id for each in rulebook.exclusions if not each.leaves]
    repeated = [REPEATED] if _collapsing(rulebook) else []
    unconverted = [UNCONVERTED] if converting(rulebook) else []
    beside = ["rows_counted", "rows_excluded", *map(excluded_column, full)]
    unplaced = [] if rulebook.subject_kind.within is None else [UNPLACED]
    totals = [sanction_column(name, TOTAL) for name in rulebook.ladders]
    return [*beside, *repeated, *unconverted, *unplaced, *totals]


def _collapsing(rulebook: Rulebook) -> list[str]:
    return [rows.name for rows in rulebook.rows.values() if rows.collapse is not None]


def _rows_repeated(results: pa.Table, rulebook: Rulebook) -> dict[str, pa.ChunkedArray]:
    """Return how many rows repeat others that count in their place, if a rulebook asks."""
    counts = [results[repeated_count(rows)] for rows in _collapsing(rulebook)]
    return {REPEATED: reduce(pc.add, counts)} if counts else {}


def _amounts_unconverted(
    results: pa.Table, row_sets: Sequence[str]
) -> dict[str, pa.Array | pa.ChunkedArray]:
    """Return of how many rows an amount was not converted, if a limit is in a currency."""
    counts = [results[unconverted_count(rows)] for rows in row_sets]
    return {UNCONVERTED: reduce(pc.add, counts)} if counts else {}


def excluded_column(exclusion: str) -> str:
    """Name the column that says how many rows an exclusion kept from counting."""
    return f"rows_excluded__{exclusion}"


def _excluded_counts(rulebook: Rulebook) -> dict[str, list[str]]:
    """Name, by exclusion, the columns of what it keeps from counting at all."""
    return {
        each.id: [excluded_count(rows, number) for rows in each.rows]
        for number, each in enumerate(rulebook.exclusions, start=1)
        if not each.leaves  # it takes nothing out of everything
    }


def _rows_excluded(results: pa.Table, rulebook: Rulebook) -> dict[str, pa.Array | pa.ChunkedArray]:
    total = pa.repeat(pa.scalar(0, pa.int64()), results.num_rows)
    by_entry = {}
    for name, counts in _excluded_counts(rulebook).items():
        count = reduce(pc.add, (results[each] for each in counts), pa.scalar(0, pa.int64()))
        by_entry[excluded_column(name)] = count
        total = pc.add(total, count)
    return {"rows_excluded": total, **by_entry}
