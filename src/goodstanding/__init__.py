"""Where every seller, listing and buyer of a marketplace stands, why, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goodstanding.decisions.exclusions import Incident
    from goodstanding.decisions.finding_steps import Proposal
    from goodstanding.market import Market, new
    from goodstanding.market import open_market as open  # noqa: A004 -- goodstanding.open reads best

__version__ = "0.1.0"
__all__ = ["Incident", "Market", "Proposal", "__version__", "new", "open"]


def __getattr__(name: str) -> Any:
    # The command line must start fast: nothing heavy is imported before it is asked for.
    if name == "Incident":
        from goodstanding.decisions.exclusions import Incident  # noqa: PLC0415 -- see above

        return Incident
    if name == "Proposal":
        from goodstanding.decisions.finding_steps import Proposal  # noqa: PLC0415 -- see above

        return Proposal
    if name in {"Market", "new", "open"}:
        from goodstanding import market  # noqa: PLC0415 -- see above

        return getattr(market, "open_market" if name == "open" else name)
    raise AttributeError(f"module 'goodstanding' has no attribute '{name}'")
