"""A market written down by hand and loaded, and questions asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from goodstanding.assessment import assessing
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import DuckDB
from goodstanding.explanation.answer import Explanation
from goodstanding.explanation.explaining import explain
from goodstanding.facts.store import Settings
from goodstanding.rulebook import bundled
from goodstanding.rulebook.model import Rulebook
from tests.memory_market import empty_market, load_facts
from tests.oracle_facts import Facts, Row

SERVICE_LEVEL = bundled.load("service-level")
AS_OF = date(2018, 7, 31)
KNOWN_AT = datetime(2030, 1, 1)
ONE_DAY = timedelta(days=1)


def loaded(facts: Facts, zone: str = "UTC") -> tuple[DuckDB, Settings]:
    settings = Settings(time_zone=zone, currency="EUR")
    database = empty_market(settings)
    load_facts(database, settings, facts)
    return database, settings


def question(
    subject: str | None = "S1", *, rulebook: Rulebook = SERVICE_LEVEL, as_of: date = AS_OF
) -> Question:
    return Question(rulebook=rulebook, as_of=as_of, known_at=KNOWN_AT, subject_id=subject)


def explained(
    facts: Facts, subject: str = "S1", *, rulebook: Rulebook = SERVICE_LEVEL, as_of: date = AS_OF
) -> Explanation:
    database, settings = loaded(facts)
    return explain(database, settings, question(subject, rulebook=rulebook, as_of=as_of))


def assessed(
    facts: Facts, subject: str = "S1", *, rulebook: Rulebook = SERVICE_LEVEL, as_of: date = AS_OF
) -> dict[str, Any]:
    """Assess one subject; an empty record where it is not there."""
    database, settings = loaded(facts)
    asked = question(subject, rulebook=rulebook, as_of=as_of)
    found = assessing.assess(database, settings, asked).to_pylist()
    return dict(found[0]) if found else {}


def orders(
    count: int, *, stars: int = 5, reviewed_on: date = AS_OF, first: int = 1, seller: str = "S1"
) -> Facts:
    """Write orders that end with a review; `first` numbers them, O1, O2 and so on."""
    at = datetime.combine(reviewed_on, datetime.min.time()) + timedelta(hours=12)
    made: Facts = {"orders": [], "feedback": []}
    for number in range(first, first + count):
        made["orders"].append(
            {
                "order_id": f"O{number}",
                "seller_id": seller,
                "buyer_id": f"B{number}",
                "placed_at": at - timedelta(days=9),
                "paid_at": at - timedelta(days=9),
                "ship_by": at - timedelta(days=5),
                "shipped_at": at - timedelta(days=7),
                "closed_at": at - timedelta(days=2),
            }
        )
        made["feedback"].append(
            {
                "feedback_id": f"F{number}",
                "order_id": f"O{number}",
                "given_at": at,
                "given_by": "buyer",
                "stars": stars,
            }
        )
    return made


def together(*several: Facts) -> Facts:
    made: Facts = {}
    for facts in several:
        for name, rows in facts.items():
            made.setdefault(name, []).extend(rows)
    return made


def with_stars(facts: Facts, order_ids: Sequence[str], stars: int) -> Facts:
    """Return the facts with other stars in the reviews of some orders."""

    def reviewed(row: Row) -> Row:
        return row | {"stars": stars} if row["order_id"] in order_ids else row

    return facts | {"feedback": [reviewed(row) for row in facts["feedback"]]}
