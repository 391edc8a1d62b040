"""`publish` and `restate`: results written down, and corrected beside what stood."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from goodstanding import days
from goodstanding.assessment.silence import silence
from goodstanding.cli import options
from goodstanding.cli.grid import Column, fitting_lines, terminal_width
from goodstanding.cli.output import chosen, write_records, write_text
from goodstanding.errors import ArgumentInvalid
from goodstanding.explanation.figures import whole
from goodstanding.rows.subjects import SUBJECT_KINDS

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from goodstanding.market import Market
    from goodstanding.standing.books import Publication
    from goodstanding.standing.restating import Difference

_NO_GRADE = "no grade"
PublishedOption = Annotated[
    str | None,
    Parameter(
        name="--rulebook", metavar="ID", help="Only of this rulebook. Default: of all published."
    ),
]


def publish(
    *,
    market: options.MarketOption = None,
    rulebook: Annotated[
        str | None,
        Parameter(
            name="--rulebook",
            metavar="NAME",
            help="A rulebook's name, a path, or the id of one that has published.",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        Parameter(
            name="--as-of",
            metavar="DAY",
            help="A day on which it assesses, such as a month's last.",
        ),
    ] = None,
    due: Annotated[
        bool,
        Parameter(
            name="--due", help="Every day that is due, of every rulebook that has published before."
        ),
    ] = False,
    until: Annotated[
        str | None, Parameter(name="--until", metavar="DAY", help="With --due: up to this day.")
    ] = None,
    despite_silence: Annotated[
        bool,
        Parameter(
            name="--despite-silence",
            help="Carry out effects also of days of which nothing was heard. They wait otherwise.",
        ),
    ] = False,
) -> None:
    """Publish one day, or what is due; nothing twice, and what was begun goes on where it ended."""
    if due == (rulebook is not None or as_of is not None) or (until is not None and not due):
        raise ArgumentInvalid(
            "say either --due, or --rulebook NAME and --as-of DAY.",
            hint="For example: goodstanding publish --due --until 2018-12-31",
        )
    with options.opened(market, writes=True) as opened:
        if due:
            _publish_due(opened, until, despite_silence=despite_silence)
            return
        if rulebook is None or as_of is None:
            raise ArgumentInvalid("--rulebook NAME and --as-of DAY belong together.")
        before = {each.number for each in opened.publications()}
        published = opened.publish(rulebook, as_of=as_of, despite_silence=despite_silence)
        if published.number in before:
            write_text(
                f"{published.rulebook_id} is published as of {published.as_of} already: on "
                f"{_second(published.published_at)}. Nothing was changed.",
                None,
            )
        else:
            write_text("\n".join([_told(published), *_told_silence(published, opened)]), None)


def restate(
    *,
    market: options.MarketOption = None,
    rulebook: PublishedOption = None,
    check: Annotated[
        bool,
        Parameter(
            name="--check",
            help="Only list who would come out otherwise, by corrections and by late facts.",
        ),
    ] = False,
    by: options.LookedByOption = None,
    reason: options.LookedForOption = None,
    form: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Restate what corrections change; with --check, list it and write nothing."""
    if not check and (form or output or by or reason):
        raise ArgumentInvalid(
            "--format, --output, --by and --reason are for the list that --check makes.",
            hint="Look first: goodstanding restate --check",
        )
    form = chosen(form, output)
    with options.opened(market, writes=not check) as opened:
        if not check:
            count = 0
            for restated in opened.restate(rulebook):
                write_text(_told(restated), None)
                count += 1
            if not count:
                write_text("Nothing to restate: no correction changes what was published.", None)
            return
        found = list(opened.differences(rulebook, by=by, reason=reason))
    if form != "table":
        write_records(_records(found), form, output)
    elif found:
        lines = fitting_lines(_columns(found), width=terminal_width(output))
        corrected = sum(each.cause == "correction" for each in found)
        last = (
            f"{whole(corrected)} by corrections, which goodstanding restate would restate; "
            f"{whole(len(found) - corrected)} by facts that came late, which stay as published."
        )
        write_text("\n".join([*lines, "", last]), output)
    else:
        write_text("Everybody would come out as published.", output)


