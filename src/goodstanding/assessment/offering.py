"""Who offers a listing, so that what its store scores can be set beside what it does.

That is the seller whom the source names, and where it names none, whoever sold most of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodstanding import days
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import Step, parse, statement
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.store import market_clock
from goodstanding.rows import kept
from goodstanding.rows.catalogue import ROW_KINDS

if TYPE_CHECKING:
    from datetime import date, datetime

    import pyarrow as pa

    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings

_SCORED = "offering__scored"
_OFFERED = parse(
    "select listing_no, seller_no from known_listings where seller_no is not null",
)
_SOLD = parse(
    """
    select line_rows.listing_id as listing_no, line_rows.seller_id as seller_no, count(*) as lines_n
    from line_rows
    where line_rows.listing_id is not null
      and line_rows.listing_id not in (select listing_no from offered)
    group by line_rows.listing_id, line_rows.seller_id
    """
)
# Of those who sold as much of it, the one whose id comes first.
_PLACED = parse(
    """
    select
      sold.listing_no,
      sold.seller_no,
      row_number() over (
        partition by sold.listing_no order by sold.lines_n desc, seller_ids.seller_id
      ) as place
    from sold
    join seller_ids on seller_ids.seller_no = sold.seller_no
    """
)


def of_listings(
    database: Database, settings: Settings, question: Question, scored: pa.Table
) -> pa.Table:
    """Return rows of standings of listings: those of the seller who offers each.

    `scored` are rows of standings of sellers. Who offers what is asked as of the day of the
    question, with what was known at its instant.
    """
    rows = parse(
        f"""
        select
          {_SCORED}.standing_id,
          offering.listing_no as subject_id,
          {_SCORED}.scored_on,
          {_SCORED}.score
        from {_SCORED}
        join offering on offering.seller_no = {_SCORED}.subject_id
        """  # noqa: S608 -- our own names
    )
    values = _values(
        settings, question.as_of, question.known_at, question.corrected_at or question.known_at
    )
    steps = _steps(database, settings, has_stale=kept.has_stale(database, values))
    sql = statement(steps, rows, "duckdb")
    database.register(_SCORED, scored)
    try:
        return database.arrow(sql, named_values(sql, values)).cast(scored.schema)
    finally:
        database.unregister(_SCORED)


def sellers(
    database: Database, settings: Settings, *, as_of: date, known_at: datetime
) -> dict[int, str]:
    """Return the id of the seller who offers each listing, by the listing's number.

    Who offers what is asked as of a day, with what was known at an instant.
    """
    values = _values(settings, as_of, known_at, known_at)
    steps = _steps(database, settings, has_stale=kept.has_stale(database, values))
    offered = parse(
        "select listing_no, seller_ids.seller_id from offering "
        "join seller_ids on seller_ids.seller_no = offering.seller_no"
    )
    sql = statement(steps, offered, "duckdb")
    return dict(database.rows(sql, named_values(sql, values)))


def _values(
    settings: Settings, as_of: date, known_at: datetime, corrected_at: datetime
) -> dict[str, object]:
    return {
        "known_at": known_at,
        "corrected_at": corrected_at,
        "as_of": as_of,
        "as_of_end": days.end_of_day(as_of, settings.time_zone),
        "looks_back_to": days.FIRST_DAY,
    }


def _steps(database: Database, settings: Settings, *, has_stale: bool) -> list[Step]:
    """Return the steps that end in `offering`: each listing, and the seller who offers it.

    Bound values as for `kept.kept_row_steps`.
    """
    lines = kept.kept_row_steps(
        ROW_KINDS["line"],
        ["listing_id", "seller_id"],
        subject="listing",
        clock=market_clock(database, settings),
        is_one=False,
        has_stale=has_stale,
    )
    return [
        *known.known_steps(BY_NAME["listings"], ["seller_id"]),
        Step("offered", "listings of which the source says who offers them", _OFFERED),
        *lines,
        Step("sold", "of the others, how often each seller sold them", _SOLD),
        Step("sold_most", "who sold most of each, first", _PLACED),
        Step(
            "offering",
            "each listing, and the seller who offers it",
            parse(
                """
                select listing_no, seller_no from offered
                union all
                select listing_no, seller_no from sold_most where place = 1
                """
            ),
        ),
    ]
