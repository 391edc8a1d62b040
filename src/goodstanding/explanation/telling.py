"""An explanation as text, for a seller who is no engineer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from goodstanding import days
from goodstanding.assessment.silence import silence
from goodstanding.explanation.answer import (
    NEVER,
    Adding,
    Cleaning,
    Explanation,
    LimitTold,
    RowSetAside,
    RowTold,
    Waiting,
)
from goodstanding.explanation.layout import INDENT, counted, entries, item, listed, paragraph, table
from goodstanding.explanation.sentences import capital
from goodstanding.explanation.set_aside import EXCLUDED, REASONS
from goodstanding.explanation.telling_forecast import forecast_told
from goodstanding.explanation.telling_sanctions import sanctions_text
from goodstanding.rows.subjects import SUBJECT_KINDS
from goodstanding.rulebook.english import label, not_in_force

ROWS = 20  # that count, in a text, unless all are asked for
_GOOD_ROWS = 5  # of them those that do not count against the subject
_LISTINGS = 10  # of those whose orders cost points
_LATEST = 5  # orders that did not count
_MANY = 6  # numbers of a month, beyond which those of no grade are told by their means
_DAYS = (
    "Cleared, it no longer counts against the result; once it leaves, it no longer counts at all. "
    "Each day is the first of which that is true, if nothing else happens."
)
_UNCONFIRMED = "no source confirms the number."


def text(explanation: Explanation, width: int = 80, *, rows: int | None = ROWS) -> str:
    """Return an explanation in lines of at most so many characters, as far as words allow.

    At most so many `rows` (None: all) are listed, those that count against the subject first.
    """
    sections = [
        _head(explanation, width),
        paragraph(explanation.sentence, width),
        _points(explanation, width),
        _compared(explanation, width),
        _limits(explanation, width),
        sanctions_text(explanation, width),
        _what_would_change_it(explanation, width),
        forecast_told(explanation.forecast, _named(explanation), width),
        _rows(explanation, width, rows),
        _listings(explanation, width),
        _not_counted(explanation, width),
        _unconverted(explanation, width),
        _trend(explanation, width),
        _coming(explanation, width),
    ]
    return "\n\n".join("\n".join(lines) for section in sections if (lines := list(section)))


def _head(explanation: Explanation, width: int) -> Iterator[str]:
    result, dates = explanation.result, explanation.dates
    grade = f": {result['grade'] or 'not graded'}" if explanation.has_grades else ""
    if result["score"] is not None:
        grade += f", {result['score']:.2f}" if grade else f": {result['score']:.2f}"
    who = f"{capital(SUBJECT_KINDS[result['subject_kind']].noun)} {result['subject_id']}{grade}"
    yield from paragraph(who, width)
    yield from paragraph(f"{explanation.title} ({result['rulebook']})", width)
    published = _published(explanation)
    in_force = f"in force since {dates.in_force_since}"
    if not dates.is_in_force:
        in_force = not_in_force(dates.in_force_since, dates.in_force_until)
    yield from paragraph(
        f"As of {dates.as_of}, known at {days.iso(dates.known_at)}, {in_force}, {published}.",
        width,
    )
    start = result["window_from"]
    window = (
        f"It looks back on {start} to {result['window_to']}"
        if start
        else f"It looks back on all days to {result['window_to']}"
    )
    yield from paragraph(f"{window}, days in {dates.time_zone}.", width)
    if dates.silent_since is not None:
        yield from paragraph(silence(dates.silent_since), width)


def _published(explanation: Explanation) -> str:
    published = explanation.published
    if published is None:
        return "not published"
    said = f"published {published.on}"
    if published.restated_on is not None:
        said += f", restated {published.restated_on}"
    if published.is_same:
        return said
    grade = f" as {published.grade or 'not graded'}" if explanation.has_grades else ""
    return f"{said}{grade}; it is not the same by what is known here"


def _points(explanation: Explanation, width: int) -> Iterator[str]:
    if not explanation.points:
        return
    yield "Points"
    rows = []
    for part in explanation.points:
        beside = "" if part.benchmark is None else f"; {part.benchmark.text}"
        rows.append((label(part.name), f"{part.text}{beside} [{part.confidence}]"))
    yield from table(rows, width)


def _compared(explanation: Explanation, width: int) -> Iterator[str]:
    """Say what is compared with whom, where no points say it."""
    in_points = {part.made_of for part in explanation.points}
    rows = [
        (label(name), benchmark.text)
        for name, benchmark in explanation.benchmarks.items()
        if name not in in_points
    ]
    if rows:
        yield "Compared with"
        yield from table(rows, width)


def _limits(explanation: Explanation, width: int) -> Iterator[str]:
    if explanation.limits:
        yield "Limits"
        rows = [
            (limit.grade, limit.outcome, f"{limit.sentence} {_origin(limit)}")
            for limit in explanation.limits
        ]
        yield from table(rows, width)
        for note in dict.fromkeys(limit.note for limit in explanation.limits if limit.note):
            yield from paragraph(note, width, first=INDENT)
    if any(limit.confidence == "unconfirmed" for limit in explanation.limits):
        yield from paragraph(f"unconfirmed: {_UNCONFIRMED}", width, first=INDENT)
    beside = "; ".join(p.text for p in explanation.indicators if p.name not in _named(explanation))
    if beside and explanation.has_grades:
        yield from paragraph(f"Beside the grade, not counted in it: {beside}.", width, first=INDENT)


def _named(explanation: Explanation) -> set[str]:
    """Return the names of the numbers that a limit looks at."""
    return {part.name for limit in explanation.limits for part in limit.arithmetic}


def _origin(limit: LimitTold) -> str:
    ids = ", ".join(limit.source)
    return f"[{ids}: {limit.confidence}]" if ids else f"[{limit.confidence}]"


def _what_would_change_it(explanation: Explanation, width: int) -> Iterator[str]:
    recourse = explanation.recourse
    if recourse.up_to is not None or recourse.adding is not None:
        yield f"To reach {recourse.up_to or 'a grade'}, any one of these"
        if recourse.cleaning is not None:
            yield from item(_cleaning(recourse.cleaning), width)
        if recourse.adding is not None:
            yield from item(_adding(recourse.adding), width)
        if recourse.waiting is not None:
            yield from item(_waiting(recourse.waiting), width)
        if recourse.warning is not None:
            yield from item(f"Mind: one more good order may lower it. {recourse.warning}", width)
    if recourse.going_wrong is not None:
        yield f"To fall to {recourse.down_to}"
        yield from item(_going_wrong(recourse.going_wrong), width)


def _cleaning(cleaning: Cleaning) -> str:
    if not cleaning.of_n:
        return "No order stands in the way: what is missing is something else."
    if cleaning.of_n == 1:
        orders = "the one order that counts against it"
    else:
        orders = f"{counted(cleaning.of_n, 'order')} that count against it"
    if cleaning.n is None:
        every = "all " if cleaning.of_n > 1 else ""
        return f"Not even if {every}{orders} had gone well; {cleaning.why_not}."
    if cleaning.of_n > 1:
        orders = (
            f"all {orders}" if cleaning.n == cleaning.of_n else f"{cleaning.n:,} of the {orders}"
        )
    return f"If {orders} had gone well: {listed(cleaning.order_ids)}."


def _adding(adding: Adding) -> str:
    if adding.n is None:
        why = f"; {adding.why_not}" if adding.why_not else ""
        return f"Not even with {adding.tried_n:,} more orders that go well{why}."
    go = "goes" if adding.n == 1 else "go"
    return f"With {counted(adding.n, 'more order')} that {go} well, all else the same."


def _waiting(waiting: Waiting) -> str:
    alone = "By time alone, with no new order and nothing going wrong"
    if waiting.on is None:
        return f"{alone}: not by {waiting.tried_until}."
    if waiting.assessed_on is None:
        return f"{alone}: on {waiting.on}, but on no day of assessment by {waiting.tried_until}."
    if waiting.assessed_on == waiting.on:
        return f"{alone}: on {waiting.on}, a day of assessment."
    return f"{alone}: on {waiting.on}; of the days of assessment, first on {waiting.assessed_on}."


def _going_wrong(adding: Adding) -> str:
    if adding.n is None:
        why = f": {adding.why_not}" if adding.why_not else ""
        return f"Not even with {adding.tried_n:,} more orders gone wrong{why}."
    return f"With {counted(adding.n, 'more order')} {adding.what}, or as bad."


def _rows(explanation: Explanation, width: int, most: int | None) -> Iterator[str]:
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
    charged_n = sum(row.violation_id is not None for row in rows)
    scored_n = sum(row.scored_on is not None for row in rows)
    if rows and len(rows) in {charged_n, scored_n}:
        return "Violations" if charged_n else "Days"
    if charged_n or scored_n:
        return "Rows"
    return "Lines" if any(row.line_no is not None for row in explanation.rows) else "Orders"


def _more(count: int) -> Iterator[str]:
    if count:
        yield f"  … and {count:,} more (--format json lists all)"


def _id(row: RowTold | RowSetAside) -> str:
    day = None if row.scored_on is None else str(row.scored_on)
    about = row.order_id or row.violation_id or day or ""
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


def _listings(explanation: Explanation, width: int) -> Iterator[str]:
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


def _not_counted(explanation: Explanation, width: int) -> Iterator[str]:
    aside = explanation.not_counted
    total = sum(aside.by_reason.values())
    if total:
        yield f"{_noun(explanation)} that did not count: {total:,}"
        for reason, count in aside.by_reason.items():
            told = f"{count:,}: {REASONS[reason]}."
            ids = [_id(row) for row in aside.listed if row.reason == reason]
            if reason == EXCLUDED:
                yield from item(told, width)
                for each in [row for row in aside.listed if row.reason == reason][:_LATEST]:
                    yield from item(_excluded(each), width)
                continue
            if reason != "outside_window" and ids:
                told += f" The latest: {listed(ids[:_LATEST])}."
            yield from item(told, width)


def _unconverted(explanation: Explanation, width: int) -> Iterator[str]:
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
    return f"{_id(row)}: {row.excluded_as}{day}. {row.because}"


def _trend(explanation: Explanation, width: int) -> Iterator[str]:
    if not explanation.trend:
        return
    named = _told_by_month(explanation)
    yield "Month by month, by the same rules"
    points = [
        *((point.as_of, point.grade, point.indicators) for point in explanation.trend),
        (explanation.dates.as_of, explanation.result["grade"], explanation.indicators),
    ]
    rows = [
        (
            str(day),
            *([grade or "not graded"] if explanation.has_grades else []),
            "; ".join(p.text for p in indicators if p.name in named),
        )
        for day, grade, indicators in points
    ]
    yield from table(rows, width)


def _told_by_month(explanation: Explanation) -> set[str]:
    """Return the numbers that months are told by: those that grade, else all, of many the means."""
    if explanation.has_grades:
        return _named(explanation)
    every = explanation.trend[0].indicators
    pairs = [each for each in every if each.denominator is not None]
    return {each.name for each in (pairs if pairs and len(every) > _MANY else every)}


def _coming(explanation: Explanation, width: int) -> Sequence[str]:
    coming, dates = explanation.coming, explanation.dates
    said = f"Next day of assessment: {coming.assessed_on}"
    if coming.assessed_on == dates.as_of:
        said += " (the day asked about)"
    if coming.published_before is not None:
        said += f", published before {coming.published_before}"
    return paragraph(f"{said}; days in {dates.time_zone}.", width)
