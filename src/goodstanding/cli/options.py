"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from cyclopts import Parameter

from goodstanding.cli.commands import DEFAULT_MARKET, MARKET_VARIABLE
from goodstanding.cli.interrupting import ending_queries
from goodstanding.cli.output import Format, Telling
from goodstanding.database.address import Place, place
from goodstanding.errors import MarketHeld

if TYPE_CHECKING:
    from goodstanding.market import Market

Opened = TypeVar("Opened")

# A command that writes waits for the one before it, so that two at once both do their work; one
# that only reads says at once what is the matter.
_WAIT_TO_WRITE = 60.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Which market is meant, and for how many seconds it is waited for where it is held."""

    market: Annotated[
        str | None,
        Parameter(
            name="--market",
            metavar="FILE",
            help="The market: a file, postgresql://user@host/database, or spark:FOLDER. Default: "
            f"{MARKET_VARIABLE}, else {DEFAULT_MARKET} in this folder.",
        ),
    ] = None
    wait: Annotated[
        float | None,
        Parameter(
            name="--wait",
            metavar="SECONDS",
            help="Wait so long for a market that another process holds. Default: 60 to write to "
            "it, 0 to read.",
        ),
    ] = None

    def seconds(self, *, writes: bool) -> float:
        """How long it is waited for."""
        if self.wait is None:
            return _WAIT_TO_WRITE if writes else 0
        return self.wait


MarketOption = Annotated[Meant | None, Parameter(name="*")]
RulebookOption = Annotated[
    str,
    Parameter(
        name="--rulebook",
        metavar="NAME",
        help="The name of a rulebook that comes with the program, the path of your own, or the id "
        "of one that has published.",
    ),
]
VersionOption = Annotated[
    str | None,
    Parameter(
        name="--version",
        metavar="DAY",
        help="The edition of that first day. Default: the one in force on the as-of day.",
    ),
]
AsOfOption = Annotated[
    str,
    Parameter(name="--as-of", metavar="DAY", help="The last day that is looked at: 2018-07-31."),
]
KnownAtOption = Annotated[
    str | None,
    Parameter(
        name="--known-at",
        metavar="INSTANT",
        help="Leave out what was learned later: 2018-08-01T12:00, in the market's time zone "
        "unless it says another. Default: everything counts that the market knows.",
    ),
]
FormatOption = Annotated[
    Format | None,
    Parameter(
        name="--format",
        metavar="FORMAT",
        help="What is printed. Default: what the name of --output ends in, else table.",
    ),
]
TellingOption = Annotated[
    Telling | None,
    Parameter(
        name="--format",
        metavar="FORMAT",
        help="To read, or for programs. Default: what the name of --output ends in, else text.",
    ),
]
OutputOption = Annotated[
    Path | None,
    Parameter(name="--output", metavar="FILE", help="Write to a file, all at once or not at all."),
]
AllOption = Annotated[
    bool, Parameter(name="--all", help="Every line of the table, however many there are.")
]
LookedByOption = Annotated[
    str | None, Parameter(name="--by", metavar="NAME", help="Where it is of buyers: who looks.")
]
LookedForOption = Annotated[
    str | None,
    Parameter(
        name="--reason",
        metavar="TEXT",
        help="Where it is of buyers: why. Both are written to the access log before.",
    ),
]


def market_place(given: Meant | None) -> Place:
    """Return where the market is: as given, or as the environment says, or here."""
    named = None if given is None else given.market
    if named is not None:
        return place(named)
    return place(os.environ.get(MARKET_VARIABLE) or DEFAULT_MARKET)


@contextmanager
def opened(given: Meant | None, *, writes: bool = False) -> Iterator[Market]:
    """Open the market that is meant, for reading, or to write too; raises a `MarketError`."""
    from goodstanding.market import open_market  # noqa: PLC0415 -- heavy; only when it is used

    home = market_place(given)
    market = waited_for(
        lambda seconds: open_market(home, read_only=not writes, wait=seconds), given, writes=writes
    )
    with market, ending_queries(market):
        yield market


def waited_for(opening: Callable[[float], Opened], given: Meant | None, *, writes: bool) -> Opened:
    """Open a market, with the seconds for which it is waited for; say so before it is."""
    seconds = (given or Meant()).seconds(writes=writes)
    try:
        return opening(min(seconds, 0))
    except MarketHeld as held:
        if not seconds:
            raise
        sys.stderr.write(f"{held.message} Waiting for it, {seconds:g} s at most.\n")
        return opening(seconds)
