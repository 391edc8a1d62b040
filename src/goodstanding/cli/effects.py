"""`effects list`, `effects decide` and `effects lift`: what standings do, and who decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding import days
from goodstanding.cli import options
from goodstanding.cli.grid import Column, fitting_lines, terminal_width
from goodstanding.cli.output import chosen, write_records, write_text
from goodstanding.errors import ArgumentInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goodstanding.effects.deciding import Verdict
    from goodstanding.effects.listing import EffectTold

EffectArgument = Annotated[str, Parameter(metavar="ID", help="As `effects list` prints it.")]
DecidedAtOption = Annotated[
    str | None, Parameter(name="--decided-at", metavar="INSTANT", help="When. Default: now.")
]
DecidedByOption = Annotated[str, Parameter(name="--by", metavar="NAME", help="Who decides.")]


def listed(
    *,
    market: options.MarketOption = None,
    as_of: Annotated[
        str | None, Parameter(name="--as-of", metavar="DAY", help="On this day. Default: today.")
    ] = None,
    rulebook: Annotated[
        str | None,
        Parameter(name="--rulebook", metavar="ID", help="Only of this one, which has published."),
    ] = None,
    subject: Annotated[
        str | None, Parameter(name="--subject", metavar="ID", help="Only of this subject.")
    ] = None,
    every: Annotated[
        bool, Parameter(name="--all", help="Those that are over or were declined, too.")
    ] = False,
    by: options.LookedByOption = None,
    reason: options.LookedForOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print the effects in force, to come, and proposed: what standings do, from when to when."""
    form = chosen(form, output)
    with options.opened(market) as opened:
        found = opened.effects(
            as_of=as_of, rulebook=rulebook, subject=subject, every=every, by=by, reason=reason
        )
    if form != "table":
        write_records(_records(found), form, output)
    elif found:
        lines = fitting_lines(effect_columns(found), width=terminal_width(output))
        waiting = sum(each.status == "proposed" for each in found)
        if waiting:
            lines += ["", _waiting(waiting)]
        write_text("\n".join(lines), output)
    else:
        write_text("Nothing is in force, to come or proposed.", output)


def decide(
    effect: EffectArgument,
    /,
    *,
    market: options.MarketOption = None,
    decided_by: DecidedByOption,
    approve: Annotated[
        bool, Parameter(name="--approve", help="It takes effect from that day on.")
    ] = False,
    decline: Annotated[bool, Parameter(name="--decline", help="It does not.")] = False,
    decided_at: DecidedAtOption = None,
) -> None:
    """Approve or decline an effect that is proposed."""
    if approve == decline:
        raise ArgumentInvalid(
            "say either --approve or --decline.",
            hint='For example: goodstanding effects decide "12:S1:ladder.ipr" --by Ana --approve',
        )
    _decide(effect, "approve" if approve else "decline", decided_by, decided_at, market)


def lift(
    effect: EffectArgument,
    /,
    *,
    market: options.MarketOption = None,
    lifted_by: Annotated[str, Parameter(name="--by", metavar="NAME", help="Who lifts it.")],
    decided_at: DecidedAtOption = None,
) -> None:
    """End an effect that is in force: from that day on it is not."""
    _decide(effect, "lift", lifted_by, decided_at, market)


def _decide(
    effect: str, verdict: Verdict, by: str, decided_at: str | None, market: options.MarketOption
) -> None:
    with options.opened(market, writes=True) as opened:
        told = opened.decide_effect(effect, verdict, decided_by=by, decided_at=decided_at)
    lasts = str(told.from_on) if told.until_on is None else f"{told.from_on} to {told.until_on}"
    if told.until_on is not None and told.until_on < told.from_on:
        lasts = "in force on no day"
    write_text(f"{effect}: {told.status} ({told.what}, {lasts}).", None)


def _waiting(count: int) -> str:
    said = "1 waits" if count == 1 else f"{count:,} wait"
    return f"{said} for a person: goodstanding effects decide ID --by NAME --approve"


def effect_columns(found: Sequence[EffectTold]) -> list[Column]:
    """Return effects as the columns of a table."""
    texts: dict[str, list[str]] = {
        "id": [each.effect_id for each in found],
        "subject": [each.subject_id for each in found],
        "what": [each.what for each in found],
        "from": [str(each.from_on) for each in found],
        "until": ["" if each.until_on is None else str(each.until_on) for each in found],
        "status": [each.status for each in found],
        "because": [each.ended_because or "" for each in found],
        "by": [each.lifted_by or each.decided_by or "" for each in found],
        "rulebook": [each.rulebook_id for each in found],
    }
    optional = {"because", "by"}
    return [
        Column(title=title, texts=cells, stays=title in {"id", "what", "status"})
        for title, cells in texts.items()
        if title not in optional or any(cells)
    ]


def effect_record(each: EffectTold) -> dict[str, Any]:
    """Return an effect as a record, in the order of the page about them."""
    return {
        "effect_id": each.effect_id,
        "rulebook": each.rulebook_id,
        "version": each.version,
        "subject_kind": each.subject_kind,
        "subject_id": each.subject_id,
        "does": each.does,
        "amount": each.amount,
        "ladder": each.ladder,
        "at": each.at,
        "from_on": each.from_on,
        "until_on": each.until_on,
        "status": each.status,
        "is_proposed": each.is_proposed,
        "confidence": each.confidence,
        "decided_by": each.decided_by,
        "decided_on": each.decided_on,
        "lifted_by": each.lifted_by,
        "ended_because": each.ended_because,
        "publication": each.publication_no,
        "as_of": each.as_of,
        "carried_out_at": days.iso(each.carried_out_at),
    }


def _records(found: Sequence[EffectTold]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

    text, day = pa.string(), pa.date32()
    kinds = {
        "version": day,
        "from_on": day,
        "until_on": day,
        "decided_on": day,
        "as_of": day,
        "amount": pa.int64(),
        "publication": pa.int64(),
        "at": pa.float64(),
        "is_proposed": pa.bool_(),
    }
    records = [effect_record(each) for each in found]
    return pa.table(
        {
            name: pa.array([record[name] for record in records], kinds.get(name, text))
            for name in EFFECT_KEYS
        }
    )


EFFECT_KEYS = (
    "effect_id",
    "rulebook",
    "version",
    "subject_kind",
    "subject_id",
    "does",
    "amount",
    "ladder",
    "at",
    "from_on",
    "until_on",
    "status",
    "is_proposed",
    "confidence",
    "decided_by",
    "decided_on",
    "lifted_by",
    "ended_because",
    "publication",
    "as_of",
    "carried_out_at",
)
