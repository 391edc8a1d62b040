"""`exclusions add`, `exclusions list` and `exclusions lift`: what people decide does not count."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding import days
from goodstanding.cli import options
from goodstanding.cli.grid import Column, drawn, terminal_width
from goodstanding.cli.output import chosen, write_records, write_text
from goodstanding.errors import ArgumentInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from goodstanding.decisions.exclusions import Incident
    from goodstanding.decisions.listing import Decision
    from goodstanding.market import Market


def add(
    *,
    market: options.MarketOption = None,
    order: Annotated[
        str | None, Parameter(name="--order", metavar="ID", help="This order does not count.")
    ] = None,
    buyer: Annotated[
        str | None, Parameter(name="--buyer", metavar="ID", help="No order of this buyer counts.")
    ] = None,
    rating: Annotated[
        str | None, Parameter(name="--rating", metavar="ID", help="This feedback does not count.")
    ] = None,
    incident: Annotated[
        str | None,
        Parameter(
            name="--incident",
            metavar="NAME",
            help="Something nobody could help, from --from to --until.",
        ),
    ] = None,
    first_on: Annotated[
        str | None, Parameter(name="--from", metavar="DAY", help="The incident's first day.")
    ] = None,
    last_on: Annotated[
        str | None,
        Parameter(name="--until", metavar="DAY", help="Its last day. Default: it goes on."),
    ] = None,
    carrier: Annotated[
        str | None, Parameter(name="--carrier", metavar="NAME", help="Only orders that it carries.")
    ] = None,
    region: Annotated[
        str | None, Parameter(name="--region", metavar="NAME", help="Only orders that go there.")
    ] = None,
    method: Annotated[
        str | None, Parameter(name="--method", metavar="NAME", help="Only orders shipped this way.")
    ] = None,
    reason: Annotated[
        str, Parameter(name="--reason", metavar="TEXT", help="Why, in words that a rulebook names.")
    ],
    decided_by: Annotated[str, Parameter(name="--by", metavar="NAME", help="Who decided.")],
    decided_at: Annotated[
        str | None,
        Parameter(name="--decided-at", metavar="INSTANT", help="When. Default: now."),
    ] = None,
) -> None:
    """Decide that an order, a buyer's orders, a rating or what an incident concerns does not count.

    It holds for every day, past ones too, once it is known.
    """
    named = {"order": order, "buyer": buyer, "rating": rating, "incident": incident}
    given = {about: key for about, key in named.items() if key is not None}
    if len(given) != 1:
        raise ArgumentInvalid(
            "say one of --order, --buyer, --rating and --incident.",
            hint="For example: goodstanding exclusions add --order O1 "
            '--reason "order protection" --by Ana',
        )
    ((about, key),) = given.items()
    parts = {
        "--from": first_on,
        "--until": last_on,
        "--carrier": carrier,
        "--region": region,
        "--method": method,
    }
    why: dict[str, Any] = {"reason": reason, "decided_by": decided_by, "decided_at": decided_at}
    if about == "incident":
        declared = _incident(key, parts)
        with options.opened(market, writes=True) as opened:
            decided = opened.declare_incident(declared, **why)
            restates = _restates(opened)
    else:
        meant = [name for name, part in parts.items() if part is not None]
        if meant:
            raise ArgumentInvalid(
                f"{meant[0]} is for an incident.", hint="Leave it out, or say --incident NAME."
            )
        with options.opened(market, writes=True) as opened:
            decided = opened.exclude(**given, **why)
            restates = _restates(opened)
    done = "Noted" if decided.is_new else "That is decided already"
    said = [f"{done}: {decided.decision_id}", _named_by(about, reason)]
    write_text("\n".join([*said, *(restates if decided.is_new else [])]), None)


def listed(
    *,
    market: options.MarketOption = None,
    every: Annotated[bool, Parameter(name="--all", help="Those that were lifted, too.")] = False,
    by: options.LookedByOption = None,
    reason: options.LookedForOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print what people decided does not count: orders, buyers, ratings, incidents."""
    form = chosen(form, output)
    with options.opened(market) as opened:
        known = opened.decisions(by=by, reason=reason)
        found = [each for each in known if every or each.lifted_at is None]
        zone = opened.settings.time_zone
    if form != "table":
        import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

        from goodstanding.decisions.listing import Decision  # noqa: PLC0415 -- likewise

        names = [field.name for field in fields(Decision)]
        records = {name: [getattr(each, name) for each in found] for name in names}
        write_records(pa.table(records), form, output)
    elif found:
        write_text("\n".join(drawn(_columns(found, zone), width=terminal_width(output))), output)
    else:
        write_text("Nothing is excluded.", output)


