"""A market of two buyers with a clock of its own, and a finding that goes through its steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import goodstanding
from goodstanding import Proposal
from goodstanding.decisions.finding_steps import StepTaken
from goodstanding.decisions.findings import Finding
from tests.market_files import as_frames
from tests.small_facts import at, order

LOOK: dict[str, Any] = {"by": "Ana", "reason": "weekly review"}
CLAIMS = Proposal(
    buyer="B7",
    kind="false_claims",
    orders=("O2", "O1"),
    gravity=6,
    intent="deliberate",
    rule="Terms 7.2: nobody claims that goods did not arrive that did.",
    summary="Two parcels were claimed as lost that the buyer had signed for.",
)
REASONS = "Both parcels were signed for, and the photographs show them."
CONFIRMED: dict[str, Any] = {
    "reasons": REASONS,
    "by": "Bea",
    "follows": "refunds only once the goods are back",
    "until": "2026-06-30",
}


@dataclass(slots=True)
class Clock:
    """What time it is: an instant (naive UTC) that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def set(self, text: str) -> None:
        self.now = at(text)

    def days_later(self, days: int) -> None:
        self.now += timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Opened:
    """A market with its clock; its steps as few words as tests need."""

    market: goodstanding.Market
    clock: Clock

    def propose(self, **otherwise: Any) -> StepTaken:
        return self.market.propose_finding(replace(CLAIMS, **otherwise), by="Ana")

    def warn(self, by: str = "Ana") -> StepTaken:
        return self.market.warn_of_finding("finding-1", by=by)

    def confirm(self, **otherwise: Any) -> StepTaken:
        return self.market.decide_finding("finding-1", "confirm", **(CONFIRMED | otherwise))

    def dismiss(self, reasons: str = "The carrier lost them.", by: str = "Bea") -> StepTaken:
        return self.market.decide_finding("finding-1", "dismiss", reasons=reasons, by=by)

    def appeal(self, text: str = "I was abroad.") -> StepTaken:
        return self.market.appeal_finding("finding-1", text)

    def uphold(self, by: str = "Cem", reasons: str = "The signature is yours.") -> StepTaken:
        return self.market.decide_appeal("finding-1", "uphold", reasons=reasons, by=by)

    def overturn(self, by: str = "Cem", reasons: str = "You were abroad.") -> StepTaken:
        return self.market.decide_appeal("finding-1", "overturn", reasons=reasons, by=by)

    def confirmed(self) -> None:
        """Take every step up to the decision, eight days after the warning."""
        self.propose()
        self.warn()
        self.clock.days_later(8)
        self.confirm()

    def found(self, finding_id: str = "finding-1") -> Finding:
        return self.market.finding(finding_id, **LOOK)

    def told(self, **asked: Any) -> list[tuple[str, str, str]]:
        """Return who is told what: the kind, whom, and the words."""
        found = self.market.notices(**(LOOK | asked))
        return [(each.kind, each.to_id, each.text) for each in found]


def write_market(path: Path, time_zone: str = "UTC") -> Path:
    """Make a market: B7 placed O1 to O5 with S1, B8 placed O8."""
    goodstanding.new(path, time_zone=time_zone, currency="EUR").close()
    placed = {"placed_at": "2025-12-01", "seller_id": "S1"}
    orders = [order(f"O{n}", buyer_id="B7", **placed) for n in range(1, 6)]
    orders.append(order("O8", buyer_id="B8", **placed))
    with goodstanding.open(path, clock=Clock(at("2026-01-01"))) as market:
        market.load(as_frames({"orders": orders}), recorded="occurred")
    return path


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a market with a clock of its own, at noon of 2026-01-10."""
    clock = Clock(at("2026-01-10T12:00"))
    with goodstanding.open(path, clock=clock) as market:
        yield Opened(market, clock)
