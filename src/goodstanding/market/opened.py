"""A market that is open: who reads and writes it, and what every question of it needs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from goodstanding import arguments, days
from goodstanding.arguments import Day
from goodstanding.database import address
from goodstanding.decisions import access_log, access_table
from goodstanding.facts import store
from goodstanding.standing import rules

if TYPE_CHECKING:
    from goodstanding.assessment.questions import Question
    from goodstanding.database.address import Place
    from goodstanding.database.database import Database
    from goodstanding.decisions.access_log import Looked
    from goodstanding.facts.store import Settings
    from goodstanding.rulebook.model import Rulebook
    from goodstanding.viewers import BuyerPart

_Market = TypeVar("_Market", bound="OpenedMarket")
_Arguments = ParamSpec("_Arguments")
_Returned = TypeVar("_Returned")


def writes(
    method: Callable[Concatenate[_Market, _Arguments], _Returned],
) -> Callable[Concatenate[_Market, _Arguments], _Returned]:
    """Let a call of a market work out in its turn to write what it writes.

    Of two at the same instant the second so sees what the first has written.
    """

    @wraps(method)
    def in_turn(self: _Market, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Returned:
        with self._database.turn():
            return method(self, *args, **kwargs)

    return in_turn


class OpenedMarket:
    """A market file that is open, and its clock.

    Every call may raise `ArgumentInvalid`, or `MarketClosed` once it is closed.
    """

    def __init__(
        self, path: Place, database: Database, settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        self.path = path
        self._clock = clock
        self.settings = settings
        self._database = database
        self._busy_beside: Database | None = None  # what a load is checked in, while it is

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_ended: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the market, so that another process can open it."""
        self._database.close()

    def interrupt(self) -> None:
        """End the query that runs, from another thread; in its own it raises an error.

        What waits for its turn to write runs none, and goes on waiting.
        """
        self._database.interrupt()
        if self._busy_beside is not None:
            self._busy_beside.interrupt()

    @property
    def known_until(self) -> datetime | None:
        """The newest instant at which a fact was known (naive UTC); None in an empty market."""
        return store.known_until(self._database)

    @property
    def today(self) -> date:
        """The day that it is, in the market's time zone."""
        return days.local_day(self._clock(), self.settings.time_zone)

    def rulebook(self, rulebook: str | Path, *, as_of: Day, version: Day | None = None) -> Rulebook:
        """Return the rulebook by which `assess` judges a day. Raises `RulebookError`."""
        return self._question(rulebook, as_of, None, version, None).rulebook

    def _question(self, *asked: object) -> Question:
        """Return the question: rulebook, as-of day, known-at, version, subject, as handed in."""
        return arguments.question(
            *asked,
            known_until=self.known_until,
            zone=self.settings.time_zone,
            find=partial(rules.asked, self._database),
        )

    def _log(
        self, by: str | None, reason: str | None, part: BuyerPart, buyers: Collection[str] | None
    ) -> None:
        """Log who looks at what concerns buyers (None: all of them), before it is shown."""
        look = arguments.look(by, reason, part)
        beside = address.on_disk(self.path)
        if beside is not None:
            access_log.write_down(beside, look, part=part, buyers=buyers, at=self._clock())
        else:
            access_table.write_down(
                self._database, look, part=part, buyers=buyers, at=self._clock()
            )

    def _looks_at(self, buyer: str) -> list[Looked] | None:
        """Return who looked at what concerns a buyer; None where the log cannot be read."""
        beside = address.on_disk(self.path)
        if beside is not None:
            return access_log.looks_at(beside, buyer)
        return access_table.looks_at(self._database, buyer)
