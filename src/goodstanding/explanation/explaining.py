"""Explaining one subject's result: the arithmetic, the rows behind it, what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from goodstanding.assessment.assessing import context, not_there
from goodstanding.assessment.results import shaped
from goodstanding.explanation.answer import Dates, Explanation
from goodstanding.explanation.coming import coming_days
from goodstanding.explanation.limits import grade_sentence, indicators_told, limits_told
from goodstanding.explanation.reasons import counted_rows
from goodstanding.explanation.recourse import recourse
from goodstanding.explanation.set_aside import rows_set_aside
from goodstanding.explanation.subject_market import subject_market
from goodstanding.explanation.trend import trend

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goodstanding.assessment.assessing import Question
    from goodstanding.database.duckdb import DuckDB
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

_PARTS = ("numerator", "denominator", "value")


def explain(database: DuckDB, settings: Settings, question: Question) -> Explanation:
    """Explain the result of the subject that a question names.

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
        rows = counted_rows(market)
        return Explanation(
            title=rulebook.title,
            result=contract_record(shaped(results, asked).to_pylist()[0], rulebook),
            dates=Dates(
                as_of=question.as_of,
                known_at=question.known_at,
                in_force_since=rulebook.version,
                in_force_until=rulebook.in_force_until,
                is_in_force=rulebook.is_in_force_on(question.as_of),
                published_on=None,
                time_zone=settings.time_zone,
            ),
            sentence=grade_sentence(rulebook, judged, limits),
            indicators=indicators_told(rulebook, judged),
            limits=limits,
            deciding_limit=next((limit for limit in limits if limit.is_deciding), None),
            rows=tuple(row.told for row in rows),
            not_counted=rows_set_aside(market, asked),
            trend=trend(market),
            coming=coming_days(rulebook.calendar, question.as_of),
            recourse=recourse(market, judged, rows),
        )


def contract_record(record: Mapping[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    """Return a row of results as the object of the output contract, its keys in order."""
    indicators = {
        name: {part: record[f"{name}_{part}"] for part in _PARTS} for name in rulebook.indicators
    }
    flat = {f"{name}_{part}" for name in indicators for part in _PARTS}
    found: dict[str, Any] = {}
    for key, value in record.items():
        if key == "deciding_limit":
            found |= {"indicators": indicators, "points": {}}
        if key not in flat:
            found[key] = value
    return found
