"""An explanation as text, for a seller who is no engineer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from goodstanding import days
from goodstanding.assessment.silence import silence
from goodstanding.explanation.answer import (
    Adding,
    Cleaning,
    Explanation,
    LimitTold,
    Recourse,
    Waiting,
)
from goodstanding.explanation.layout import INDENT, counted, item, listed, paragraph, table
from goodstanding.explanation.sentences import capital
from goodstanding.explanation.telling_forecast import forecast_text
from goodstanding.explanation.telling_rows import (
    listings_text,
    not_counted_text,
    revoked_text,
    rows_text,
    unconverted_text,
)
from goodstanding.explanation.telling_sanctions import sanctions_text, total_text
from goodstanding.explanation.telling_score import score_text
from goodstanding.rows.subjects import SUBJECT_KINDS
from goodstanding.rulebook.english import label, not_in_force

ROWS = 20  # that count, in a text, unless all are asked for
_MANY = 6  # numbers of a month, beyond which those of no grade are told by their means
_UNCONFIRMED = "no source confirms the number."


def text(explanation: Explanation, width: int = 80, *, rows: int | None = ROWS) -> str:
    """Return an explanation in lines of at most so many characters, as far as words allow.

    At most so many `rows` (None: all) are listed, those that count against the subject first.
    """
    sections = [
        _head(explanation, width),
        paragraph(explanation.sentence, width),
        _points(explanation, width),
        score_text(explanation, width),
        _compared(explanation, width),
        _limits(explanation, width),
        _unconfirmed(explanation, width),
        sanctions_text(explanation, width),
        recourse_text(explanation.recourse, width),
        forecast_text(explanation.forecast, _named(explanation), width),
        rows_text(explanation, width, rows),
        listings_text(explanation, width),
        not_counted_text(explanation, width),
        revoked_text(explanation, width),
        unconverted_text(explanation, width),
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
    if explanation.points_text is not None:
        yield from paragraph(explanation.points_text, width, first=INDENT)


def _compared(explanation: Explanation, width: int) -> Iterator[str]:
    """Say what is compared with whom, where no points say it."""
    in_points = {part.made_of for part in explanation.points}
    beside = {n: each for n, each in explanation.benchmarks.items() if n not in in_points}
    if beside:
        yield "Compared with"
        yield from table([(label(name), each.text) for name, each in beside.items()], width)
    for note in dict.fromkeys(note for each in beside.values() for note in each.notes):
        yield from paragraph(note, width, first=INDENT)


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


def _unconfirmed(explanation: Explanation, width: int) -> Iterator[str]:
    if explanation.unconfirmed:
        yield "Unconfirmed: no source confirms these, and the result turns on them"
        for told in explanation.unconfirmed:
            yield from item(told, width)


def _named(explanation: Explanation) -> set[str]:
    """Return the names of the numbers that a limit looks at."""
    return {part.name for limit in explanation.limits for part in limit.arithmetic}


def _origin(limit: LimitTold) -> str:
    ids = ", ".join(limit.source)
    return f"[{ids}: {limit.confidence}]" if ids else f"[{limit.confidence}]"


def recourse_text(recourse: Recourse, width: int) -> Iterator[str]:
    """Say what would move a result up, and what down."""
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


def _trend(explanation: Explanation, width: int) -> Iterator[str]:
    if not explanation.trend:
        return
    named = _told_by_month(explanation)
    ladders = [each.name for each in explanation.ladders if each.indicator not in named]
    yield "Month by month, by the same rules"
    now = {each.name: each.total for each in explanation.ladders}
    points = [
        *((each.as_of, each.grade, each.indicators, each.totals) for each in explanation.trend),
        (explanation.dates.as_of, explanation.result["grade"], explanation.indicators, now),
    ]
    rows = [
        (
            str(day),
            *([grade or "not graded"] if explanation.has_grades else []),
            "; ".join(
                [
                    *(each.text for each in indicators if each.name in named),
                    *(f"{label(name)} {total_text(totals[name])}" for name in ladders),
                ]
            ),
        )
        for day, grade, indicators, totals in points
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
