"""Every listing's exposure modifier, and what it comes from: a table to be joined."""
# ruff: noqa: S608 -- names are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from goodstanding import days
from goodstanding.assessment import offering
from goodstanding.assessment.assessing import judge
from goodstanding.assessment.counting import counted_rows
from goodstanding.assessment.millionths import MILLION, clamped, in_millionths, rounded, whole, wide
from goodstanding.assessment.subject_sql import numerator
from goodstanding.effects.exposure import Exposure, bound_in_millionths

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Score

_LISTINGS, _STORES, _ASKED = ("rank__listings", "rank__stores", "rank__asked")
_SCORES = pa.schema(
    [
        ("subject_no", pa.int64()),
        ("subject_id", pa.string()),
        ("score", pa.int64()),
        ("counted_n", pa.int64()),
    ]
)
_NO_STORES = pa.table({"subject_id": pa.array([], pa.int64()), "score": pa.array([], pa.int64())})


def modifiers(
    database: Database,
    settings: Settings,
    asked: Exposure,
    listing_ids: Sequence[str] | None = None,
) -> pa.Table:
    """Return the modifier of every listing there is by the as-of day, or of some; by id.

    Columns: `listing_id`; `modifier`, a decimal with six places, and `modifier_millionths`, the
    same as a whole number; `service_score`, and in millionths `service_score_millionths`, null
    where there is none; `score_from` (`listing`: the listing's own, `store`: its store's,
    `none`); `counted_n`, how many of its own rows count, in the set of rows that has most;
    `bound`; `rulebook` and `version`, by which it was scored, else asked; `as_of`; `known_at`.
    Of the listings asked for those are left out that are not there by then. Raises what
    `assessing.judge` raises.
    """
    with ExitStack() as names:
        listings = _scores(database, settings, asked.listings)
        if listing_ids is not None:
            names.enter_context(_named(database, _ASKED, pa.table({"listing_id": listing_ids})))
            names.enter_context(_named(database, "rank__everybody", listings))
            listings = database.arrow(
                f"select * from rank__everybody semi join {_ASKED} on listing_id = subject_id"
            )
        names.enter_context(_named(database, _LISTINGS, listings))
        has_unscored = bool(listings["score"].null_count)
        stores = _of_their_stores(database, settings, asked) if has_unscored else _NO_STORES
        names.enter_context(_named(database, _STORES, stores))
        return database.arrow(_joined(asked), _values(asked))


def modifier(score: exp.Expr, scale: Score, centre: Fraction, b: int) -> exp.Expr:
    """Return SQL for the modifier of a score, both in millionths, rounded half away from zero.

    A score beyond the scale, as one of another scale may be, counts as the end of it. `centre`
    lies between the ends.
    """
    least, middle, most = (wide(in_millionths(at)) for at in (scale.least, centre, scale.most))
    on_scale = exp.paren(clamped(wide(score), least, most))
    moved = exp.paren(on_scale - middle) * whole(b)
    proportion = exp.Case(
        ifs=[
            exp.If(
                this=on_scale.copy() >= middle.copy(),
                true=rounded(moved.copy(), exp.paren(most - middle)),
            ),
            exp.If(
                this=on_scale.copy() < middle.copy(),
                true=rounded(moved.copy(), exp.paren(middle - least)),
            ),
        ]
    )
    return exp.cast(proportion, exp.DataType.Type.BIGINT)


def _scores(database: Database, settings: Settings, question: Question) -> pa.Table:
    """Return everybody's score in millionths, null for none, and how many rows it counts."""
    own = [rows for rows in question.rulebook.told_rows if rows.reads is None]
    counts, score = [*map(counted_rows, own)], numerator("score").name
    judged = judge(database, settings, question, columns=(score, *counts))
    none = pa.repeat(pa.scalar(0, pa.int64()), judged.num_rows)
    counted = [judged[name] for name in counts]
    return pa.table(
        {
            "subject_no": judged["subject_no"],
            "subject_id": judged["subject_id"],
            "score": judged[score],
            "counted_n": pc.max_element_wise(none, *counted),
        }
    ).cast(_SCORES)


def _of_their_stores(database: Database, settings: Settings, asked: Exposure) -> pa.Table:
    """Return the score that the store of each listing has, where one is asked for."""
    if asked.stores is None or asked.leans:
        return _NO_STORES
    stores = _scores(database, settings, asked.stores)
    as_standings = pa.table(
        {
            "standing_id": stores["subject_no"],
            "subject_id": stores["subject_no"],
            "scored_on": pa.repeat(pa.scalar(asked.stores.as_of), stores.num_rows),
            "score": stores["score"],
        }
    )
    return offering.of_listings(database, settings, asked.stores, as_standings)


def _joined(asked: Exposure) -> str:
    b = bound_in_millionths(asked.bound)
    weighed = modifier(exp.column("score"), asked.listing_score, asked.centre, b).sql("duckdb")
    return f"""
    with scored as (
      select
        own.subject_id as listing_id,
        coalesce(own.score, store.score) as score,
        case
          when own.score is not null and (own.counted_n > 0 or not $leans) then 'listing'
          when own.score is not null or store.score is not null then 'store'
          else 'none'
        end as score_from,
        own.counted_n,
        own.score is null and store.score is not null as is_stores_own
      from {_LISTINGS} as own
      left join {_STORES} as store on store.subject_id = own.subject_no
    ),
    weighed as (
      select *, coalesce({weighed}, 0) as millionths
      from scored
    )
    select
      listing_id,
      cast(cast(millionths as decimal(9, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(7, 6))
        as modifier,
      millionths as modifier_millionths,
      cast(score as double) / {MILLION} as service_score,
      score as service_score_millionths,
      score_from,
      counted_n,
      cast($bound as decimal(7, 6)) as bound,
      case when is_stores_own then $store_rulebook else $rulebook end as rulebook,
      case when is_stores_own then $store_version else $version end as version,
      cast($as_of as date) as as_of,
      cast($known_at as varchar) as known_at
    from weighed
    order by listing_id
    """


def _values(asked: Exposure) -> Mapping[str, Any]:
    rules = asked.listings.rulebook
    stores = rules if asked.stores is None else asked.stores.rulebook
    return {
        "leans": asked.leans,
        "bound": f"{float(asked.bound):.6f}",
        "rulebook": rules.id,
        "version": rules.version,
        "store_rulebook": stores.id,
        "store_version": stores.version,
        "as_of": asked.listings.as_of,
        "known_at": days.iso(asked.listings.known_at),
    }


@contextmanager
def _named(database: Database, name: str, table: pa.Table) -> Iterator[None]:
    """Let SQL read a table under a name for a while."""
    database.register(name, table)
    try:
        yield
    finally:
        database.unregister(name)
