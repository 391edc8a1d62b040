"""The rows behind a result, as text: those that counted, those that did not, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator

from goodstanding.explanation.answer import NEVER, Explanation, RowSetAside, RowTold, id_of
from goodstanding.explanation.layout import INDENT, entries, item, listed, paragraph, table
from goodstanding.explanation.set_aside import EXCLUDED, REASONS
from goodstanding.explanation.telling_sanctions import total_text
from goodstanding.rulebook.english import label

_GOOD_ROWS = 5  # of them those that do not count against the subject
_LISTINGS = 10  # of those whose orders cost points
_REVOKED = 10  # of the violations that were taken back
_LATEST = 5  # orders that did not count
_DAYS = (
    "Cleared, it no longer counts against the result; once it leaves, it no longer counts at all. "
    "Each day is the first of which that is true, if nothing else happens."
)


def rows_text(explanation: Explanation, width: int, most: int | None) -> Iterator[str]:
    """List the rows that counted, at most so many, those that count against the subject first."""
    against = [row for row in explanation.rows if row.counts_against]
    others = explanation.rows[len(against) :]
    noun = _noun(explanation)
    one = noun.lower().removesuffix("s")
    shown = against[:most]
    if against:
        yield f"{noun} that count against it: {len(against):,} of {len(explanation.rows):,}"
        yield from paragraph(_DAYS, width, first=INDENT)
        why = [(_id(row), _day(row.clears_on), _day(row.leaves_on), _why(row)) for row in shown]
        yield from entries(why, width, titles=(one, "clears", "leaves", "why"))
        yield from _more(len(against) - len(shown))
    good = others if most is None else others[: min(_GOOD_ROWS, most - len(shown))]
    if others:
        yield f"{'Other ' + noun.lower() if against else noun} that counted: {len(others):,}"
        what = [(_id(row), _day(row.leaves_on), _for_what(row)) for row in good]
        if what:
            yield from entries(what, width, titles=(one, "leaves", "counted as"))
        yield from _more(len(others) - len(good) if good else 0)


def _noun(explanation: Explanation) -> str:
    rows: list[RowTold | RowSetAside] = [*explanation.rows, *explanation.not_counted.listed]
    counts = {
        "Violations": sum(row.violation_id is not None for row in rows),
        "Threads": sum(row.thread_id is not None for row in rows),
        "Findings": sum(row.finding_id is not None for row in rows),
        "Days": sum(row.scored_on is not None for row in rows),
        "Accounts": sum(not id_of(row) for row in rows),
    }
    for noun, n in counts.items():
        if n:
            return noun if n == len(rows) else "Rows"
    return "Lines" if any(row.line_no is not None for row in explanation.rows) else "Orders"


def _more(count: int) -> Iterator[str]:
    if count:
        yield f"  … and {count:,} more (--format json lists all)"


def _id(row: RowTold | RowSetAside) -> str:
    about = id_of(row) or "its own"  # account, of which each buyer has one
    return about if row.line_no is None else f"{about} line {row.line_no}"


def _day(day: object) -> str:
    return "not by time" if day == NEVER else str(day)


def _why(row: RowTold) -> str:
    costs = sum(row.costs.values())
    told = [f"Costs {costs:.2f} points."] if costs else []
    return " ".join([*told, *row.reasons, *row.spared, *row.limited])


def _for_what(row: RowTold) -> str:
    said = []
    for measure in row.measures:
        own = [held.kind for held in measure.kinds if held.kind != measure.measure]
        kinds = ", ".join(map(label, own))
        said.append(label(measure.measure) + (f" ({kinds})" if kinds else ""))
    less = " ".join([*row.spared, *row.limited])
    return "; ".join(said) + (f". {less}" if less else "")


def listings_text(explanation: Explanation, width: int) -> Iterator[str]:
    """Say which listings cost most, where orders cost points."""
    if not explanation.listings:
        return
    yield "What the orders of each listing cost"
    shown = explanation.listings[:_LISTINGS]
    rows = [
        (
            each.listing_id or "(no listing known)",
            f"{sum(each.costs.values()):.2f}",
            ", ".join(f"{label(name)} {points:.2f}" for name, points in each.costs.items()),
        )
        for each in shown
    ]
    yield from table(rows, width, titles=("listing", "points", "of them"), numbers={1})
    yield from _more(len(explanation.listings) - len(shown))


def not_counted_text(explanation: Explanation, width: int) -> Iterator[str]:
    """Say how many rows did not count, and why, with the latest of each reason."""
    aside = explanation.not_counted
    total = sum(aside.by_reason.values())
    if total:
        yield f"{_noun(explanation)} that did not count: {total:,}"
        for reason, count in aside.by_reason.items():
            told = f"{count:,}: {REASONS[reason]}."
            named = [row for row in aside.listed if row.reason == reason]
            ids = [_id(row) for row in named]
            if reason == EXCLUDED:
                yield from item(told, width)
                for each in named[:_LATEST]:
                    yield from item(_excluded(each), width)
                continue
            if reason != "outside_window" and ids and any(map(id_of, named)):
                told += f" The latest: {listed(ids[:_LATEST])}."
            yield from item(told, width)


def revoked_text(explanation: Explanation, width: int) -> Iterator[str]:
    """Name the violations that would count, had they not been taken back."""
    revoked = explanation.not_counted.revoked
    if revoked:
        yield f"Violations that were revoked: {len(revoked):,}"
        for each in revoked[:_REVOKED]:
            ledger = "" if each.ledger is None else f", {each.ledger}"
            points = "" if each.points is None else f", {total_text(each.points)}"
            said = f"{each.violation_id} of {each.occurred_on}{ledger}{points}"
            yield from item(f"{said}: revoked {each.revoked_on}, and counts no longer.", width)
        yield from _more(max(len(revoked) - _REVOKED, 0))


def unconverted_text(explanation: Explanation, width: int) -> Iterator[str]:
    """Say of how many amounts no exchange rate is known."""
    found = explanation.unconverted
    if found.n:
        yield f"Amounts that could not be converted: {found.n:,}"
        yield from item(
            f"No exchange rate into {' or '.join(found.currencies)} is known by the day of the "
            f"order, so that no limit in it applies: {listed(found.order_ids[:_LATEST])}.",
            width,
        )


def _excluded(row: RowSetAside) -> str:
    day = "" if row.excluded_on is None else f" of {row.excluded_on}"
    because = "" if row.because is None else f" {row.because}"
    return f"{_id(row)}: {row.excluded_as}{day}.{because}"
