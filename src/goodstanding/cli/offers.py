"""`offers add`, `list`, `end` and `take`: what sellers offer, and who takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from goodstanding.cli import options
from goodstanding.cli.grid import Column, fitting_lines, reading_width, terminal_width
from goodstanding.cli.output import chosen, write_records, write_text
from goodstanding.cli.switches import BuyerRulesOption
from goodstanding.errors import ArgumentInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goodstanding.effects.offers import Offer, OfferToBuyer

OfferArgument = Annotated[
    str, Parameter(name="ID", metavar="ID", help="As `offers list` prints it.")
]
BuyerOption = Annotated[str, Parameter(name="--buyer", metavar="ID", help="Who takes it.")]
DayOption = Annotated[
    str | None,
    Parameter(name="--as-of", metavar="DAY", help="On this day, none ahead. Default: today."),
]


def add(
    *,
    market: options.MarketOption = None,
    seller: Annotated[str, Parameter(name="--seller", metavar="ID", help="Who offers.")],
    to: Annotated[
        str,
        Parameter(
            name="--to",
            metavar="WHOM",
            help="past: who completed a second order with the seller in 365 days; or all.",
        ),
    ],
    discount: Annotated[
        str, Parameter(name="--discount", metavar="PERCENT", help="One for all who qualify: 10.")
    ],
    first_on: Annotated[str, Parameter(name="--from", metavar="DAY", help="Its first day.")],
    last_on: Annotated[str, Parameter(name="--until", metavar="DAY", help="Its last day.")],
    cap: Annotated[
        int, Parameter(name="--cap", metavar="N", help="How often it can be taken at most.")
    ],
    band: Annotated[
        str | None,
        Parameter(
            name="--band",
            metavar="BAND",
            help="The least one that qualifies, such as trusted. Default: any standing.",
        ),
    ] = None,
    made_by: Annotated[str, Parameter(name="--by", metavar="NAME", help="Who makes it.")],
    as_of: DayOption = None,
    rulebook: BuyerRulesOption = None,
) -> None:
    """Make an offer of a seller's: one discount for all who qualify."""
    from goodstanding.effects.buyer_bands import BUYER_SCORE  # noqa: PLC0415 -- only when used
    from goodstanding.effects.terms import Offering  # noqa: PLC0415 -- likewise

    whom: Any = to
    with options.opened(market, writes=True) as opened:
        made = opened.make_offer(
            seller,
            Offering(
                to=whom,
                discount=discount,
                first_on=first_on,
                last_on=last_on,
                cap=cap,
                band=band,
            ),
            made_by=made_by,
            made_on=as_of,
            rulebook=rulebook or BUYER_SCORE,
        )
    offer = made.offer
    said = "Made" if made.is_new else "That is offered already"
    who = "of any standing" if offer.band is None else f"at {offer.band} or better"
    write_text(
        f"{said}: {offer.offer_id}\nOf {offer.could_reach:,} buyers or a few more, who agreed to "
        f"offers, it is shown to those {who}.",
        None,
    )


