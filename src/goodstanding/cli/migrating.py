"""`migrate`: a market of an earlier version brought up to date."""

from __future__ import annotations

from goodstanding.cli import options
from goodstanding.cli.output import write_text


def migrate(*, market: options.MarketOption = None) -> None:
    """Bring a market up to the version that this program reads; it cannot go back."""
    from goodstanding.market.migrating import migrate as bring  # noqa: PLC0415 -- heavy

    place = options.market_place(market)
    migrated = options.waited_for(lambda seconds: bring(place, wait=seconds), market, writes=True)
    if not migrated.steps:
        write_text(f"{place} has schema version {migrated.now} already. Nothing was changed.", None)
        return
    lines = [f"Brought {place} from schema version {migrated.before} to {migrated.now}."]
    write_text("\n".join([*lines, *(f"  {step}" for step in migrated.steps)]), None)
