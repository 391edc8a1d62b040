"""Results as a table to read: a line a subject."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from goodstanding.assessment.sanction_words import sanction_column, sanction_told
from goodstanding.cli.grid import Column, drawn, left_out
from goodstanding.explanation.figures import figure, limits_of, whole

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.rulebook.model import Rulebook

SHOWN = 40  # lines; more than a screen, less than a flood
NOT_GRADED = "not graded"
NOT_ASSESSED = "not assessed"


def lines(shown: pa.Table, rulebook: Rulebook, *, more: int = 0, width: int | None) -> list[str]:
    """Return the table's lines; of `more` subjects it is said that they are there."""
    if not shown.num_rows:
        nobody = f"No {rulebook.subject_kind.noun} is known to this market yet."
        where = " Lines of orders say which one it is." if rulebook.subject_kind.within else ""
        return [nobody + where]
    columns = _columns(shown.to_pylist(), rulebook)
    said = drawn(columns, width=width)
    if more:
        said.append(f"… and {whole(more)} more: --all prints them, --output FILE keeps them.")
    missing = left_out(columns, width=width)
    if missing:
        said.append(f"(no room for: {', '.join(missing)})")
    return said


def _columns(records: list[dict[str, Any]], rulebook: Rulebook) -> list[Column]:
    columns = [
        Column(
            title=rulebook.subject_kind.noun,
            texts=[record["subject_id"] for record in records],
            stays=True,
        ),
    ]
    if rulebook.grades:
        columns.append(Column(title="grade", texts=[_grade(r) for r in records], stays=True))
    if rulebook.score is not None:
        columns.append(_score(records, rulebook.score.decimals))
    columns += [_sanctions(records, ladder) for ladder in rulebook.ladders]
    for name in rulebook.indicators:
        limits = limits_of(rulebook, name)
        is_share = rulebook.indicators[name].is_share
        columns.append(
            Column(
                title=name,
                texts=[arithmetic(record, name, limits, is_share=is_share) for record in records],
                short=[short(record, name, limits, is_share=is_share) for record in records],
                is_number=True,
            )
        )
    why = [record["deciding_limit"] or _why_not(record, rulebook) for record in records]
    if any(why):
        columns.append(Column(title="held back by", texts=why))
    return columns


def _sanctions(records: list[dict[str, Any]], ladder: str) -> Column:
    """Return what is in force of a ladder, and that it waits for a person where it does."""
    does = [record[sanction_column(ladder, "sanction")] for record in records]
    waits = [record[sanction_column(ladder, "is_proposed")] for record in records]
    proposed = [", proposed" if each else "" for each in waits]
    told = [sanction_told(record, ladder) for record in records]
    return Column(
        title=ladder,
        texts=["" if d is None else t + p for d, t, p in zip(does, told, proposed, strict=True)],
        short=["" if d is None else d + p for d, p in zip(does, proposed, strict=True)],
        stays=True,
    )


def _score(records: list[dict[str, Any]], places: int) -> Column:
    texts = [
        NOT_ASSESSED if record["score"] is None else f"{record['score']:.{places}f}"
        for record in records
    ]
    return Column(title="score", texts=texts, is_number=True, stays=True)


def arithmetic(
    record: Mapping[str, Any], name: str, limits: frozenset[Fraction], *, is_share: bool
) -> str:
    """Return an indicator as its arithmetic: 17/795 = 2.14 %. Of a mean its value is enough."""
    top, bottom = record[f"{name}_numerator"], record[f"{name}_denominator"]
    value = short(record, name, limits, is_share=is_share)
    return f"{whole(top)}/{whole(bottom)} = {value}" if is_share and bottom else value


def short(
    record: Mapping[str, Any], name: str, limits: frozenset[Fraction], *, is_share: bool
) -> str:
    """Return an indicator's value alone: 2.14 %, 4.80, a count, or that it was not assessed."""
    top, bottom = record[f"{name}_numerator"], record[f"{name}_denominator"]
    if bottom is not None and record[f"{name}_value"] is None:
        return NOT_ASSESSED
    return figure(top, bottom, limits, is_share=is_share)


def _grade(record: Mapping[str, Any]) -> str:
    grade: str | None = record["grade"]
    return NOT_GRADED if grade is None else grade


def _why_not(record: Mapping[str, Any], rulebook: Rulebook) -> str:
    reason: str | None = record["not_graded_because"]
    return "" if reason is None else not_graded_because(reason, rulebook)


def not_graded_because(reason: str, rulebook: Rulebook) -> str:
    """Return the sentence for a reason for not being graded."""
    for entry in rulebook.not_graded:
        if entry.id == reason:
            return entry.because
    return f"There was nothing to work out {reason.removesuffix('_not_assessed')} from."
