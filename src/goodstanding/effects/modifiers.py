"""Every listing's exposure modifier, and what it comes from: a table to be joined."""
# ruff: noqa: S608 -- names are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from goodstanding import days
from goodstanding.assessment.assessing import judge
from goodstanding.assessment.counting import counted_rows
from goodstanding.assessment.millionths import MILLION, clamped, in_millionths, rounded, whole, wide
from goodstanding.assessment.questions import Question
from goodstanding.assessment.subject_sql import numerator
from goodstanding.database.steps import Step, parse
from goodstanding.effects.exposure import Exposure, bound_in_millionths
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import known_steps

if TYPE_CHECKING:
    from goodstanding.database.duckdb import DuckDB
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Score

_LISTINGS, _STORES, _ASKED, _WHOSE = (
    "rank__listings",
    "rank__stores",
    "rank__asked",
    "rank__whose",
)
_SCORES = pa.schema(
    [
        ("subject_no", pa.int64()),
        ("subject_id", pa.string()),
        ("score", pa.int64()),
        ("counted_n", pa.int64()),
    ]
)
_WHOSE_COLUMNS = pa.schema([("listing_no", pa.int64()), ("seller_no", pa.int64())])


def modifiers(
    database: DuckDB,
    settings: Settings,
    asked: Exposure,
    listing_ids: Sequence[str] | None = None,
) -> pa.Table:
    """Return the modifier of every listing there is by the as-of day, or of some; by id.

    Columns: `listing_id`; `modifier`, a decimal with six places, and `modifier_millionths`, the
    same as a whole number; `service_score`, and in millionths `service_score_millionths`, null
    where there is none; `score_from` (`listing`: the listing's own, `store`: its store's,
    `none`); `counted_n`, how many rows the score counts, in the set of rows that has most;
    `bound`; `rulebook` and `version`, whose score it is, else of those who were asked; `as_of`;
    `known_at`. Of the listings asked for those are left out that are not there by then. Raises
    what `assessing.judge` raises.
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
        stores, whose = _SCORES.empty_table(), _WHOSE_COLUMNS.empty_table()
        if has_unscored and asked.stores is not None:
            stores = _scores(database, settings, asked.stores)
            whose = _whose(database, settings, asked.listings)
        names.enter_context(_named(database, _STORES, stores))
        names.enter_context(_named(database, _WHOSE, whose))
        return database.arrow(_joined(asked), _values(asked))


def modifier(score: exp.Expr, scale: Score, b: int) -> exp.Expr:
    """Return SQL for the modifier of a score, both in millionths, rounded half away from zero.

    A score beyond the scale, as one of another scale may be, counts as the end of it.
    """
    least, most = (wide(in_millionths(end)) for end in (scale.least, scale.most))
    on_scale = clamped(wide(score), least, most)
    off_centre = exp.paren(exp.paren(on_scale) * whole(2) - exp.paren(least + most))
    proportion = rounded(off_centre * whole(b), exp.paren(most - least))
    return exp.cast(proportion, exp.DataType.Type.BIGINT)


def _scores(database: DuckDB, settings: Settings, question: Question) -> pa.Table:
    """Return everybody's score in millionths, null for none, and how many rows it counts."""
    judged = judge(database, settings, question)
    counted = [judged[counted_rows(rows)] for rows in question.rulebook.told_rows]
    return pa.table(
        {
            "subject_no": judged["subject_no"],
            "subject_id": judged["subject_id"],
            "score": judged[numerator("score").name],
            "counted_n": pc.max_element_wise(*counted),
        }
    ).cast(_SCORES)