def listed(
    *,
    market: options.MarketOption = None,
    seller: Annotated[
        str | None, Parameter(name="--seller", metavar="ID", help="What this seller offers.")
    ] = None,
    buyer: Annotated[
        str | None,
        Parameter(name="--buyer", metavar="ID", help="What reaches this buyer, as told to it."),
    ] = None,
    viewer: Annotated[
        Literal["buyer"] | None,
        Parameter(
            name="--for",
            metavar="VIEWER",
            help="With --buyer: buyer, who asks for themselves. Default: an operator who says why.",
        ),
    ] = None,
    by: options.LookedByOption = None,
    reason: options.LookedForOption = None,
    as_of: Annotated[
        str | None, Parameter(name="--as-of", metavar="DAY", help="On this day. Default: today.")
    ] = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print offers: to their seller how often each was taken, to a buyer what taking it tells."""
    if seller is not None and buyer is not None:
        raise ArgumentInvalid(
            "say either --seller or --buyer.", hint="Each is told something else of an offer."
        )
    if viewer is not None and buyer is None:
        raise ArgumentInvalid(
            "--for buyer is for the offers that reach one.", hint="Name the buyer: --buyer ID."
        )
    form = chosen(form, output)
    with options.opened(market) as opened:
        if buyer is not None:
            asked = {"as_of": as_of, "by": by, "reason": reason}
            _to_buyer(opened.offers_to(buyer, viewer=viewer or "operator", **asked), form, output)
        else:
            _to_seller(opened.offers(seller=seller, as_of=as_of), form, output)


def end(
    offer: OfferArgument,
    /,
    *,
    market: options.MarketOption = None,
    ended_by: Annotated[str, Parameter(name="--by", metavar="NAME", help="Who ends it.")],
    as_of: DayOption = None,
) -> None:
    """End an offer: from the day on nobody can take it."""
    with options.opened(market, writes=True) as opened:
        told = opened.end_offer(offer, ended_by=ended_by, ended_on=as_of)
    write_text(f"Ended: {offer}, from {told.ended_on or as_of}, by {told.ended_by}.", None)


def take(
    offer: OfferArgument,
    /,
    *,
    market: options.MarketOption = None,
    buyer: BuyerOption,
    agrees: Annotated[
        bool,
        Parameter(name="--agree", help="The buyer was told what the seller learns, and agrees."),
    ] = False,
    as_of: DayOption = None,
) -> None:
    """Take an offer for a buyer, who is told first what the seller learns by it."""
    with options.opened(market, writes=True) as opened:
        taken = opened.take_offer(offer, buyer=buyer, agrees=agrees, taken_on=as_of)
    write_text(f"Taken: {offer}, {taken.discount} from {taken.seller_id}.", None)


def _to_seller(found: Sequence[Offer], form: Any, output: Any) -> None:
    records = [each.as_dict() for each in found]
    if form != "table":
        write_records(_records(records, OFFER_KEYS), form, output)
        return
    if not found:
        write_text("No offers.", output)
        return
    texts: dict[str, list[str]] = {
        "id": [each.offer_id for each in found],
        "to": [str(each.to) for each in found],
        "standing": [_standing(each) for each in found],
        "discount": [each.discount for each in found],
        "from": [str(each.first_on) for each in found],
        "until": [str(each.last_on) for each in found],
        "could reach": [f"{each.could_reach:,}" for each in found],
        "taken": [f"{each.taken_n:,} of {each.cap:,}" for each in found],
        "status": [each.status for each in found],
    }
    columns = [
        Column(title=title, texts=cells, stays=title in {"id", "status"})
        for title, cells in texts.items()
    ]
    write_text("\n".join(fitting_lines(columns, width=terminal_width(output))), output)


def _standing(offer: Offer) -> str:
    return "any" if offer.band is None else f"{offer.band} or better"


def _to_buyer(found: Sequence[OfferToBuyer], form: Any, output: Any) -> None:
    if form != "table":
        write_records(_records([each.as_dict() for each in found], TO_BUYER_KEYS), form, output)
        return
    from goodstanding.explanation.layout import paragraph  # noqa: PLC0415 -- only when used

    width = reading_width(output)
    lines: list[str] = []
    for each in found:
        taken = "" if each.taken_on is None else f" Taken on {each.taken_on}."
        what = f"{each.offer_id}: {each.discount} from {each.seller_id}"
        lines.append(f"{what}, {each.first_on} to {each.last_on}.{taken}")
        lines += paragraph(each.tells, width, first="  ")
    write_text("\n".join(lines or ["No offers."]), output)


def _records(records: Sequence[dict[str, Any]], keys: Sequence[str]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

    numbers = {"cap", "could_reach", "taken_n"}
    return pa.table(
        {
            key: pa.array(
                [record[key] for record in records], pa.int64() if key in numbers else pa.string()
            )
            for key in keys
        }
    )


OFFER_KEYS = (
    *("offer_id", "seller_id", "band", "to", "discount", "first_on", "last_on", "cap"),
    *("could_reach", "taken_n", "status", "made_on", "made_by", "ended_on", "ended_by"),
)
TO_BUYER_KEYS = ("offer_id", "seller_id", "discount", "first_on", "last_on", "tells", "taken_on")
