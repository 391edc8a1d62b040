"""A market whose buyers have scores, bands, findings and exclusions that are told nowhere else."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from goodstanding import Proposal
from tests.effects.buyer_rulebook import BUYERS, SCORES
from tests.effects.buyers_market import BEGAN, account, market_of, stood, waiting
from tests.market_files import as_frames

LOOK: dict[str, Any] = {"by": "Ana", "reason": "a test"}
DAY = "2026-03-04"  # of assessment, and published
KNOWN = ["new", "limited", "standard", "trusted", "excellent"]
BANDS = {f"B{n:02}": KNOWN[n % 5] for n in range(25)}
ME, OTHER = "B04", "B01"  # in the best band, and in one below that of the offer
# Bands that are called as nothing else is, and an effect on whoever is in the best.
_NAMES = {"limited": "umbra", "excellent": "zenith", "new": "novice"}
_EFFECT = '\n[[effect]]\nif = "grade = \'zenith\'"\ndoes = "warning"\nconfidence = "own design"\n'
FOUND = "XTORTED"  # what was found of a buyer
REASON = "ZEALOTRY"  # why no order of a buyer counts


def canaries(*, but: str | None = None) -> re.Pattern[str]:
    """Return what stands nowhere but where a buyer's standing is told."""
    bands = [each for each in (*_NAMES.values(), "trusted") if each != but]
    effects = r"\d+:B\d\d:"
    words = [*bands, FOUND, REASON, "extortion", *map(re.escape, SCORES), effects, "S3CR3T"]
    return re.compile("|".join(words))


def write_rules(folder: Path) -> None:
    """Write the rulebook by which the market's buyers are judged, and another to compare with."""
    text = BUYERS
    for usual, name in _NAMES.items():
        text = text.replace(f'"{usual}"', f'"{name}"')
    (folder / "bands.toml").write_text(text + _EFFECT, encoding="utf-8")
    other = text.replace('id = "buyers"', 'id = "others"').replace('"zenith", 70', '"zenith", 90')
    (folder / "others.toml").write_text(other, encoding="utf-8")


def _asked(n: int) -> dict[str, Any]:
    """Write an order of S1 that a buyer of unknown standing completed, a month ago."""
    at = BEGAN + timedelta(days=80)
    instants = dict.fromkeys(("placed_at", "paid_at", "shipped_at", "delivered_at"), at)
    return {"order_id": f"G{n}", "seller_id": "S1", "buyer_id": f"G{n}", **instants}


def write_market(folder: Path) -> Path:
    """Make the market: published, excluded from, decided, offered in; and corrected since."""
    write_rules(folder)
    kept = [row for buyer in BANDS for row in stood(buyer, "standard", seller="S1")]
    own = [row | {"paid_at": None} for row in kept]  # completed, and no part of any band
    buyers = [account(buyer, marketing_consent_at=BEGAN) for buyer in BANDS]
    facts = waiting(BANDS, orders=[*own, *map(_asked, range(5))], buyers=buyers)
    with market_of(facts, folder) as market:
        rules = folder / "bands.toml"
        market.publish("service-level", as_of="2026-02-28")
        market.publish(rules, as_of="2026-03-03")
        market.publish(rules, as_of=DAY, despite_silence=True)
        market.exclude(buyer="B05", reason=REASON, decided_by="Ana")
        finding = Proposal(
            buyer=ME,
            kind="extortion",
            orders=(f"O-{ME}",),
            gravity=3,
            intent="unknown",
            rule="Terms 1",
            summary=FOUND,
        )
        market.propose_finding(finding, by="Ana")
        market.warn_of_finding("finding-1", by="Ana")
        market.load(as_frames({"orders": _late()}))
        market.load(_unreadable())
        market._database.execute("update effect_secret set secret = 'S3CR3T'")
    return folder / "market.duckdb"


def _late() -> list[dict[str, Any]]:
    """Write an order of which the market learns after what it would have changed was published."""
    (row,) = stood(ME, "new", seller="S8")
    return [row]


def _unreadable() -> dict[str, pa.Table]:
    """Write what goes to quarantine with what was found, of whose orders none counts."""
    rows = {
        "findings": {"finding_id": "F9", "buyer_id": ME, "proposed_at": "soon", "summary": FOUND},
        "retractions": {
            "table_name": "exclusions",
            "key": f"buyer:B05:{REASON}",
            "column_name": "*",
            "retracted_at": "soon",
        },
        "violations": {
            "violation_id": "V9",
            "subject_kind": "buyer",
            "subject_id": ME,
            "occurred_at": "soon",
            "rule": FOUND,
        },
    }
    return {name: pa.Table.from_pylist([row]) for name, row in rows.items()}
