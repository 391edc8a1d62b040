"""Service, order by order, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from goodstanding import days
from goodstanding.assessment.silence import silence
from goodstanding.explanation.figures import decimals, percentage
from goodstanding.explanation.layout import INDENT, counted, item, listed, paragraph, rows_within
from goodstanding.explanation.service_answer import (
    LEAST_ORDERS,
    ExtraTold,
    LinkTold,
    OutcomeTold,
    Service,
    Share,
    WayTold,
)
from goodstanding.explanation.service_rows import AGAIN_DAYS
from goodstanding.explanation.uncertainty import Interval
from goodstanding.rulebook.english import label

_WAYS = 20  # of the ways to send, those with most orders
_DECIMALS = 1000  # of what is no exact number: thousandths of a share
_INTERVALS = "Intervals are of 95 %: by chance alone a share may lie anywhere within."


def text(service: Service, width: int = 80) -> str:
    """Return it in lines of at most so many characters, as far as words allow."""
    sections = [
        _head(service, width),
        _links(service, width),
        _rates(service, width),
        _ways(service, width),
        _extras(service, width),
        _excluded(service, width),
    ]
    return "\n\n".join("\n".join(lines) for section in sections if (lines := list(section)))


def _head(service: Service, width: int) -> Iterator[str]:
    called = "Store" if service.subject_kind == "seller" else "Listing"
    yield from paragraph(f"{called} {service.subject_id}: service, order by order", width)
    yield from paragraph(
        f"As of {service.as_of}, known at {days.iso(service.known_at)}, days in "
        f"{service.time_zone}, by {service.rulebook}, version {service.version}. "
        "None of it enters a grade.",
        width,
    )
    if service.silent_since is not None:
        yield from paragraph(silence(service.silent_since), width)


def _links(service: Service, width: int) -> Iterator[str]:
    yield from paragraph("The line of an order, link by link, over 90 days", width)
    rows = [(each.link, _share(each.passed), str(each.not_due_n)) for each in service.links]
    yield from rows_within(
        rows, width, titles=("link", "passed in time", "not yet due"), numbers={2}
    )
    for each in service.links:
        yield from _link(each, width)
    yield from _costs(service, width)


def _link(link: LinkTold, width: int) -> Iterator[str]:
    said = [f"{n:,} {why}" for why, n in link.apart.items() if n]
    if link.missed_n:
        more = f" and {link.missed_more:,} more" if link.missed_more else ""
        cost = _cost(link.points_lost, link.bad_experiences_n)
        named = listed(link.missed) if len(link.missed) <= 6 else ", ".join(link.missed)
        said.insert(0, f"not passed by {link.missed_n:,}: {named}{more}{cost}")
    if said:
        yield from item(f"{link.link}: {'; '.join(said)}.", width)


def _cost(points: Mapping[str, float] | None, bad_n: int | None) -> str:
    said = []
    if points:
        items = ", ".join(f"{label(name)} {lost:.2f}" for name, lost in points.items())
        said.append(f"they cost {sum(points.values()):.2f} points ({items})")
    if bad_n:
        what = "a bad experience" if bad_n == 1 else "bad experiences"
        said.append(f"{bad_n:,} of them {what}")
    return f"; {'; '.join(said)}" if said else ""


def _costs(service: Service, width: int) -> Iterator[str]:
    costs = service.costs
    if not costs.orders_n:
        return
    told = []
    if costs.points_lost is not None:
        told.append(f"{sum(costs.points_lost.values()):.2f} points by {costs.score_by}")
    if costs.bad_experiences_n is not None:
        bad = counted(costs.bad_experiences_n, "bad experience")
        told.append(f"{bad} by {costs.level_by}")
    if told:
        orders = counted(costs.orders_n, "order")
        yield from paragraph(
            f"All {orders} that missed a link, each told once: {', and '.join(told)}.",
            width,
            first=INDENT,
        )


def _rates(service: Service, width: int) -> Iterator[str]:
    messages, again = service.messages, service.bought_again
    median = _time(messages.median_seconds) if messages.median_seconds is not None else "-"
    yield "Conversation and what follows"
    rows = [
        ("messages answered within a day", _share(messages.answered)),
        ("median time to answer", median),
        ("messages not yet due", str(messages.not_due_n)),
        ("dispute rate, 30 days", _share(service.dispute_rate)),
        ("arbitration rate, 30 days", _share(service.arbitration_rate)),
        (f"buyers who bought again within {AGAIN_DAYS} days", _share(again.again)),
        (f"buyers whose {AGAIN_DAYS} days are not over", str(again.not_over_n)),
    ]
    yield from rows_within(rows, width)


def _ways(service: Service, width: int) -> Iterator[str]:
    if not service.ways:
        return
    yield from paragraph("On the way, by shipping method and destination, over 90 days", width)
    told = [each for each in service.ways if each.state == "told"]
    titles = ("way", "orders", "on time", "not received", "stars")
    rows = [_way(each) for each in told[:_WAYS]]
    if rows:
        yield from rows_within(rows, width, titles=titles, numbers={1})
        yield from _more(len(told) - _WAYS)
    few = len(service.ways) - len(told)
    if few:
        ways = counted(few, "other way") if told else counted(few, "way")
        said = f"{ways} of fewer than {LEAST_ORDERS} orders: too few orders to say."
        yield from paragraph(said, width, first=INDENT)
    if any(each.is_best for each in told):
        said = "* on time more often than each other way there, by the interval of the difference."
        yield from paragraph(said, width, first=INDENT)


def _way(way: WayTold) -> tuple[str, ...]:
    stars = "-" if way.logistics is None else decimals(Fraction(str(way.logistics)))
    named = f"{way.method or '(not told)'} to {way.ship_to or '(not told)'}"
    return (
        f"{named} *" if way.is_best else named,
        f"{way.orders_n:,}",
        "-" if way.on_time is None else _share(way.on_time),
        "-" if way.not_received is None else _share(way.not_received),
        f"{stars} of {way.logistics_n:,}",
    )


def _extras(service: Service, width: int) -> Iterator[str]:
    if not service.extras:
        return
    yield from paragraph("Orders with something put in, beside those without", width)
    rows = [_outcome(extra, each) for extra in service.extras for each in extra.outcomes]
    yield from rows_within(rows, width)
    yield from paragraph(
        f"{_INTERVALS} Which orders got something was the store's choice, so a difference need not "
        "come of it. A gift on condition of praise is a finding, and its reviews are excluded.",
        width,
        first=INDENT,
    )


def _outcome(extra: ExtraTold, outcome: OutcomeTold) -> tuple[str, str, str]:
    both = f"{_plain(outcome.with_it)} against {_plain(outcome.without)}"
    if outcome.difference is None or outcome.interval is None:
        return extra.extra, outcome.outcome, f"{both}: {outcome.state}"
    points = f"{_points(outcome.difference)} points"
    between = f"{_points(outcome.interval.low)} to {_points(outcome.interval.high)}"
    return extra.extra, outcome.outcome, f"{both}: {points} ({between})"


def _excluded(service: Service, width: int) -> Iterator[str]:
    if service.excluded:
        classes = ", ".join(f"{n:,} by {label(name)}" for name, n in service.excluded.items())
        yield from paragraph(f"Not counted, in all or in part: {classes}.", width)


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"{INDENT}… and {count:,} more (--format json lists all)"


def _plain(share: Share) -> str:
    if not share.denominator:
        return "nothing"
    value = percentage(Fraction(share.numerator, share.denominator))
    return f"{share.numerator:,}/{share.denominator:,} = {value}"


def _share(share: Share) -> str:
    if share.interval is None:
        return "nothing yet"
    return f"{_plain(share)} ({_between(share.interval)})"


def _between(interval: Interval) -> str:
    low, high = (round(end * _DECIMALS) / 10 for end in (interval.low, interval.high))
    return f"{low:.1f} to {high:.1f} %"


def _points(difference: float) -> str:
    return f"{round(difference * _DECIMALS) / 10:+.1f}"


def _time(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    told = f"{hours} h {minutes} min" if hours else f"{minutes} min {left} s"
    return f"{seconds:,} s ({told})"
