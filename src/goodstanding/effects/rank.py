"""Rank: search results in the order of relevance * (1 + m), and what moved each of them.

Of two listings of one query the one with the greater product comes first; where both are the
same, the more relevant, then the one with the better service, then the first by id, then the
first that was handed in. As m lies between -b and +b, no listing passes one that is more than
(1 + b) / (1 - b) times as relevant. Products are exact: a relevance is taken as a decimal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from goodstanding.assessment.millionths import MILLION
from goodstanding.effects import search_results
from goodstanding.effects.modifiers import modifiers
from goodstanding.explanation.figures import decimals, whole

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.effects.exposure import Exposure
    from goodstanding.effects.search_results import SearchResults
    from goodstanding.facts.store import Settings

ADDED: dict[str, pa.DataType] = {
    "place": pa.int64(),
    "place_without": pa.int64(),
    "weighed_relevance": pa.float64(),
    "modifier": pa.decimal128(7, 6),
    "modifier_millionths": pa.int64(),
    "service_score": pa.float64(),
    "score_from": pa.string(),
    "because": pa.string(),
}
# Of a relevance of 40 digits times a number of seven every digit is kept; else it is an error.
_EXACTLY = Context(
    prec=search_results.MOST_DIGITS + 8,
    traps=[DivisionByZero, Inexact, InvalidOperation, Overflow],
)


@dataclass(frozen=True, slots=True)
class Weight:
    """What a listing is weighed with, and why, in words.

    `service` orders what is weighed alike: the score in millionths, or the centre where there is
    none. Modifiers are rounded, so that scores that differ can have the same.
    """

    modifier: int
    service: int
    score: float | None
    score_from: str
    because: str


def rank(database: Database, settings: Settings, asked: Exposure, source: object) -> pa.Table:
    """Return search results in their order, the queries as they first came.

    The columns are those handed in, as they came, and then `ADDED`, which docs/rank.md
    describes. Raises what `search_results.read` and `modifiers` raise.
    """
    results = search_results.read(database, source, list(ADDED))
    weights = _weights(database, settings, asked, set(results.listing_ids))
    return ranked(results, [weights[listing_id] for listing_id in results.listing_ids])


def ranked(results: SearchResults, weights: Sequence[Weight]) -> pa.Table:
    """Return the results in their order, each with what it is weighed with."""
    weighed = [
        _EXACTLY.multiply(relevance, Decimal(MILLION + weight.modifier))
        for relevance, weight in zip(results.relevances, weights, strict=True)
    ]
    queries = {query: place for place, query in enumerate(dict.fromkeys(results.queries))}

    def before(at: int) -> tuple[Any, ...]:
        return (queries[results.queries[at]], results.relevances[at].copy_negate(), *named(at))

    def after(at: int) -> tuple[Any, ...]:
        query, relevance, *rest = before(at)
        return (query, weighed[at].copy_negate(), relevance, -weights[at].service, *rest)

    def named(at: int) -> tuple[str, int]:
        return (results.listing_ids[at], at)

    order = sorted(range(len(weights)), key=after)
    without = _places(results.queries, before)
    place = _places(results.queries, after)
    columns: dict[str, Sequence[Any]] = {
        "place": [place[at] for at in order],
        "place_without": [without[at] for at in order],
        "weighed_relevance": [float(_EXACTLY.scaleb(weighed[at], -6)) for at in order],
        "modifier": [Decimal(weights[at].modifier).scaleb(-6) for at in order],
        "modifier_millionths": [weights[at].modifier for at in order],
        "service_score": [weights[at].score for at in order],
        "score_from": [weights[at].score_from for at in order],
        "because": [weights[at].because for at in order],
    }
    rows = results.rows.take(pa.array(order, pa.int64()))
    for name, kind in ADDED.items():
        rows = rows.append_column(name, pa.array(columns[name], kind))
    return rows


def _places(queries: Sequence[str | None], key: Callable[[int], tuple[Any, ...]]) -> dict[int, int]:
    """Return the place of each row within its query, counted from 1."""
    found: dict[int, int] = {}
    reached: dict[str | None, int] = {}
    for at in sorted(range(len(queries)), key=key):
        reached[queries[at]] = found[at] = reached.get(queries[at], 0) + 1
    return found


def _weights(
    database: Database, settings: Settings, asked: Exposure, listing_ids: set[str]
) -> dict[str, Weight]:
    found = modifiers(database, settings, asked, sorted(listing_ids)) if listing_ids else None
    unknown = f"The market does not know it by {asked.listings.as_of}."
    centre = int(asked.centre * MILLION)
    weights = dict.fromkeys(listing_ids, Weight(0, centre, None, "none", unknown))
    for record in [] if found is None else found.to_pylist():
        score = record["service_score_millionths"]
        weights[record["listing_id"]] = Weight(
            record["modifier_millionths"],
            centre if score is None else score,
            record["service_score"],
            record["score_from"],
            _because(record, asked),
        )
    return weights


def _because(record: dict[str, Any], asked: Exposure) -> str:
    """Say in a sentence where a modifier comes from."""
    if record["score_from"] == "none":
        return "Neither it nor its store has a score."
    score = decimals(Fraction(record["service_score_millionths"], MILLION))
    if record["score_from"] == "store":
        return f"Its store's score, as nothing of its own counts: {score}."
    kinds = {rows.kind for rows in asked.listings.rulebook.told_rows if rows.reads is None}
    noun = "order line" if kinds == {"line"} else "row"
    n = record["counted_n"]
    leaning = ", leaning on its store's" if asked.leans else ""
    return f"Its own score{leaning}: {score}, of {whole(n)} {noun}{'' if n == 1 else 's'}."
