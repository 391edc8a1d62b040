"""The market that is loaded into: the one that is there, or one that the load makes."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding.cli import options
from goodstanding.cli.interrupting import ending_queries
from goodstanding.errors import ArgumentInvalid, MarketMissing, near

if TYPE_CHECKING:
    from goodstanding.database.address import Place
    from goodstanding.market import Market


@contextmanager
def found_or_made(
    meant: options.Meant | None,
    *,
    adapter: str | None,
    time_zone: str | None,
    currency: str | None,
    check: bool,
) -> Iterator[Market]:
    """Open the market, or make it; one that was made goes again when the load fails.

    With `check` a market that is not there is made elsewhere, and goes at the end.
    """
    from goodstanding import market  # noqa: PLC0415 -- heavy; only when it is used

    place = options.market_place(meant)
    if not isinstance(place, Path) or place.exists():
        there = options.waited_for(
            lambda seconds: market.open_market(place, wait=seconds), meant, writes=True
        )
        with there as found, ending_queries(found):
            _check_same(place, found, time_zone, currency)
            yield found
        return
    path = place
    zone, code = _made_with(path, adapter, time_zone, currency)
    if check:
        with (
            tempfile.TemporaryDirectory(prefix="goodstanding-") as folder,
            market.new(Path(folder) / path.name, time_zone=zone, currency=code) as made,
            ending_queries(made),
        ):
            yield made
        return
    made = market.new(path, time_zone=zone, currency=code)
    try:
        with made, ending_queries(made):
            yield made
    except BaseException:
        for file in (path, path.with_name(f"{path.name}.wal")):
            file.unlink(missing_ok=True)
        raise


def _made_with(
    path: Path, adapter: str | None, time_zone: str | None, currency: str | None
) -> tuple[str, str]:
    if adapter is not None:
        from goodstanding.facts.adapters import ADAPTERS  # noqa: PLC0415 -- only when it is used

        known = ADAPTERS.get(adapter)
        if known is None:
            raise ArgumentInvalid(
                f"there is no adapter '{adapter}'.", hint=near(adapter, list(ADAPTERS))
            )
        return time_zone or known.time_zone, currency or known.currency
    if time_zone is None or currency is None:
        raise MarketMissing(
            f"market '{path}' does not exist yet, and this load does not say how to make it.",
            hint="Add --time-zone and --currency, such as --time-zone UTC --currency USD, or make "
            f"it first: goodstanding new {shlex.quote(str(path))} --time-zone UTC --currency USD",
        )
    return time_zone, currency


def _check_same(place: Place, found: Market, time_zone: str | None, currency: str | None) -> None:
    settings = found.settings
    for option, given, there in (
        ("--time-zone", time_zone, settings.time_zone),
        ("--currency", currency, settings.currency),
    ):
        if given is not None and given != there:
            raise ArgumentInvalid(
                f"{option} {given} is not that of market '{place}', which was made with {there}.",
                hint="It cannot be changed. Leave the option out, or name a new market.",
            )
