"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from goodstanding.cli.commands import DEFAULT_MARKET, MARKET_VARIABLE
from goodstanding.cli.interrupting import ending_queries
from goodstanding.cli.output import Format, Telling
from goodstanding.errors import MarketHeld

if TYPE_CHECKING:
    from goodstanding.market import Market

_LONGEST_WAIT = 60.0  # seconds

MarketOption = Annotated[
    Path | None,
    Parameter(
        name="--market",
        metavar="FILE",
        help=f"The market. Default: {MARKET_VARIABLE}, else {DEFAULT_MARKET} in this folder.",
    ),
]
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


def market_path(given: Path | None) -> Path:
    """Return where the market is: as given, or as the environment says, or here."""
    return given or Path(os.environ.get(MARKET_VARIABLE) or DEFAULT_MARKET)


@contextmanager
def opened(given: Path | None, *, writes: bool = False, waits: bool = False) -> Iterator[Market]:
    """Open the market that is meant, for reading, or to write too; raises a `MarketError`.

    With `waits` a market that another process holds is waited for, up to a minute.
    """
    path = market_path(given)
    with _open(path, writes=writes, waits=waits) as market, ending_queries(market):
        yield market


def _open(path: Path, *, writes: bool, waits: bool) -> Market:
    from goodstanding.market import open_market  # noqa: PLC0415 -- heavy; only when it is used

    begun = time.monotonic()
    while True:
        try:
            return open_market(path, read_only=not writes)
        except MarketHeld:
            if not waits or time.monotonic() - begun > _LONGEST_WAIT:
                raise
            time.sleep(0.2)