def _publish_due(opened: Market, until: str | None, *, despite_silence: bool) -> None:
    if not opened.publications():
        raise ArgumentInvalid(
            "nothing has been published here yet, so that nothing is due.",
            hint="Begin with: goodstanding publish --rulebook NAME --as-of DAY",
        )
    count = 0
    said: set[str] = set()
    for published in opened.publish_due(until=until, despite_silence=despite_silence):
        silent = [line for line in _told_silence(published, opened) if line not in said]
        said.update(silent)
        write_text("\n".join([_told(published), *silent]), None)
        sys.stdout.flush()
        count += 1
    if not count:
        write_text("Nothing is due.", None)


def _told_silence(publication: Publication, market: Market) -> list[str]:
    """Tell that a day lies after all that was known of it, and that its effects wait."""
    last = market.silent_since(publication)
    if last is None:
        return []
    waits = (
        ["Effects wait until something is heard again; to carry them out: --despite-silence."]
        if market.effects_wait(publication)
        else []
    )
    return [silence(last), *waits]


def _told(publication: Publication) -> str:
    rules = f"{publication.rulebook_id} (version {publication.version})"
    what = f"{rules} as of {publication.as_of}, known at {_second(publication.known_at)}"
    changed = whole(publication.changed_n)
    if publication.restates is None:
        return (
            f"Published {what}: {whole(publication.subjects_n)} judged, {changed} new or changed."
        )
    corrected = f"corrected up to {_second(publication.corrected_at)}"
    return f"Restated {what}, {corrected}: {changed} changed."


def _second(instant: datetime) -> str:
    return days.iso(instant.replace(microsecond=0))


def _columns(found: list[Difference]) -> list[Column]:
    return [
        Column(title="as of", texts=[str(each.as_of) for each in found], stays=True),
        Column(title="rulebook", texts=[each.rulebook_id for each in found]),
        Column(
            title=SUBJECT_KINDS[found[0].subject_kind].noun,
            texts=[each.subject_id for each in found],
            stays=True,
        ),
        Column(title="by a", texts=[each.cause for each in found], stays=True),
        Column(
            title="published",
            texts=[
                _told_as(each.published_grade, each.published_score, is_there=each.was_there)
                for each in found
            ],
        ),
        Column(
            title="would be",
            texts=[_told_as(each.grade, each.score, is_there=each.is_there) for each in found],
            stays=True,
        ),
        Column(title="what differs", texts=[_differs(each) for each in found], wraps=True),
    ]


def _told_as(grade: str | None, score: float | None, *, is_there: bool) -> str:
    if not is_there:
        return "not there"
    if grade is None and score is not None:
        return f"{score:.2f}"
    return grade or _NO_GRADE


def _differs(each: Difference) -> str:
    if each.was_there is not each.is_there:
        return "whether it is there"
    told = ", ".join(name.replace("_", " ") for name in each.changed)
    return told or "the orders behind it; the result does not"


def _records(found: list[Difference]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 -- the command line starts without it

    text = pa.string()
    columns: dict[str, pa.DataType] = {
        "as_of": pa.date32(),
        "rulebook_id": text,
        "subject_kind": text,
        "subject_id": text,
        "cause": text,
        "was_there": pa.bool_(),
        "is_there": pa.bool_(),
        "published_grade": text,
        "grade": text,
        "published_score": pa.float64(),
        "score": pa.float64(),
        "changed": pa.list_(text),
    }
    values: dict[str, Any] = {
        name: pa.array([getattr(each, name) for each in found], kind)
        for name, kind in columns.items()
    }
    return pa.table(values)