def _whose(database: DuckDB, settings: Settings, question: Question) -> pa.Table:
    """Return whose each listing without a score is: as is said of it, else as its orders say."""
    values = {
        "known_at": question.known_at,
        "corrected_at": question.corrected_at or question.known_at,
        "as_of_end": days.end_of_day(question.as_of, settings.time_zone),
    }
    unscored = Step(
        "unscored",
        "listings that have no score",
        parse(f"select subject_no as listing_no from {_LISTINGS} where score is null"),
    )
    only = exp.column("listing_no").isin(query=exp.select("listing_no").from_("unscored"))
    offered = known_steps(BY_NAME["listings"], ["seller_id"], only=only)
    said = database.run(
        [unscored, *offered],
        parse(
            """
            select unscored.listing_no, seller_no
            from unscored
            left join known_listings on known_listings.listing_no = unscored.listing_no
            """
        ),
        values,
    ).cast(_WHOSE_COLUMNS)
    if not said["seller_no"].null_count:
        return said
    missing = said.filter(pc.is_null(said["seller_no"])).select(["listing_no"])
    with _named(database, "rank__missing", missing):
        sold = database.run(_sold(), "last_sold", values).cast(_WHOSE_COLUMNS)
    return pa.concat_tables([said.filter(pc.is_valid(said["seller_no"])), sold])


def _sold() -> list[Step]:
    """Return the steps that end in `last_sold`: who sold each listing of which nobody says it.

    Of several sellers the one of the order placed last, of these the first by id.
    """
    among = exp.column("listing_no").isin(query=exp.select("listing_no").from_("rank__missing"))
    of_lines = exp.column("order_no").isin(query=exp.select("order_no").from_("known_order_lines"))
    return [
        *known_steps(BY_NAME["order_lines"], ["listing_id"], only=among),
        *known_steps(BY_NAME["orders"], ["seller_id", "placed_at"], only=of_lines),
        Step(
            "sold",
            "who sold each, the latest order first",
            parse(
                """
                select
                  lines.listing_no,
                  orders.seller_no,
                  row_number() over (
                    partition by lines.listing_no
                    order by orders.placed_at desc nulls last, seller_ids.seller_id
                  ) as place
                from known_order_lines as lines
                join known_orders as orders on orders.order_no = lines.order_no
                join seller_ids on seller_ids.seller_no = orders.seller_no
                join rank__missing as missing on missing.listing_no = lines.listing_no
                """
            ),
        ),
        Step(
            "last_sold",
            "who sold each last",
            parse("select listing_no, seller_no from sold where place = 1"),
        ),
    ]


def _joined(asked: Exposure) -> str:
    b = bound_in_millionths(asked.bound)
    weighed = modifier(exp.column("score"), asked.listing_score, b).sql("duckdb")
    return f"""
    with scored as (
      select
        own.subject_id as listing_id,
        coalesce(own.score, store.score) as score,
        case
          when own.score is not null then 'listing'
          when store.score is not null then 'store'
          else 'none'
        end as score_from,
        case when own.score is null then store.counted_n else own.counted_n end as counted_n
      from {_LISTINGS} as own
      left join {_WHOSE} as whose on whose.listing_no = own.subject_no
      left join {_STORES} as store on store.subject_no = whose.seller_no
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
      case when score_from = 'store' then $store_rulebook else $rulebook end as rulebook,
      case when score_from = 'store' then $store_version else $version end as version,
      cast($as_of as date) as as_of,
      cast($known_at as varchar) as known_at
    from weighed
    order by listing_id
    """


def _values(asked: Exposure) -> Mapping[str, Any]:
    rules = asked.listings.rulebook
    stores = rules if asked.stores is None else asked.stores.rulebook
    return {
        "bound": f"{float(asked.bound):.6f}",
        "rulebook": rules.id,
        "version": rules.version,
        "store_rulebook": stores.id,
        "store_version": stores.version,
        "as_of": asked.listings.as_of,
        "known_at": days.iso(asked.listings.known_at),
    }


@contextmanager
def _named(database: DuckDB, name: str, table: pa.Table) -> Iterator[None]:
    """Let SQL read a table under a name for a while."""
    database.register(name, table)
    try:
        yield
    finally:
        database.unregister(name)
