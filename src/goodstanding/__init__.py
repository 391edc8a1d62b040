"""Where every seller, listing and buyer of a marketplace stands, why, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goodstanding.decisions.exclusions import Incident
    from goodstanding.decisions.finding_steps import Proposal
    from goodstanding.effects.terms import Offering
    from goodstanding.market import Market, new
    from goodstanding.market import open_market as open  # noqa: A004 -- goodstanding.open reads best
    from goodstanding.market.migrating import migrate

__version__ = "0.1.0"
__all__ = ["Incident", "Market", "Offering", "Proposal", "__version__", "migrate", "new", "open"]


def __getattr__(name: str) -> Any:
    # The command line must start fast: nothing heavy is imported before it is asked for.
    if name == "Incident":
        from goodstanding.decisions.exclusions import Incident  # noqa: PLC0415 -- see above

        return Incident
    if name == "Proposal":
        from goodstanding.decisions.finding_steps import Proposal  # noqa: PLC0415 -- see above

        return Proposal
    if name == "Offering":
        from goodstanding.effects.terms import Offering  # noqa: PLC0415 -- see above

        return Offering
    if name in {"Market", "new", "open"}:
        from goodstanding import market  # noqa: PLC0415 -- see above

        return getattr(market, "open_market" if name == "open" else name)
    if name == "migrate":
        from goodstanding.market.migrating import migrate  # noqa: PLC0415 -- see above

        return migrate
    raise AttributeError(f"module 'goodstanding' has no attribute '{name}'")
