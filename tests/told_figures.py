"""What an assessment tells of each subject of a random market, in fractions, for an oracle."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from goodstanding.assessment import assessing
from goodstanding.assessment.millionths import MILLION
from goodstanding.assessment.questions import Question
from goodstanding.facts.store import Settings
from goodstanding.rulebook.model import Rulebook
from tests.markets import Market
from tests.memory_market import empty_market, load_facts


def figures(market: Market, rulebook: Rulebook) -> dict[str, dict[str, Any]]:
    """Return the indicators of each subject, and its grade where the rulebook has any."""
    made = Settings(time_zone=market.zone, currency="EUR")
    database = empty_market(made)
    load_facts(database, made, market.facts)
    asked = Question(
        rulebook=rulebook,
        as_of=market.as_of,
        known_at=market.known_at,
        corrected_at=market.corrected_at,
    )
    rows = assessing.assess(database, made, asked).to_pylist()
    return {row["subject_id"]: _told(row, rulebook) for row in rows}


def _told(row: dict[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    grade = {"grade": row["grade"]} if rulebook.grades else {}
    return grade | {name: _figure(row, name, rulebook) for name in rulebook.indicators}


def _figure(row: dict[str, Any], name: str, rulebook: Rulebook) -> Any:
    indicator = rulebook.indicators[name]
    top, bottom = row[f"{name}_numerator"], row.get(f"{name}_denominator")
    if indicator.formula is not None:
        return None if top is None else Fraction(top, MILLION)
    if indicator.mean is not None:
        return Fraction(top, bottom) if bottom else None
    return top if indicator.ratio is None else (top, bottom)
