"""`history`: every edition of one subject's standing, and what each of them did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding import days
from goodstanding.assessment.sanction_words import sanction_column, sanction_told
from goodstanding.cli import options
from goodstanding.cli.effects import effect_columns
from goodstanding.cli.grid import Column, fitting_lines, terminal_width
from goodstanding.cli.output import chosen, json_line, write_records, write_text, written
from goodstanding.explanation.figures import figure, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goodstanding.effects.listing import EffectTold
    from goodstanding.standing.history import Edition


def history(
    *,
    market: options.MarketOption = None,
    rulebook: Annotated[
        str, Parameter(name="--rulebook", metavar="ID", help="The id of one that has published.")
    ],
    subject: Annotated[str, Parameter(name="--subject", metavar="ID", help="Whose standing.")],
    by: options.LookedByOption = None,
    reason: options.LookedForOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Print what was published of one subject, day by day, and what was restated."""
    form = chosen(form, output)
    with options.opened(market) as opened:
        found = opened.history(rulebook, subject=subject, by=by, reason=reason)
        effects = opened.effects(
            rulebook=rulebook, subject=subject, every=True, by=by, reason=reason
        )
        zone = opened.settings.time_zone
    if form == "jsonl":
        with written(output) as file:
            for edition in found:
                file.write(json_line(_record(edition, subject, effects)))
    elif form != "table":
        write_records(_flat(found, subject, effects), form, output)
    elif found:
        lines = fitting_lines(_columns(found, zone), width=terminal_width(output))
        if effects:
            told = fitting_lines(effect_columns(effects), width=terminal_width(output))
            lines += ["", "What it did:", *told]
        write_text("\n".join(lines), output)
    else:
        write_text(f"{rulebook} has published nothing about '{subject}'.", output)


def _record(edition: Edition, subject: str, effects: Sequence[EffectTold]) -> dict[str, Any]:
    return {
        "subject_id": subject,
        "publication": edition.publication_no,
        "version": edition.version,
        "from_on": edition.from_on,
        "until_on": edition.until_on,
        "status": edition.status,
        "is_restatement": edition.is_restatement,
        "is_there": edition.is_there,
        "grade": edition.grade,
        "not_graded_because": edition.not_graded_because,
        "deciding_limit": edition.deciding_limit,
        "guarded": edition.guarded,
        "rows_counted": edition.rows_counted,
        "score": edition.score,
        "points": dict(edition.points),
        "indicators": {
            name: {"numerator": top, "denominator": bottom, "is_assessed": is_assessed}
            for name, (top, bottom, is_assessed) in edition.indicators.items()
        },
        "ladders": {name: dict(said) for name, said in edition.sanctions.items()},
        "effects": [_effect(each) for each in effects if _did(edition, each)],
        "known_at": days.iso(edition.known_at),
        "corrected_at": days.iso(edition.corrected_at),
        "published_at": days.iso(edition.published_at),
        "rows_digest": edition.rows_digest,
    }


def _did(edition: Edition, effect: EffectTold) -> bool:
    """Say whether an edition of a standing started or proposed an effect."""
    if edition.is_restatement or effect.is_of_restatement:
        return edition.publication_no == effect.publication_no
    return edition.from_on <= effect.as_of <= edition.until_on


def _effect(effect: EffectTold) -> str:
    until = "on" if effect.until_on is None else f"to {effect.until_on}"
    return f"{effect.what}, {effect.from_on} {until}: {effect.status}"


def _flat(found: Sequence[Edition], subject: str, effects: Sequence[EffectTold]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

    records = []
    for edition in found:
        record = _record(edition, subject, effects)
        record |= {f"points_{name}": value for name, value in record.pop("points").items()}
        for ladder, said in record.pop("ladders").items():
            record |= {sanction_column(ladder, part): value for part, value in said.items()}
        for name, said in record.pop("indicators").items():
            record |= {f"{name}_{part}": value for part, value in said.items()}
        records.append(record)
    names = list(dict.fromkeys(name for record in records for name in record))
    return pa.table(
        {
            name: pa.array(
                [record.get(name) for record in records],
                pa.list_(pa.string()) if name in {"guarded", "effects"} else None,
            )
            for name in names
        }
    )


def _columns(found: Sequence[Edition], zone: str) -> list[Column]:
    names = list(dict.fromkeys(name for edition in found for name in edition.indicators))
    ladders = list(dict.fromkeys(name for edition in found for name in edition.sanctions))
    return [
        Column(title="from", texts=[str(e.from_on) for e in found], stays=True),
        Column(title="until", texts=[str(e.until_on) for e in found], stays=True),
        *(
            [Column(title="grade", texts=[_grade(e) for e in found], stays=True)]
            if any(e.grade or e.not_graded_because or not e.is_there for e in found)
            else []
        ),
        *(
            [Column(title="score", texts=[_score(e) for e in found], is_number=True, stays=True)]
            if any(e.score is not None for e in found)
            else []
        ),
        *(Column(title=name, texts=[_sanction(e, name) for e in found]) for name in ladders),
        *(Column(title=name, texts=[_figure(e, name) for e in found]) for name in names),
        Column(title="counted", texts=[whole(e.rows_counted) for e in found], is_number=True),
        Column(
            title="published",
            texts=[days.local_day(e.published_at, zone).isoformat() for e in found],
        ),
        *(
            [Column(title="remark", texts=remarks, stays=True)]
            if any(remarks := [_remark(e) for e in found])
            else []
        ),
    ]


def _grade(edition: Edition) -> str:
    if not edition.is_there:
        return "not there"
    return edition.grade or ("not graded" if edition.not_graded_because else "")


def _score(edition: Edition) -> str:
    return "" if edition.score is None else f"{edition.score:.2f}"


def _sanction(edition: Edition, ladder: str) -> str:
    """Return what was in force of a ladder, and that it waited for a person where it did."""
    said = edition.sanctions.get(ladder)
    if said is None or said["sanction"] is None:
        return ""
    record = {sanction_column(ladder, part): value for part, value in said.items()}
    return sanction_told(record, ladder) + (", proposed" if said["is_proposed"] else "")


def _figure(edition: Edition, name: str) -> str:
    if name not in edition.indicators:
        return ""
    top, bottom, is_assessed = edition.indicators[name]
    if name in edition.decimals:
        return figure(top, bottom, is_share=False) if is_assessed and bottom else "not assessed"
    counted = whole(top) if bottom is None else f"{whole(top)}/{whole(bottom)}"
    return counted if is_assessed else f"{counted} = not assessed"


def _remark(edition: Edition) -> str:
    said = ["restated"] if edition.is_restatement else []
    said += ["superseded"] if edition.status == "superseded" else []
    return ", ".join(said)
