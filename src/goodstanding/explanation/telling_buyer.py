"""A buyer's own view, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from goodstanding import days
from goodstanding.assessment.sanction_words import exactly
from goodstanding.assessment.silence import silence
from goodstanding.explanation.buyer_answer import (
    BuyerView,
    Clock,
    ClockKind,
    Factor,
    HeldBack,
    Move,
    OpenOrder,
    ScoreTold,
)
from goodstanding.explanation.figures import decimals
from goodstanding.explanation.layout import INDENT, counted, item, paragraph
from goodstanding.rulebook.english import label

_DEEPER = INDENT * 3
_STEPS = 3  # that somebody without a band is told to begin with
_SHOWN = 10  # of a long list
_WHAT: Mapping[ClockKind, str] = {
    "pay": "to pay",
    "ship": "the seller has to ship it",
    "deliver": "promised to arrive",
    "dispute": "to open a dispute",
    "withdraw": "to withdraw from it",
    "feedback": "to give feedback",
    "answer": "to answer",
    "appeal": "to appeal",
}


def text(view: BuyerView, width: int = 80) -> str:
    """Return a buyer's view in lines of at most so many characters, as far as words allow."""
    score = view.score
    sections = [
        _head(view, width),
        *([] if score is None else _of_score(score, width)),
        _orders(view, width),
        _findings(view, width),
        _rules(view, width),
        _advice(view, width),
        _listed("What it is not", view.is_not, width),
        _listed("What is not used", [each.what for each in view.not_used], width),
        _looks(view, width),
        *([] if score is None or score.contest is None else [_contest(score.contest, width)]),
    ]
    return "\n\n".join("\n".join(lines) for section in sections if (lines := list(section)))


def _head(view: BuyerView, width: int) -> Iterator[str]:
    yield from paragraph(f"Buyer {view.buyer_id}: where you stand", width)
    known = f"known at {days.iso(view.known_at)}, days in {view.time_zone}"
    yield from paragraph(f"As of {view.as_of}, {known}.", width)
    if view.silent_since is not None:
        yield from paragraph(silence(view.silent_since), width)
    if view.not_scored_because is not None:
        yield from paragraph(view.not_scored_because, width)


def _of_score(score: ScoreTold, width: int) -> list[Iterator[str]]:
    return [
        _score(score, width),
        _new(score, width),
        _improvements(score, width),
        _held_back(score, width),
        _moves(score, width),
    ]


def _score(score: ScoreTold, width: int) -> Iterator[str]:
    between = ""
    if score.lower is not None and score.upper is not None:
        between = f"; it could be {_number(score.lower)} to {_number(score.upper)} as well"
    band = f", {score.band}" if score.band else ""
    yield from paragraph(f"Your score is {_number(score.score)}{band}{between}", width)
    start = "" if score.start is None else f" Nothing known gives {_number(score.start)}."
    by = f"By {score.title} ({score.rulebook}, version {score.version}).{start}"
    yield from paragraph(by, width, first=INDENT)
    if score.no_band_because is not None:
        yield from paragraph(f"No band yet: {score.no_band_because}", width, first=INDENT)
    for cap in score.caps:
        lower = f" Without that it would be {_number(cap.without)}." if cap.is_lower else ""
        said = f"At most {_number(cap.at_most)} for now: {cap.because}{lower}"
        yield from paragraph(said, width, first=INDENT)
    for factor in score.factors:
        yield from item(f"{label(factor.name)}, {factor.standing}: {factor.text}.", width)
    most = next((each for each in score.factors if each.name == score.most_to_gain), None)
    if most is not None:
        yield from paragraph(_most(most), width, first=INDENT)


def _most(factor: Factor) -> str:
    return f"Most is to be gained in {label(factor.name)}: {_number(factor.lost)} points."


def _new(score: ScoreTold, width: int) -> Iterator[str]:
    """Say to somebody without a band what counts, and what to begin with."""
    if score.band is not None:
        return
    yield "What counts"
    for said in score.counts:
        yield from item(f"{said}{'' if said.endswith('.') else '.'}", width)
    steps = score.improvements[:_STEPS]
    if steps:
        yield f"The next {counted(len(steps), 'step')}, by effect"
        for place, each in enumerate(steps, 1):
            step = f"{place}. {_number(each.gain, sign=True)} if {each.what}."
            yield from paragraph(step, width, first=INDENT, then=_DEEPER)


def _improvements(score: ScoreTold, width: int) -> Iterator[str]:
    if not score.improvements:
        return
    yield "What would raise it (each tried on your rows, and assessed)"
    for each in score.improvements:
        band = f", {each.band}" if each.band not in {None, score.band} else ""
        gain = f"{_number(each.gain, sign=True)}, to {_number(each.score)}{band}"
        yield from item(f"{gain}: {each.what}.", width)


def _held_back(score: ScoreTold, width: int) -> Iterator[str]:
    if not score.held_back:
        return
    yield "What holds it back"
    for each in score.held_back[:_SHOWN]:
        yield from item(_held(each), width)
    if len(score.held_back) > _SHOWN:
        yield f"{INDENT}… and {len(score.held_back) - _SHOWN:,} more (--format json lists all)"


