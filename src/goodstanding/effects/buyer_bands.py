"""The bands of buyers, as effects have them: who is not scored stands at standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding import days
from goodstanding.assessment.assessing import judge
from goodstanding.assessment.questions import Question
from goodstanding.database.duckdb import named_values
from goodstanding.database.steps import statement
from goodstanding.errors import ArgumentInvalid, near
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.known import known_steps

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook

BUYER_SCORE = "buyer-score"
GOOD_FROM = "trusted"  # good standing: this band or a better one
UNSCORED = "standard"  # of the new, of those who objected, and of whoever has no band


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a buyer said to the marketplace, by a day. Instants are naive UTC, None: never."""

    objected_at: datetime | None
    marketing_consent_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """The band of every buyer who has one, by the market's number, and their order, best first."""

    names: tuple[str, ...]
    by_buyer: Mapping[int, str]

    def reaches(self, buyer_no: int, least: str, *, has_objected: bool) -> bool:
        """Say whether a buyer is in a band or a better one; who objected is at standard."""
        band = UNSCORED if has_objected else self.by_buyer.get(buyer_no, UNSCORED)
        return self.names.index(band) <= self.names.index(least)


def check_bands(rulebook: Rulebook) -> None:
    """Raise `ArgumentInvalid` for a rulebook that gives no bands to buyers."""
    if rulebook.subject != "buyer":
        raise ArgumentInvalid(
            f"rulebook '{rulebook.id}' judges {rulebook.subject_kind.plural}, and what is asked "
            "here is a buyer's standing.",
            hint=f"Name one whose subject is a buyer, such as '{BUYER_SCORE}'.",
        )
    missing = [name for name in (GOOD_FROM, UNSCORED) if name not in rulebook.grade_names]
    if missing:
        raise ArgumentInvalid(
            f"rulebook '{rulebook.id}' has no band '{missing[0]}'.",
            hint=f"Buyers who are not scored are at '{UNSCORED}', and good standing begins at "
            f"'{GOOD_FROM}': give it both, or name another.",
        )


def check_band(rulebook: Rulebook, band: str) -> None:
    """Raise `ArgumentInvalid` for what is no band of a rulebook."""
    if band not in rulebook.grade_names:
        raise ArgumentInvalid(
            f"band '{band}' is not known.", hint=near(band, list(rulebook.grade_names))
        )


def bands(
    database: Database, settings: Settings, rulebook: Rulebook, *, as_of: date, known_at: datetime
) -> Bands:
    """Return the bands of all buyers on a day, by what was known at an instant.

    Raises `ArgumentInvalid` for a rulebook that gives none.
    """
    check_bands(rulebook)
    question = Question(rulebook=rulebook, as_of=as_of, known_at=known_at)
    judged = judge(database, settings, question, columns=("grade__place",))
    numbers, places = judged["subject_no"].to_pylist(), judged["grade__place"].to_pylist()
    names = tuple(grade.name for grade in rulebook.grades)
    return Bands(
        names=names,
        by_buyer={
            number: names[place]
            for number, place in zip(numbers, places, strict=True)
            if place is not None
        },
    )


def accounts(
    database: Database,
    settings: Settings,
    *,
    as_of: date,
    known_at: datetime,
    only: int | None = None,
) -> dict[int, Account]:
    """Return what buyers, or one, said to the marketplace by the end of a day, by number."""
    columns = ("objected_at", "marketing_consent_at", "closed_at")
    among = None if only is None else exp.column("buyer_no").eq(exp.Literal.number(only))
    steps = known_steps(BY_NAME["buyers"], columns, only=among)
    final = exp.select("buyer_no", *columns).from_("known_buyers")
    sql = statement(steps, final, "duckdb")
    end = days.end_of_day(as_of, settings.time_zone)
    values = {"known_at": known_at, "corrected_at": known_at, "as_of_end": end}
    return {
        number: Account(**dict(zip(columns, said, strict=True)))
        for number, *said in database.rows(sql, named_values(sql, values))
    }


def objected(of: Mapping[int, Account]) -> frozenset[int]:
    """Return the numbers of those who objected to being scored."""
    return frozenset(number for number, each in of.items() if each.objected_at is not None)


def in_good_standing(found: Bands) -> set[int]:
    """Return the numbers of those whose band is that of good standing."""
    return {
        number for number in found.by_buyer if found.reaches(number, GOOD_FROM, has_objected=False)
    }
