"""The rows of a subject that did not count, and why."""
# ruff: noqa: S608 -- names come from the catalogue or are our own; values are bound

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from goodstanding.assessment.collapsing import WOULD_COUNT as WOULD_COUNT_UNREPEATED
from goodstanding.assessment.compiling import measures_of
from goodstanding.assessment.excluding import BY, ON, WOULD_COUNT, exclusions_of
from goodstanding.assessment.flags import met
from goodstanding.assessment.results import Context
from goodstanding.database.duckdb import named_values
from goodstanding.explanation.answer import NotCounted, RowSetAside
from goodstanding.explanation.reasons import told_rows
from goodstanding.explanation.removed import violations_revoked
from goodstanding.explanation.subject_market import kept_rows
from goodstanding.rows.catalogue import ROW_KINDS, Type

if TYPE_CHECKING:
    from goodstanding.explanation.subject_market import SubjectMarket
    from goodstanding.rulebook.model import RowSet

EXCLUDED = "excluded"
REPEAT = "repeat"
LISTED = 100  # rows; a long-lived store has tens of thousands that lie behind it
# Why a row did not count, and what that means.
REASONS = {
    "outside_window": "nothing of it lies in the window",
    "no_counted_event": "something of it lies in the window, but nothing that counts",
    "left_out": "the rulebook leaves it out",
    EXCLUDED: "excluded",
    REPEAT: "another one, of which these are repeats, counts in their place",
}


def rows_set_aside(market: SubjectMarket, context: Context) -> NotCounted:
    """Count the rows that meet no measure by reason, and list the latest.

    Reads what `counted_rows` left in the market.
    """
    by_reason: Counter[str] = Counter()
    listed: list[RowSetAside] = []
    entries = market.question.rulebook.exclusions
    for row_set in market.question.rulebook.told_rows:
        sql = _sorted_by_reason(market, row_set)
        values = {"as_of": context.as_of, "window_from": context.window_from}
        counts = f"select reason, count(*) from ({sql}) as aside group by reason order by reason"
        by_reason.update(dict(market.database.rows(counts, named_values(counts, values))))
        latest = f"""
        select about_id, line_no, last_on, reason, excluded_by, excluded_on from ({sql}) as aside
        order by last_on desc nulls last, about_id, line_no limit {LISTED}
        """
        register = ROW_KINDS[row_set.kind].register
        found = market.database.rows(latest, named_values(latest, values))
        for about, line, on, why, by, day in found:
            entry = entries[by - 1] if why == EXCLUDED else None
            listed.append(
                RowSetAside(
                    rows=row_set.name,
                    order_id=about if register == "order" else None,
                    violation_id=about if register == "violation" else None,
                    thread_id=about if register == "thread" else None,
                    finding_id=about if register == "finding" else None,
                    scored_on=date.fromisoformat(about) if register == "standing" else None,
                    line_no=line,
                    last_on=on,
                    reason=why,
                    excluded_as=None if entry is None else entry.seen_as,
                    because=None if entry is None else entry.because,
                    excluded_on=day,
                )
            )
    listed.sort(key=lambda row: row.last_on.toordinal() if row.last_on else 0, reverse=True)
    return NotCounted(
        by_reason=dict(sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))),
        listed=tuple(listed[:LISTED]),
        revoked=violations_revoked(market),
    )


def _sorted_by_reason(market: SubjectMarket, row_set: RowSet) -> str:
    kind = ROW_KINDS[row_set.kind]
    seen = [
        f"case when kept.{column.name} <= $as_of then kept.{column.name} end"
        for column in kind.columns
        if column.type is Type.DAY and not column.is_decided
    ]
    same = " and ".join(f"told.{name} = kept.{name}" for name in kind.key)
    measures = measures_of(market.question.rulebook, row_set)
    counted = " or ".join(f"told.{met(measure.name)}" for measure in measures)
    about = kind.register
    is_marked = bool(exclusions_of(market.question.rulebook, row_set.name))
    by, on, would = (BY, ON, WOULD_COUNT) if is_marked else ("null", "null", "false")
    repeats = "false" if row_set.collapse is None else WOULD_COUNT_UNREPEATED
    return f"""
    select
      {about}_ids.{about}_id as about_id,
      {"kept.line_no" if kind.has("line_no") else "null::bigint"} as line_no,
      greatest({", ".join(seen)}) as last_on,
      case
        when told.{about}_id is null then 'left_out'
        when {would} then '{EXCLUDED}'
        when {repeats} then '{REPEAT}'
        when last_on >= $window_from or $window_from::date is null then 'no_counted_event'
        else 'outside_window'
      end as reason,
      {by} as excluded_by,
      case when {would} then {on} end as excluded_on
    from {kept_rows(kind)} as kept
    join {about}_ids on {about}_ids.{about}_no = kept.{about}_id
    left join {told_rows(row_set)} as told on {same}
    where
      not coalesce({counted}, false)
    """
