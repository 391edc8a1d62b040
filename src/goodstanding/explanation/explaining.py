"""Explaining one subject's result: the arithmetic, the rows behind it, what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from goodstanding import days
from goodstanding.assessment.assessing import context, not_there
from goodstanding.assessment.results import (
    benchmark_names,
    columns_beside,
    points_column,
    shaped,
)
from goodstanding.assessment.sanction_words import PARTS, sanction_column
from goodstanding.assessment.silence import silent_since
from goodstanding.assessment.unconfirmed import unconfirmed_entries
from goodstanding.explanation.answer import Dates, Explanation, PublishedTold
from goodstanding.explanation.caps import caps_told
from goodstanding.explanation.coming import coming_days
from goodstanding.explanation.forecast import forecast
from goodstanding.explanation.limits import grade_sentence, indicators_told, limits_told
from goodstanding.explanation.points import (
    benchmarks_told,
    listings_told,
    losses,
    points_told,
    sum_told,
)
from goodstanding.explanation.reasons import counted_rows, in_order, threads_against
from goodstanding.explanation.recourse import recourse
from goodstanding.explanation.sanctions import ladders_told
from goodstanding.explanation.seen_by import as_seen_by
from goodstanding.explanation.set_aside import rows_set_aside
from goodstanding.explanation.subject_market import subject_market
from goodstanding.explanation.trend import trend
from goodstanding.explanation.unconverted import amounts_unconverted
from goodstanding.facts.store import known_until
from goodstanding.standing.history import stands
from goodstanding.standing.status import with_status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goodstanding.assessment.questions import Question
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook
    from goodstanding.viewers import Viewer

_FIGURES = ("numerator", "denominator", "value")


def explain(
    database: Database, settings: Settings, question: Question, viewer: Viewer = "operator"
) -> Explanation:
    """Explain the result of the subject that a question names, as a viewer may see it.

    Raises `SubjectUnknown` where the market has never heard of it, or not by the as-of day.
    """
    rulebook = question.rulebook
    asked = context(settings, question)
    with subject_market(database, settings, question) as market:
        results = market.result()
        if not results.num_rows:
            raise not_there(question)
        (judged,) = results.to_pylist()
        limits = limits_told(rulebook, judged)
        rows = counted_rows(market, judged)
        (told,) = with_status(database, question, [shaped(results, asked)])
        (record,) = told.to_pylist()
        published = published_told(database, settings, question, record)
        explanation = Explanation(
            title=rulebook.title,
            has_grades=bool(rulebook.grades),
            result=contract_record(record, rulebook),
            dates=Dates(
                as_of=question.as_of,
                known_at=question.known_at,
                in_force_since=rulebook.version,
                in_force_until=rulebook.in_force_until,
                is_in_force=rulebook.is_in_force_on(question.as_of),
                published_on=None if published is None else published.on,
                silent_since=silent_since(
                    question.as_of,
                    known_at=question.known_at,
                    known_until=known_until(database),
                    zone=settings.time_zone,
                ),
                time_zone=settings.time_zone,
            ),
            published=published,
            sentence=grade_sentence(rulebook, judged, limits),
            indicators=indicators_told(rulebook, judged),
            points=points_told(rulebook, judged),
            points_text=sum_told(rulebook, judged),
            caps=caps_told(rulebook, judged),
            benchmarks=benchmarks_told(rulebook, judged),
            limits=limits,
            deciding_limit=next((limit for limit in limits if limit.is_deciding), None),
            unconfirmed=tuple(unconfirmed_entries(rulebook, asked.window_from, asked.as_of)),
            ladders=ladders_told(market, judged),
            rows=tuple(row.told for row in in_order([*rows, *threads_against(market)])),
            listings=listings_told(market, losses(market, judged)),
            not_counted=rows_set_aside(market, asked),
            unconverted=amounts_unconverted(market),
            trend=trend(market),
            coming=coming_days(
                rulebook.calendar, question.as_of, is_published=published is not None
            ),
            forecast=forecast(market),
            recourse=recourse(market, judged, rows),
        )
    return as_seen_by(viewer, explanation, rulebook)


def published_told(
    database: Database, settings: Settings, question: Question, record: Mapping[str, Any]
) -> PublishedTold | None:
    """Return what was published of the day by these rules; None where nothing was."""
    editions = stands(database, question.rulebook, str(question.subject_id), question.as_of)
    if not editions:
        return None
    first, latest = editions[0], editions[-1]
    figures = {
        name: tuple(record[f"{name}_{part}"] for part in _FIGURES[:2]) for name in latest.indicators
    }
    sanctions = {
        name: {part: record[sanction_column(name, part)] for part in PARTS}
        for name in latest.sanctions
    }
    return PublishedTold(
        on=days.local_day(first.published_at, settings.time_zone),
        restated_on=days.local_day(latest.published_at, settings.time_zone)
        if latest.is_restatement
        else None,
        grade=latest.grade,
        not_graded_because=latest.not_graded_because,
        is_same=(latest.grade, latest.score) == (record["grade"], record["score"])
        and figures == {name: said[:2] for name, said in latest.indicators.items()}
        and sanctions == latest.sanctions,
    )


def contract_record(record: Mapping[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    """Return a row of results as the object of the output contract, its keys in order."""
    indicators = {
        name: {part: record[f"{name}_{part}"] for part in _FIGURES} for name in rulebook.indicators
    }
    flat = {f"{name}_{part}" for name in indicators for part in _FIGURES}
    points = {name: record[points_column(name)] for name in rulebook.points}
    flat |= set(map(points_column, points))
    benchmarks = {
        name: {called: record[column] for called, column in columns.items()}
        for name, columns in benchmark_names(rulebook).items()
    }
    flat |= {column for names in benchmark_names(rulebook).values() for column in names.values()}
    ladders = {
        name: {part: record[sanction_column(name, part)] for part in PARTS}
        for name in rulebook.ladders
    }
    flat |= {sanction_column(name, part) for name in ladders for part in PARTS}
    left_out = {*flat, *columns_beside(rulebook)}
    found: dict[str, Any] = {}
    for key, value in record.items():
        if key == "deciding_limit":
            found |= {"indicators": indicators, "points": points}
            found |= {"benchmarks": benchmarks} if benchmarks else {}
            found |= {"ladders": ladders} if ladders else {}
        if key not in left_out:
            found[key] = value
    return found
