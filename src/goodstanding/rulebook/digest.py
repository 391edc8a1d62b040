"""Make the digest of a rulebook's meaning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from goodstanding.expressions.writing import write
from goodstanding.rulebook.model import (
    Calendar,
    Collapse,
    Expression,
    Limited,
    Origin,
    Rulebook,
    Score,
    WindowRule,
)


def digest_of(rulebook: Rulebook) -> str:
    """Return "sha256:" and the digest of what a rulebook means.

    Covered is whatever a result can depend on, with names resolved and expressions in their
    canonical spelling, and where numbers come from, which results repeat. Left out are
    comments, titles, notes, sentences, examples, the order of entries that has no meaning, the
    part of a store's card that it tells, and the last day in force, which is only known when the
    next edition comes.
    """
    text = json.dumps(meaning(rulebook), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def meaning(rulebook: Rulebook) -> dict[str, Any]:
    """Return what the digest covers, as plain values."""
    return {
        "id": rulebook.id,
        "version": rulebook.version.isoformat(),
        "subject": rulebook.subject,
        "calendar": {
            "assessed": rulebook.calendar.assessed,
            **_day_of_month(rulebook.calendar),
            "published_before_day": rulebook.calendar.published_before_day,
            **_origin(rulebook.calendar.origin),
        },
        "windows": {
            name: {**_length(window), **_origin(window.origin)}
            for name, window in rulebook.windows.items()
        },
        "rows": {
            name: {
                "kind": rows.kind,
                **({} if rows.reads is None else {"rulebook": rows.reads}),
                "where": _written(rows.where),
                **_collapse(rows.collapse),
                **_origin(rows.origin),
            }
            for name, rows in rulebook.rows.items()
        },
        "measures": {
            name: {
                "rows": measure.rows,
                "parent": measure.parent,
                "window": measure.window.name,
                "when": _written(measure.when),
                "kinds": _all_written(measure.kinds),
                "distinct": measure.distinct,
                **({} if measure.sum is None else {"sum": _written(measure.sum)}),
                **_limited(measure.limited),
                "kind_origins": {
                    kind: _origin(measure.kind_origins.get(kind, measure.origin))
                    for kind in measure.kinds
                },
                **_origin(measure.origin),
            }
            for name, measure in rulebook.measures.items()
        },
        "indicators": {
            name: {
                "ratio": indicator.ratio,
                "count": indicator.count,
                **({} if indicator.mean is None else {"mean": indicator.mean}),
                **({} if indicator.formula is None else {"is": _written(indicator.formula)}),
                "better": indicator.better,
                "is_subset": indicator.is_subset,
                "not_assessed_if": _written(indicator.not_assessed_if),
                "if_not_assessed": indicator.if_not_assessed,
                **_origin(indicator.origin),
            }
            for name, indicator in rulebook.indicators.items()
        },
        "not_graded": [
            {"id": entry.id, "if": _written(entry.condition), **_origin(entry.origin)}
            for entry in rulebook.not_graded
        ],
        "grades": [
            {
                "name": grade.name,
                "limits": [
                    {
                        "that": _written(limit.that),
                        "unless": _written(limit.unless),
                        **_origin(limit.origin),
                    }
                    for limit in grade.limits
                ],
            }
            for grade in rulebook.grades
        ],
        "adding_may_lower": rulebook.adding_may_lower is not None,
        **_exclusions(rulebook),
        **_scoring(rulebook),
        **_ladders(rulebook),
        **_effects(rulebook),
    }


def _exclusions(rulebook: Rulebook) -> dict[str, Any]:
    """Return what is excluded, where anything is; what means the same keeps its digest."""
    if not rulebook.exclusions:
        return {}
    return {
        "exclude": [
            {
                "id": entry.id,
                "reason": entry.reason,
                "when": _written(entry.when),
                "class": entry.seen_as,
                "rows": sorted(entry.rows),
                "from": sorted(each.text for each in entry.leaves),
                **_origin(entry.origin),
            }
            for entry in rulebook.exclusions
        ]
    }


def _collapse(collapse: Collapse | None) -> dict[str, Any]:
    """Return how repeats are told, where they are; what means the same keeps its digest."""
    if collapse is None:
        return {}
    return {
        "collapse": {
            "per": sorted(str(_written(each)) for each in collapse.per),
            "by": collapse.by,
            "keep": collapse.keep,
            "at_most": collapse.at_most,
            **({} if collapse.apart_days is None else {"apart_days": collapse.apart_days}),
            **_origin(collapse.origin),
        }
    }


def _limited(limited: Limited | None) -> dict[str, Any]:
    """Return how much those alike can make of a sum, where that is limited."""
    if limited is None:
        return {}
    return {
        "limited": {
            "per": sorted(str(_written(each)) for each in limited.per),
            "by": limited.by,
            "range": [limited.least, limited.most],
            **_origin(limited.origin),
        }
    }


def _day_of_month(calendar: Calendar) -> dict[str, Any]:
    return {} if calendar.day is None else {"day": calendar.day, "months": calendar.months}


def _length(window: WindowRule) -> dict[str, Any]:
    if window.choices:
        return {"choose": [[c.window, _written(c.condition)] for c in window.choices]}
    length = window.length
    if length is not None and length.unit == "calendar":
        return {"calendar": "month"}
    return {"days": None} if length is None else {length.unit: length.n}


def _scoring(rulebook: Rulebook) -> dict[str, Any]:
    """Return what turns numbers into a score, where anything does."""
    found: dict[str, Any] = {}
    peers, score = rulebook.peers, rulebook.score
    if peers is not None:
        found["peers"] = {
            "of": peers.of,
            "most": _written(peers.most),
            "groups": peers.groups,
            "at_least": peers.at_least,
            **_origin(peers.origin),
        }
    if rulebook.points:
        found["points"] = {
            name: {
                "is": _written(points.value),
                "curve": [[_written(p.x), str(p.points)] for p in points.curve],
                "if_not_assessed": str(points.if_missing),
                **_origin(points.origin),
            }
            for name, points in rulebook.points.items()
        }
    if score is not None:
        found["score"] = {
            "is": _written(score.formula),
            "range": [str(score.least), str(score.most)],
            **_kept_within(score),
            **_origin(score.origin),
        }
    if rulebook.lookups:
        found["lookups"] = {
            name: {"first": each.first, "values": each.values, **_origin(each.origin)}
            for name, each in rulebook.lookups.items()
        }
    return found


def _kept_within(score: Score) -> dict[str, Any]:
    """Return what keeps a score lower, or from being told, and how sure it is, where said."""
    found: dict[str, Any] = {}
    if score.not_assessed_if is not None:
        found["not_assessed_if"] = _written(score.not_assessed_if)
    if score.caps:
        found["caps"] = [
            {"if": _written(cap.condition), "at_most": str(cap.at_most), **_origin(cap.origin)}
            for cap in score.caps
        ]
    if score.half_width is not None:
        found["half_width"] = _written(score.half_width)
    return found


def _ladders(rulebook: Rulebook) -> dict[str, Any]:
    """Return the ladders of sanctions, where there are any."""
    if not rulebook.ladders:
        return {}
    return {
        "ladders": {
            name: {
                "climbs": ladder.climbs,
                "unit": ladder.unit,
                "is_repeated": ladder.is_repeated,
                "rungs": [
                    {
                        "at": str(rung.at),
                        "does": rung.does,
                        "days": rung.days,
                        "is_automatic": rung.is_automatic,
                        **_origin(rung.origin),
                    }
                    for rung in ladder.rungs
                ],
                **_origin(ladder.origin),
            }
            for name, ladder in rulebook.ladders.items()
        }
    }


def _effects(rulebook: Rulebook) -> dict[str, Any]:
    """Return what follows from a standing, where anything does."""
    if not rulebook.effects:
        return {}
    return {
        "effects": [
            {
                "does": effect.does,
                "if": _written(effect.condition),
                "amount": None if effect.amount is None else str(effect.amount),
                **({} if effect.centre is None else {"centre": str(effect.centre)}),
                "days": effect.days,
                "is_automatic": effect.is_automatic,
                **_origin(effect.origin),
            }
            for effect in rulebook.effects
        ]
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {"source": sorted(origin.source), "confidence": origin.confidence}


def _written(expression: Expression | None) -> str | None:
    return None if expression is None else write(expression.node)


def _all_written(expressions: Mapping[str, Expression]) -> dict[str, str | None]:
    return {name: _written(expression) for name, expression in expressions.items()}