def lift(
    decision: Annotated[str, Parameter(metavar="ID", help="As `exclusions list` prints it.")],
    /,
    *,
    market: options.MarketOption = None,
    lifted_by: Annotated[str, Parameter(name="--by", metavar="NAME", help="Who lifts it.")],
) -> None:
    """Lift a decision: what it took out counts again, for every day."""
    with options.opened(market, writes=True) as opened:
        decided = opened.lift(decision, lifted_by=lifted_by)
        restates = _restates(opened)
    if decided.is_new:
        write_text("\n".join([f"Lifted: {decision}", *restates]), None)
    else:
        write_text(f"That was lifted already: {decision}", None)


def _incident(name: str, parts: dict[str, str | None]) -> Incident:
    from goodstanding.decisions.exclusions import Incident  # noqa: PLC0415 -- heavy

    if parts["--from"] is None:
        raise ArgumentInvalid(
            "an incident has a first day.", hint="Say --from DAY, and --until DAY where it ended."
        )
    first_on = days.parse_day(parts["--from"], what="first day")
    last = parts["--until"]
    last_on = None if last is None else days.parse_day(last, what="last day")
    return Incident(
        name=name,
        first_on=first_on,
        last_on=last_on,
        carrier=parts["--carrier"],
        region=parts["--region"],
        method=parts["--method"],
    )


def _named_by(about: str, reason: str) -> str:
    """Say which of the bundled rulebooks take heed of a decision."""
    from goodstanding.decisions.reasons import folded  # noqa: PLC0415 -- heavy; only when used
    from goodstanding.rulebook import bundled  # noqa: PLC0415 -- likewise

    if about == "rating":
        return "A rating that was taken away counts in no rulebook."
    if about == "incident":
        return "It takes out what a rulebook excludes with `in_incident`."
    naming = [
        name
        for name in bundled.names()
        for version in bundled.versions(name)
        if any(
            entry.reason == folded(reason)
            for entry in bundled.load(name, version=version).exclusions
        )
    ]
    if naming:
        return f"Bundled rulebooks that name this reason: {', '.join(dict.fromkeys(naming))}."
    return f"No bundled rulebook names the reason '{reason}'; it takes out what yours excludes."


def _restates(market: Market) -> list[str]:
    if not market.publications():
        return []
    return ["What it changes of what was published: goodstanding restate --check"]


def _columns(found: Sequence[Decision], zone: str) -> list[Column]:
    def day(instant: datetime | None) -> str:
        return "" if instant is None else str(days.local_day(instant, zone))

    texts = {
        "id": [each.id for each in found],
        "what": [f"{each.about} {each.key}" for each in found],
        "reason": [each.reason or "" for each in found],
        "days": [
            f"{each.first_on} to {each.last_on or 'now'}" if each.first_on else "" for each in found
        ],
        "by": [each.decided_by or "" for each in found],
        "decided": [day(each.decided_at) for each in found],
        "lifted": [day(each.lifted_at) for each in found],
        "lifted by": [each.lifted_by or "" for each in found],
    }
    empty = {"days", "lifted", "lifted by"}
    return [
        Column(title=title, texts=cells, stays=title in {"id", "reason"})
        for title, cells in texts.items()
        if title not in empty or any(cells)
    ]
