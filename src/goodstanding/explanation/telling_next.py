"""What a store has to do next, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from goodstanding import days
from goodstanding.assessment.sanction_words import exactly
from goodstanding.assessment.silence import silence
from goodstanding.explanation.figures import decimals
from goodstanding.explanation.layout import INDENT, counted, item, listed, paragraph
from goodstanding.explanation.next_answer import (
    Effect,
    ListingCases,
    NextSteps,
    NotYetGraded,
    Rest,
    ToDo,
    WayUp,
)
from goodstanding.explanation.telling import recourse_text
from goodstanding.explanation.telling_forecast import forecast_text
from goodstanding.rulebook.english import label

_FELT = 20  # deadlines with an effect that are told one by one
_DEEPER = INDENT * 3
_KINDS: Mapping[str, tuple[str, str]] = {
    "dispute": ("dispute", "to answer"),
    "shipment": ("order", "to ship"),
    "delivery": ("order", "to be delivered"),
}
_EACH = (
    "Each is judged as of the day on which leaving it first counts, if nothing else happens until "
    "then: left alone, and done in time."
)


def text(steps: NextSteps, width: int = 80) -> str:
    """Return what to do next in lines of at most so many characters, as far as words allow."""
    sections = [
        _head(steps, width),
        _to_do(steps.to_do, width),
        _without_effect(steps.to_do, width),
        _listings(steps.listings, width),
        _rest(steps, width),
        *(_not_yet(each, width) for each in steps.not_yet),
        *(_way_up(each, width) for each in steps.ways_up),
    ]
    return "\n\n".join("\n".join(lines) for section in sections if (lines := list(section)))


def _head(steps: NextSteps, width: int) -> Iterator[str]:
    yield from paragraph(f"Store {steps.store_id}: what to do next", width)
    known = f"known at {days.iso(steps.known_at)}, days in {steps.time_zone}"
    yield from paragraph(f"As of {steps.as_of}, {known}.", width)
    if steps.silent_since is not None:
        yield from paragraph(silence(steps.silent_since), width)
    for each in steps.not_in_force:
        yield from paragraph(each, width)
    has_effects = [each.effects for each in steps.to_do] + [each.effects for each in steps.listings]
    if any(has_effects):
        yield from paragraph(steps.peers, width)
    if not steps.to_do and not steps.rest.by_kind:
        yield from paragraph("Nothing is open: no order to ship, no dispute to answer.", width)


def _to_do(items: Iterable[ToDo], width: int) -> Iterator[str]:
    felt = [each for each in items if each.effects]
    if not felt:
        return
    yield "To be done, by deadline"
    yield from paragraph(_EACH, width, first=INDENT)
    for each in felt[:_FELT]:
        yield from item(f"{_when(each)}: {_what(each)}", width)
        yield from _effects(each.effects, width)
    if len(felt) > _FELT:
        yield f"{INDENT}… and {len(felt) - _FELT:,} more (--format json lists all)"


def _when(each: ToDo) -> str:
    if each.is_past:
        return f"Since {days.iso(each.by)}"
    return f"By {days.iso(each.by)} ({_left(each.left_seconds)} left)"


def _left(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    if hours >= 24:
        whole_days, hours = divmod(hours, 24)
        further = f" {counted(hours, 'hour')}" if hours else ""
        return f"{counted(whole_days, 'day')}{further}"
    return counted(hours, "hour") if hours else counted(rest // 60, "minute")


def _what(each: ToDo) -> str:
    if each.kind == "shipment":
        return f"ship order {each.order_id}" + (", late as it is" if each.is_past else "")
    if each.kind == "delivery":
        return f"order {each.order_id} is to be delivered"
    ends = ", or it ends unanswered" if each.is_closing else ""
    return f"answer dispute {each.dispute_id} of order {each.order_id}{ends}"


def _effects(effects: Iterable[Effect], width: int) -> Iterator[str]:
    for each in effects:
        yield from paragraph(
            f"{each.rulebook}, {each.as_of}: {_moved(each)}.", width, first=_DEEPER
        )


def _moved(effect: Effect, left: str = "left alone", done: str = "done") -> str:
    """Say what is made of it either way: the grade, the score, and the numbers that differ."""
    has_grade = (effect.grade_left, effect.grade_done) != (None, None)
    has_score = (effect.score_left, effect.score_done) != (None, None)
    sides = []
    for called, grade, score, figures in (
        (left, effect.grade_left, effect.score_left, [each.left for each in effect.figures]),
        (done, effect.grade_done, effect.score_done, [each.done for each in effect.figures]),
    ):
        said = [grade or "not graded"] if has_grade else []
        if has_score:
            said.append("no score" if score is None else decimals(exactly(score)))
        said += [each.text for each in figures]
        sides.append(f"{called} {', '.join(said) or 'not graded'}")
    return "; ".join(sides)


def _without_effect(items: Iterable[ToDo], width: int) -> Iterator[str]:
    idle = [each for each in items if not each.effects]
    if not idle:
        return
    yield "Changes nothing yet, by the rulebooks asked"
    for kind in _KINDS:
        for is_past, when in ((True, ", past the deadline"), (False, "")):
            own = [e.order_id for e in idle if e.kind == kind and e.is_past is is_past]
            if own:
                yield from item(f"{_of_kind(kind, len(own))}{when}: {listed(own)}.", width)


def _of_kind(kind: str, number: int) -> str:
    noun, what = _KINDS[kind]
    return f"{counted(number, noun)} {what}"


def _listings(listings: Sequence[ListingCases], width: int) -> Iterator[str]:
    if not listings:
        return
    yield "Listings with the most disputes over goods not as described"
    for each in listings:
        orders = f"{counted(each.cases_n, 'dispute')}, of {listed(each.order_ids)}"
        nothing = "" if each.effects else "; without, nothing changes"
        yield from item(f"{each.listing_id}: {orders}{nothing}", width)
        for effect in each.effects:
            said = _moved(effect, "with them", "without")
            yield from paragraph(
                f"{effect.rulebook}, {effect.as_of}: {said}.", width, first=_DEEPER
            )


def _rest(steps: NextSteps, width: int) -> Iterator[str]:
    rest: Rest = steps.rest
    if rest.by_kind:
        each = [_of_kind(kind, number) for kind, number in rest.by_kind.items()]
        first = "" if rest.first_by is None else f"; the next by {days.iso(rest.first_by)}"
        yield from paragraph(f"Further: {', '.join(each)}{first}.", width)
    if rest.listings_n:
        more = counted(rest.listings_n, "listing")
        yield from paragraph(f"Further: {more} with such disputes.", width)


def _not_yet(found: NotYetGraded, width: int) -> Iterator[str]:
    yield from paragraph(f"Not graded yet by {found.title} ({found.rulebook})", width)
    yield from paragraph(found.because, width, first=INDENT)
    since = "of all days" if found.counts_from is None else f"from {found.counts_from} on"
    said = f"Counted will be, {since}, for {found.assessed_on}: {'; '.join(found.counted)}."
    yield from item(said, width)
    for need in found.needs:
        name = label(need.name)
        yield from item(f"When there are {need.needed:,} {name}: {need.so_far:,} so far.", width)
    if found.first_on is not None:
        orders = counted(found.open_n, "open order")
        verb = "ends" if found.open_n == 1 else "end"
        said = f"First on {found.first_on}, if its {orders} {verb} as promised"
        if found.first_assessed_on != found.first_on:
            said += f"; assessed on {found.first_assessed_on}"
        yield from item(f"{said}.", width)
    for rate in found.so_far:
        yield from item(f"So far: {rate.text}.", width)


def _way_up(found: WayUp, width: int) -> Iterator[str]:
    lines = [*recourse_text(found.recourse, width)]
    named = {each.name for each in found.forecast.indicators} if found.forecast else set[str]()
    lines += forecast_text(found.forecast, named, width)
    if lines:
        grade = found.grade or "not graded"
        yield from paragraph(f"By {found.title} ({found.rulebook}), now {grade}", width)
        yield from lines