def _held(each: HeldBack) -> str:
    until = "" if each.clears_on is None else f" It counts until the day before {each.clears_on}."
    reasons = " ".join(each.reasons)
    end = "" if reasons.endswith(".") else "."
    return (
        f"{each.about} {each.id}: {reasons}{end} Without that, {_number(each.gain, sign=True)}."
        f"{until}"
    )


def _moves(score: ScoreTold, width: int) -> Iterator[str]:
    if not score.moves:
        return
    yield "How it moved"
    for move in score.moves:
        yield from item(_moved(move), width)
        for row in move.rows:
            came = "" if not row.came else f" now counts for {', '.join(row.came)}"
            went = "" if not row.went else f" no longer counts for {', '.join(row.went)}"
            both = " and" if came and went else ""
            yield from paragraph(f"{row.about} {row.id}{came}{both}{went}", width, first=_DEEPER)
        if move.more_n:
            yield f"{_DEEPER}… and {counted(move.more_n, 'more row')}"


def _moved(move: Move) -> str:
    then = "no score" if move.score is None else _number(move.score)
    band = f", {move.band}" if move.band else ""
    if not move.change:
        return f"Since {move.since} ({then}{band}): not at all."
    parts = [(label(name), change) for name, change in move.by_factor.items()]
    if move.by_caps:
        parts.append(("what keeps it lower", move.by_caps))
    by = ", ".join(f"{name} {_number(change, sign=True)}" for name, change in parts)
    because = f": {by}" if by else ""
    return f"Since {move.since} ({then}{band}) {_number(move.change, sign=True)}{because}."


def _orders(view: BuyerView, width: int) -> Iterator[str]:
    if not view.orders:
        yield "No order of yours is open."
        return
    yield "Your open orders"
    for order in view.orders[:_SHOWN]:
        yield from item(_order(order), width)
        for clock in order.clocks:
            if clock.last_on is not None or clock.opens_on is not None:
                yield from paragraph(_clock(clock), width, first=_DEEPER)
    if len(view.orders) > _SHOWN:
        yield f"{INDENT}… and {len(view.orders) - _SHOWN:,} more (--format json lists all)"


def _findings(view: BuyerView, width: int) -> Iterator[str]:
    if view.findings:
        yield "What was found of your conduct"
    for each in view.findings:
        found = "" if each.found is None else f": {each.found}"
        yield from item(f"{each.finding_id}, {each.status}{found}", width)
        for clock in each.clocks:
            yield from paragraph(_clock(clock), width, first=_DEEPER)


def _order(order: OpenOrder) -> str:
    seller = "" if order.seller_id is None else f" of {order.seller_id}"
    dispute = "" if order.dispute_id is None else f" ({order.dispute_id})"
    return f"Order {order.order_id}{seller}, {order.state}{dispute}"


def _clock(clock: Clock) -> str:
    when = ""
    if clock.by is not None:
        when = f"by {days.iso(clock.by)}"
    elif clock.last_on is not None:
        when = f"until {clock.last_on}"
    if clock.opens_on is not None:
        when = f"from {clock.opens_on} on" + (f", {when}" if when else "")
    left = ""
    if clock.days_left is not None:
        past = "overdue" if clock.days_left <= 0 else f"{counted(clock.days_left, 'day')} left"
        left = f" ({past})"
    return f"{_WHAT[clock.kind]}: {when}{left}"


def _rules(view: BuyerView, width: int) -> Iterator[str]:
    """Say each rule once."""
    running = [each.clocks for each in view.orders] + [each.clocks for each in view.findings]
    rules = {clock.kind: clock for clocks in running for clock in clocks if clock.confidence}
    if rules:
        yield "By which rules"
    for clock in rules.values():
        sources = ", ".join(clock.source)
        yield from item(f"{clock.rule} [{sources}: {clock.confidence}]", width)


def _advice(view: BuyerView, width: int) -> Iterator[str]:
    if not view.advice:
        return
    yield "What you might do"
    for each in view.advice[:_SHOWN]:
        yield from item(each.text, width)
    if len(view.advice) > _SHOWN:
        yield f"{INDENT}… and {len(view.advice) - _SHOWN:,} more (--format json lists all)"


def _looks(view: BuyerView, width: int) -> Iterator[str]:
    if view.looks is None:
        return
    if not view.looks:
        yield "Nobody else has looked at this."
        return
    yield "Who looked"
    for each in view.looks[:_SHOWN]:
        yield from item(f"{days.iso(each.at)}, {each.role}, {each.part}: {each.reason}", width)
    if len(view.looks) > _SHOWN:
        yield f"{INDENT}… and {len(view.looks) - _SHOWN:,} more (--format json lists all)"


def _contest(contest: str, width: int) -> Iterator[str]:
    yield from paragraph(f"To contest it: {contest}", width)


def _listed(title: str, each: tuple[str, ...] | list[str], width: int) -> Iterator[str]:
    if each:
        yield title
    for entry in each:
        yield from item(entry, width)


def _number(value: float, *, sign: bool = False) -> str:
    exact: Fraction = exactly(value)
    return ("+" if sign and exact > 0 else "") + decimals(exact)
