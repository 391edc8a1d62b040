"""A rulebook with effects, as small as one can be, and what tests of effects do with it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

import goodstanding
from tests.oracle_facts import Row
from tests.standing.test_publishing import clock, load
from tests.standing.test_publishing import market as silent_market

__all__ = ["clock", "load", "silent_market"]  # fixtures, and what goes with them

RULES = """\
id = "small"
version = 2018-01-01
title = "Small"
subject = "seller"
source = "the terms"
confidence = "official"
contest = "Write to appeals@example.org."
calendar = { assessed = "month-end" }
window.month = { calendar = "month" }
rows.orders = { from = "order" }

[measure]
paid = { of = "orders", when = "within(paid_on)" }
bad = { of = "paid", when = "stars <= 3 and within(feedback_on)" }

[indicator]
bad_rate = { ratio = ["bad", "paid"], better = "lower", if_not_assessed = "passes" }

[[grade]]
name = "good"
all = ["bad_rate < 20 %"]

[[grade]]
name = "fair"
all = ["bad_rate < 60 %"]

[[grade]]
name = "poor"

[[effect]]
if = "grade = 'good'"
does = "showcase"
amount = 3
days = 7

[[effect]]
if = "grade = 'fair'"
does = "showcase"
amount = 1
days = 7

[[effect]]
if = "grade <> 'poor'"
does = "campaign"

[[effect]]
if = "grade = 'poor'"
does = "restriction"
"""

_FIRST, _DAYS = date(2018, 7, 1), 300


@pytest.fixture
def market(silent_market: goodstanding.Market) -> goodstanding.Market:
    """A market that hears something every day: an exchange rate, which no rule asks for."""
    hear(silent_market)
    return silent_market


def hear(market: goodstanding.Market) -> None:
    """Let a market hear something every day of 2018 from July on."""
    load(market, rates=[rate(_FIRST + timedelta(days=n)) for n in range(_DAYS)])


def rate(day: date) -> Row:
    """Return an exchange rate of a day, heard at eleven."""
    return {
        "day": day,
        "from_currency": "USD",
        "to_currency": "EUR",
        "ppm": 900_000,
        "recorded_at": datetime.combine(day, time(11)),
    }


Told = tuple[str, str, str | None, str]


def rules(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the rulebook to a file, with pieces of its text replaced; each must be there."""
    text = RULES
    for old, new in changes:
        if old not in text:
            raise ValueError(f"not in the rulebook: {old}")
        text = text.replace(old, new)
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    return path


def told(market: goodstanding.Market, as_of: str, subject: str | None = None) -> list[Told]:
    """Return what was carried out: what, its first and last day, and where it stands."""
    return [
        (
            each.what,
            each.from_on.isoformat(),
            None if each.until_on is None else each.until_on.isoformat(),
            each.status,
        )
        for each in market.effects(as_of=as_of, subject=subject, every=True)
    ]


def noticed(market: goodstanding.Market, after: int = 0) -> list[tuple[str, str, str]]:
    """Return who was told what of what: kind, to whom, and the effect or the grade."""
    return [
        (each.kind, each.to_id, each.effect.what if each.effect else str(each.grade))
        for each in market.notices(after=after)
    ]
