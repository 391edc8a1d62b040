"""How often things happen in the synthetic market: `rates.toml`, as tables and bound values."""

from __future__ import annotations

import importlib.resources
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

# Lists of entries in rates.toml, the name of their table, and what weighs them against each other.
_LISTS = {
    "seller_kind": ("seller_kinds", "share"),
    "buyer_kind": ("buyer_kinds", "share"),
    "lane": ("lanes", "weight"),
    "destination": ("destinations", "weight"),
    "violation_rule": ("violation_rules", "weight"),
    "incident": ("incidents", None),
    "slow_carrier": ("slow_carriers", None),
    "exchange": ("exchanges", None),
}
# Sections that are a list of names with weights.
_WEIGHED_NAMES = ("listing_kinds", "seller_countries")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The contents of `rates.toml`.

    `tables` are lists of entries by table name, each with its `entry_no` from 1; `values`
    are single numbers and lists, named by section and key, such as `orders_joined`.
    """

    first_day: date
    days: int
    tables: dict[str, list[dict[str, Any]]]
    values: dict[str, Any]

    @property
    def last_day(self) -> date:
        """The last day on which anything happens."""
        return self.first_day + timedelta(days=self.days - 1)


def read_rates() -> Rates:
    """Read the rates that come with the package."""
    text = (importlib.resources.files(__package__) / "rates.toml").read_text("utf-8")
    document = tomllib.loads(text)
    tables: dict[str, list[dict[str, Any]]] = {
        table: _numbered(document[name]) for name, (table, _) in _LISTS.items()
    }
    tables["category_names"] = _categories(document["categories"])
    tables["weights"] = [
        {"list": table, "entry_no": entry["entry_no"], "weight": entry[weight]}
        for table, weight in _LISTS.values()
        if weight is not None
        for entry in tables[table]
    ] + [
        {"list": name, "entry_no": number, "weight": weight}
        for name in _WEIGHED_NAMES
        for number, weight in enumerate(document[name].values(), start=1)
    ]
    return Rates(
        first_day=document["calendar"]["first_day"],
        days=document["calendar"]["days"],
        tables=tables,
        values=_values(document, tables),
    )


def _numbered(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"entry_no": number, **entry} for number, entry in enumerate(entries, start=1)]


def _categories(tree: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return the categories in the order of their numbers: those at the top first."""
    top = [
        {"category_no": number, "parent_no": None, "name": name}
        for number, name in enumerate(tree, start=1)
    ]
    below = [(number, name) for number, names in enumerate(tree.values(), 1) for name in names]
    return top + [
        {"category_no": number, "parent_no": parent, "name": name}
        for number, (parent, name) in enumerate(below, start=len(top) + 1)
    ]


def _values(document: dict[str, Any], tables: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    sections = {
        name: section
        for name, section in document.items()
        if isinstance(section, dict) and name not in (*_WEIGHED_NAMES, "categories")
    }
    values = {
        f"{name}_{key}": value
        for name, section in sections.items()
        for key, value in section.items()
    }
    buyer_kinds, seller_kinds = tables["buyer_kinds"], tables["seller_kinds"]
    return values | {
        "first_day": document["calendar"]["first_day"],
        "seller_kind_names": [kind["name"] for kind in seller_kinds],
        "steady_places": sum(kind["share"] for kind in seller_kinds if kind["steady"]),
        "honest_places": sum(kind["share"] for kind in buyer_kinds if not kind["abuse"]),
        "ring_kind_no": len(buyer_kinds),  # the last one
        "listing_kind_names": list(document["listing_kinds"]),
        "seller_country_names": list(document["seller_countries"]),
        "roots_n": len(document["categories"]),
        "leaves_n": sum(len(names) for names in document["categories"].values()),
    }
