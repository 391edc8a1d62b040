"""The amounts of a subject's rows that could not be converted into the currency of a limit."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from goodstanding.assessment.unconverted import IS_UNCONVERTED
from goodstanding.explanation.answer import Unconverted
from goodstanding.explanation.reasons import told_rows
from goodstanding.rulebook.conditions import converts_money

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket

LISTED = 100  # orders


def amounts_unconverted(market: SubjectMarket) -> Unconverted:
    """Count the amounts that were not converted, and list the latest orders.

    Reads what `counted_rows` left in the market.
    """
    total = 0
    currencies: set[str] = set()
    placed: dict[str, date] = {}
    for row_set in market.question.rulebook.told_rows:
        converted = market.compiled.kind(row_set.kind).converted
        if not (converted and converts_money(market.question.rulebook, row_set)):
            continue
        missing = ", ".join(
            f"told.{c.amount} is not null and told.{c.name} is null" for c in converted
        )
        rows = market.database.rows(
            f"""
            select order_ids.order_id, coalesce(told.placed_on, date '0001-01-01'), {missing}
            from {told_rows(row_set)} as told
            join order_ids on order_ids.order_no = told.order_id
            where told.{IS_UNCONVERTED}
            """
        )
        total += len(rows)
        for order, placed_on, *lacks in rows:
            placed[order] = placed_on
            told = zip(converted, lacks, strict=True)
            currencies |= {str(column.currency) for column, lack in told if lack}
    latest = sorted(placed, key=lambda order: (-placed[order].toordinal(), order))
    return Unconverted(
        n=total, currencies=tuple(sorted(currencies)), order_ids=tuple(latest[:LISTED])
    )
