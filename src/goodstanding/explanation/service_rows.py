"""The judged rows behind a store's or a listing's service, kept once and grouped several ways."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from goodstanding.assessment.excluding import BY, WOULD_COUNT, exclusions_of, spared_flag
from goodstanding.assessment.flags import judged_rows, met, quantity
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import statement
from goodstanding.explanation.reasons import told_rows
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import known_steps

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket

AGAIN_DAYS = 90  # own design: a quarter, as that of the level
_SENT = "service__sent"
_FIRST = "service__first"


def keep_judged(market: SubjectMarket) -> None:
    """Keep, in the table `told_<set>` of the market, the rows of each set with every flag."""
    for row_set in market.question.rulebook.told_rows:
        judged = exp.select("*").from_(judged_rows(row_set.name))
        sql = statement(market.judging_steps(), judged, "duckdb")
        values = named_values(sql, market.values())
        market.database.execute(f"create table {told_rows(row_set)} as {sql}", values)


def keep_ways(market: SubjectMarket) -> None:
    """Keep how and whereto each order was sent, as known, and each buyer's first order."""
    steps = known_steps(BY_NAME["orders"], ["shipping_method", "ship_to"])
    sql = statement(steps, exp.select("*").from_("known_orders"), "duckdb")
    values = named_values(sql, market.values())
    market.database.execute(f"create table {_SENT} as {sql}", values)
    first = f"""
    create table {_FIRST} as
    with bought as (
      select told.buyer_id, told.paid_on, told.extra, order_ids.order_id as order_text
      from told_orders as told
      join order_ids on order_ids.order_no = told.order_id
      where {met("bought")} and told.buyer_id is not null
    ),
    placed as (
      select
        *,
        row_number() over (partition by buyer_id order by paid_on, order_text) as place
      from bought
    )
    select
      extra,
      paid_on + {AGAIN_DAYS} <= $as_of as is_over,
      exists (
        select 1
        from bought
        where
          bought.buyer_id = placed.buyer_id
          and bought.paid_on > placed.paid_on
          and bought.paid_on <= placed.paid_on + {AGAIN_DAYS}
      ) as is_again
    from placed
    where place = 1
    """
    market.database.execute(first, {"as_of": market.question.as_of})


def missed(market: SubjectMarket, rows: str, due: str, passed: str, on: str) -> dict[str, int]:
    """Return the orders that were due and did not pass, the newest first: id and number."""
    found = market.database.rows(
        f"""
        select order_ids.order_id, order_ids.order_no
        from told_{rows} as told
        join order_ids on order_ids.order_no = told.order_id
        where {met(due)} and not {met(passed)}
        group by order_ids.order_id, order_ids.order_no
        order by max({on}) desc nulls last, order_ids.order_id
        """
    )
    return {str(name): int(number) for name, number in found}


def median_seconds(market: SubjectMarket) -> int | None:
    """Return the time of the question in the middle; those without an answer take longest."""
    found = market.database.rows(
        f"""
        select answer_seconds from told_threads as told where {met("question_due")}
        order by answer_seconds nulls last
        """
    )
    return found[len(found) // 2][0] if found else None


def returns(market: SubjectMarket) -> tuple[int, int, int]:
    """Return how many buyers bought again, of how many whose days are over; and the others."""
    (counts,) = market.database.rows(
        f"""
        select
          count(*) filter (where is_over and is_again),
          count(*) filter (where is_over),
          count(*) filter (where not is_over)
        from {_FIRST}
        """
    )
    again, over, not_over = counts
    return again, over, not_over


def ways(market: SubjectMarket) -> list[dict[str, Any]]:
    """Return what each method to each destination comes to, the one with most orders first."""
    stars, rated = quantity("logistics_given"), f"filter (where {met('logistics_given')})"
    return list(
        market.database.arrow(
            f"""
            select
              sent.shipping_method as method,
              sent.ship_to as ship_to,
              count(*) filter (where {met("promised")}) as orders_n,
              count(*) filter (where {met("delivery_due")}) as due_n,
              count(*) filter (where {met("delivered_in_time")}) as in_time_n,
              count(*) filter (where {met("not_received")}) as not_received_n,
              count({stars}) {rated} as stars_n,
              cast(coalesce(sum({stars}) {rated}, 0) as bigint) as stars
            from told_orders as told
            join {_SENT} as sent on sent.order_no = told.order_id
            group by all
            having orders_n > 0
            order by orders_n desc, method nulls last, ship_to nulls last
            """
        ).to_pylist()
    )


def by_extra(market: SubjectMarket) -> dict[int, dict[str, tuple[int, int]]]:
    """Return, by code of what was put in, each outcome as a part and its whole."""
    orders = market.database.rows(
        f"""
        select
          extra,
          count(*) filter (where {met("reviewed_well")}),
          count(*) filter (where {met("review_due")}),
          count(*) filter (where {met("complained")}),
          count(*) filter (where {met("promised")})
        from told_orders where extra is not null group by extra order by extra
        """
    )
    buyers = market.database.rows(
        f"""
        select extra, count(*) filter (where is_again), count(*)
        from {_FIRST} where extra is not null and is_over group by extra
        """
    )
    again = {extra: (part, whole) for extra, part, whole in buyers}
    return {
        extra: {
            "reviewed well": (well, reviewed),
            "disputed": (complained, promised),
            "bought again": again.get(extra, (0, 0)),
        }
        for extra, well, reviewed, complained, promised in orders
    }


def excluded(market: SubjectMarket) -> dict[str, int]:
    """Return how many rows would count, or count for more, but for a decision or rule, by class."""
    rulebook = market.question.rulebook
    counts: dict[str, int] = {}
    for row_set in rulebook.told_rows:
        for number, entry in exclusions_of(rulebook, row_set.name):
            spared = [spared_flag(number, place) for place in range(len(entry.leaves))]
            applies = " or ".join(spared) or f"{WOULD_COUNT} and {BY} = {number}"
            ((n,),) = market.database.rows(
                f"select count(*) from {told_rows(row_set)} where {applies}"
            )
            if n:
                counts[entry.seen_as] = counts.get(entry.seen_as, 0) + n
    return dict(sorted(counts.items()))
