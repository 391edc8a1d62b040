"""The same market in two places, and what is asked of both, to see that they answer alike."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import goodstanding
from goodstanding.market import Market
from tests.commands import said

NOW = datetime(2031, 1, 1)
ORDERS = 400
DAY = "2025-06-30"
SELLER, LISTING, BUYER = "S000001", "L00000001", "B00000001"
LOOK = {"by": "Ana", "reason": "audit"}
WHY = ("--by", "Ana", "--reason", "audit")
ASKED = (
    ("assess", "--rulebook", "service-level", "--format", "csv"),
    ("assess", "--rulebook", "store-rating", "--known-at", "2025-05-01T12:00", "--format", "jsonl"),
    ("explain", "--rulebook", "service-level", "--subject", SELLER, "--format", "json"),
    ("explain", "--rulebook", "aliexpress-service-level", "--subject", SELLER),
    ("explain", "--rulebook", "aliexpress-violations", "--subject", SELLER),
    ("explain", "--rulebook", "service-links-listing", "--subject", LISTING),
    ("explain", "--rulebook", "buyer-score", "--subject", BUYER, *WHY),
    ("explain", "--rulebook", "service-level", "--subject", "S00001"),
    ("compare", "--rulebook", "service-level", "--with", "aliexpress-service-level"),
    ("store", SELLER, "--for", "store", "--format", "json"),
    ("next", SELLER, "--format", "json"),
    ("service", SELLER, "--format", "json"),
    ("me", BUYER, "--format", "json"),
    ("queue", "--seller", SELLER, "--format", "json"),
    ("rank", "--modifiers", "--format", "csv"),
)
OF_NO_DAY = (
    ("exclusions", "list", "--format", "jsonl", *WHY),
    ("exclusions", "list", "--all", *WHY),
    ("findings", "list", "--format", "jsonl", *WHY),
    ("quarantine", "list"),
    ("quarantine", "show", "--format", "jsonl"),
    ("effects", "list", *WHY),
    ("effects", "switches"),
    ("offers", "list"),
    ("notices", "--format", "jsonl"),
    ("history", "--rulebook", "service-level", "--subject", SELLER),
    ("restate", "--check", *WHY),
)


@dataclass(frozen=True)
class Twins:
    """The same market twice: in a file, and elsewhere."""

    file: Path
    there: str

    def opened(self) -> tuple[Market, Market]:
        first, second = (
            goodstanding.open(each, read_only=True, clock=lambda: NOW)
            for each in (self.file, self.there)
        )
        return first, second

    def assert_print_alike(self, *asked: str) -> None:
        """Hold that a command prints the same of both, and ends alike."""
        if asked[0] == "me":  # which tells who looked: somebody did, in both
            for each in (self.file, self.there):
                said("me", asked[1], *WHY, "--market", each)
        ours, theirs = (said(*asked, "--market", each) for each in (self.file, self.there))
        if asked[0] == "me":
            assert apart_from_instants(theirs) == apart_from_instants(ours)
        else:
            assert theirs == ours, asked


def apart_from_instants(printed: tuple[int, str, str]) -> tuple[int, object, str]:
    """Return what `me` printed as JSON without the instants at which somebody looked."""
    status, out, err = printed
    told = json.loads(out)
    assert told["looks"]
    for look in told["looks"]:
        assert look.pop("at")
    return status, told, err
