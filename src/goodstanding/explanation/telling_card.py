"""A store's card as text: its parts side by side, and what is about to change."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

from goodstanding import days
from goodstanding.assessment.sanction_words import exactly
from goodstanding.assessment.silence import silence
from goodstanding.explanation.answer import Arithmetic
from goodstanding.explanation.card_answer import Coming, PartTold, PublishedLevel, StoreCard
from goodstanding.explanation.figures import decimals
from goodstanding.explanation.layout import INDENT, counted, fits, item, listed, paragraph, table
from goodstanding.explanation.sanction_answer import LadderTold
from goodstanding.explanation.telling_forecast import forecast_text
from goodstanding.explanation.telling_sanctions import total_text
from goodstanding.rulebook.english import label
from goodstanding.viewers import Part, Viewer

_CALLED: Mapping[Part, str] = {
    "level": "Service level",
    "daily score": "Daily service score",
    "ratings": "Detailed ratings",
    "feedback": "Feedback",
    "violations": "Violation points",
    "category standing": "Standing in categories",
}
_FOR: Mapping[Viewer, str] = {
    "operator": "for the operator",
    "store": "for the store itself",
    "public": "what everybody may see",
}
_RATED = ("description", "communication", "logistics")
_IN_CATEGORY = {
    "description": "description_against",
    "not_as_described_rate": "not_as_described_against",
}
_STARS = range(5, 0, -1)
_AGAINST = "Against them 1 is the best, 0 their average, -1 the last."
_KINDS = ("positive", "neutral", "negative")
_SPANS = {
    "in_1_month": "1 month",
    "in_3_months": "3 months",
    "in_6_months": "6 months",
    "in_12_months": "12 months",
    "so_far": "so far",
}


def text(card: StoreCard, width: int = 80) -> str:
    """Return a card in lines of at most so many characters, as far as words allow."""
    sections = [
        _head(card, width),
        _published(card.published, width),
        *(_part(each, width) for each in card.parts if each.category_id is None),
        *(_categories(each, width) for each in _by_rulebook(card.parts)),
        _coming(card, width),
    ]
    return "\n\n".join("\n".join(lines) for section in sections if (lines := list(section)))


def _head(card: StoreCard, width: int) -> Iterator[str]:
    yield from paragraph(f"Store {card.store_id}, {_FOR[card.viewer]}", width)
    yield from paragraph(
        f"As of {card.as_of}, known at {days.iso(card.known_at)}, days in {card.time_zone}.", width
    )
    if card.silent_since is not None:
        yield from paragraph(silence(card.silent_since), width)
    waiting = dict.fromkeys(each.rulebook for each in card.to_be_counted)
    if waiting:
        said = f"Nothing of the store counts yet. What comes will be counted by {_all(waiting)}."
        yield from paragraph(said, width)


def _published(levels: Iterable[PublishedLevel], width: int) -> Iterator[str]:
    for each in levels:
        yield from paragraph(f"Published service level: {each.grade or 'not graded'}", width)
        said = f"Of {each.of}, published {each.published_on}"
        if each.restated_on is not None:
            said += f", restated {each.restated_on}"
        yield from paragraph(f"{said}.", width, first=INDENT)
        yield from _rules(each.title, each.rulebook, str(each.version), each.confidence, width)


def _part(part: PartTold, width: int) -> Iterator[str]:
    yield from paragraph(_heading(part), width)
    if part.state != "told" or part.part in {"level", "violations"}:
        yield from paragraph(part.sentence, width, first=INDENT)
    if part.state == "told":
        yield from _told(part, width)
    if part.unconfirmed:
        yield from paragraph(f"unconfirmed: {'; '.join(part.unconfirmed)}", width, first=INDENT)
    yield from _by(part, width)


def _by(part: PartTold, width: int) -> Iterator[str]:
    """Say by which rules a part is told, and how to see what is behind it."""
    if part.title is not None:
        confidence = str(part.confidence)
        yield from _rules(part.title, part.rulebook, str(part.version), confidence, width)
    if part.explain is not None:
        yield from command_lines(part.explain, width)


def _heading(part: PartTold) -> str:
    called = _CALLED[part.part]
    if part.state != "told":
        return f"{called}: {part.state}"
    if part.part == "level":
        return f"{called}: {part.grade or 'not graded'}"
    if part.part == "daily score":
        return f"{called}: {'none' if part.score is None else decimals(exactly(part.score))}"
    return called if part.grade is None else f"{called}: {part.grade}"


def _rules(title: str, rulebook: str, version: str, confidence: str, width: int) -> Iterator[str]:
    said = f"By {title} ({rulebook}, version {version}) [{confidence}]"
    yield from paragraph(said, width, first=INDENT)


def command_lines(command: str, width: int) -> Iterator[str]:
    """Yield a command over as many lines as it takes, to be copied as it stands.

    An option stays beside its value.
    """
    parts: list[str] = []
    for word in map(shlex.quote, shlex.split(command)):
        if parts and not word.startswith("--"):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    line = INDENT
    for part in parts:
        if len(line) + len(part) + len(" \\") > width and line.strip():
            yield f"{line}\\"
            line = INDENT * 2
        line += f"{part} "
    yield line.rstrip()


def _told(part: PartTold, width: int) -> Iterator[str]:
    match part.part:
        case "daily score":
            yield from table([*_points(part)], width)
        case "ratings":
            yield from table([*_ratings(part)], width)
            if part.benchmarks:
                yield from paragraph(_AGAINST, width, first=INDENT)
        case "feedback":
            yield from _feedback(part, width)
        case "violations":
            yield from table([(label(each.name), _ladder(each)) for each in part.ladders], width)
        case _:
            yield from table([(label(each.name), _bare(each)) for each in part.figures], width)


def _points(part: PartTold) -> Iterator[tuple[str, str]]:
    for each in part.points:
        beside = "" if each.benchmark is None else f"; {each.benchmark.text}"
        yield label(each.name), f"{each.text}{beside} [{each.confidence}]"


def _by_rulebook(parts: Iterable[PartTold]) -> Iterator[list[PartTold]]:
    """Yield the standings in categories, those by one rulebook together."""
    told = [each for each in parts if each.category_id is not None]
    for _, those in groupby(told, lambda each: each.rulebook):
        yield list(those)


def _categories(parts: Sequence[PartTold], width: int) -> Iterator[str]:
    """Tell the standing in each category that has one; name the categories that have none."""
    by_standing = [(each, _standing(each)) for each in parts]
    told = [(each, said) for each, said in by_standing if said]
    yield _CALLED["category standing"]
    yield from table([(str(each.category_id), said) for each, said in told], width)
    if any(each.benchmarks for each, _ in told):
        yield from paragraph(_AGAINST, width, first=INDENT)
    without = [str(each.category_id) for each, said in by_standing if not said]
    if without:
        yield from paragraph(f"Too little to assess: {listed(without)}.", width, first=INDENT)
    shown = told[0][0] if told else parts[0]
    yield from _by(shown, width)


def _standing(part: PartTold) -> str:
    """Say what was assessed of a standing in a category; nothing where nothing was.

    A marketplace's own rulebook may have other numbers, and a grade.
    """
    assessed = {each.name: each for each in part.figures if each.is_assessed}
    if not any(each.name in _IN_CATEGORY for each in part.figures):
        grade = [] if part.grade is None else [part.grade]
        return "; ".join([*grade, *(f"{label(n)} {_bare(each)}" for n, each in assessed.items())])
    said = []
    for name, name_against in _IN_CATEGORY.items():
        if name in assessed:
            benchmark, against = part.benchmarks.get(name), assessed.get(name_against)
            text = f"{label(name)} {_bare(assessed[name])}"
            text += "" if benchmark is None else f", {benchmark.text}"
            said.append(text + ("" if against is None else f", against them {_bare(against)}"))
    return "; ".join(said)


def _bare(figure: Arithmetic) -> str:
    """Return the arithmetic of a number without its name, which stands beside it."""
    name = label(figure.name)
    return figure.text.removeprefix(f"{name}: ").removeprefix(f"{name} ")


def _ratings(part: PartTold) -> Iterator[tuple[str, str]]:
    """Yield each rating with its count, its spread, and how it stands among its peers."""
    by_name = {each.name: each for each in part.figures}
    for name in _RATED:
        rated = by_name.get(name)
        if rated is None:  # a marketplace's own rulebook may have others
            continue
        if not rated.is_assessed or not rated.denominator:
            yield label(name), "not rated"
            continue
        said = [decimals(Fraction(rated.numerator, rated.denominator))]
        if (count := by_name.get(f"{name}_ratings")) is not None:
            said.append(f"of {counted(count.numerator, 'rating')}")
        spread = [
            f"{stars} star{'s' if stars > 1 else ''}: {found.numerator:,}"
            for stars in _STARS
            if (found := by_name.get(f"{name}_rated_{stars}")) is not None
        ]
        text = " ".join([*said, *([f"({', '.join(spread)})"] if spread else [])])
        against, benchmark = by_name.get(f"{name}_against"), part.benchmarks.get(name)
        text += "" if benchmark is None else f"; {benchmark.text}"
        if against is not None and against.is_assessed:
            text += f"; against them {_bare(against)}"
        yield label(name), text


def _feedback(part: PartTold, width: int) -> Iterator[str]:
    by_name = {each.name: each for each in part.figures}
    counts = {f"{kind}_{span}" for kind in _KINDS for span in _SPANS}
    rest = [(label(e.name), _bare(e)) for e in part.figures if e.name not in counts]
    yield from table(rest, width)
    if not counts <= set(by_name):
        return
    titles = ("", *_SPANS.values())
    rows = [
        (kind, *(f"{by_name[f'{kind}_{span}'].numerator:,}" for span in _SPANS)) for kind in _KINDS
    ]
    if fits([titles, *rows], width):
        yield from table(rows, width, titles=titles, numbers=range(1, len(titles)))
        return
    for kind, *numbers in rows:
        each = ", ".join(f"{n} in {s}" for n, s in zip(numbers, titles[1:], strict=True))
        yield from paragraph(f"{kind}: {each}", width, first=INDENT)


def _ladder(ladder: LadderTold) -> str:
    said = [total_text(ladder.total)]
    for each in ladder.sanctions:
        if each.is_in_force:
            waits = " (proposed: a person decides)" if each.is_proposed else ""
            said.append(f"in force: {each.text}{waits}")
    if ladder.further:
        said.append(f"a further entry of {ladder.further[0].text}")
    return "; ".join(said)


def _coming(card: StoreCard, width: int) -> Iterator[str]:
    if card.coming is None:
        return
    lines = [*_changes(card, card.coming)]
    forecast = card.coming.forecast
    command = card.coming.next_steps
    if lines or forecast is not None or command is not None:
        yield "What is about to change"
    for line in lines:
        yield from item(line, width)
    named = {each.name for each in forecast.indicators} if forecast is not None else set[str]()
    if command is not None:
        yield from item("What is open, by when, and what leaving it costs:", width)
        yield from command_lines(command, width)
    yield from forecast_text(forecast, named, width)


def _changes(card: StoreCard, coming: Coming) -> Iterator[str]:
    for each in coming.assessments:
        said = f"Next day of assessment by {each.rulebook}: {each.assessed_on}"
        if each.assessed_on == card.as_of:
            said += " (the day asked about)"
        if each.published_before is not None:
            said += f", published before {each.published_before}"
        yield f"{said}."
    for points in coming.expiring:
        yield (
            f"{label(points.ladder)}: {total_text(points.points)} of "
            f"{listed(points.violation_ids)} no longer count from {points.on} on."
        )
    for sanction in coming.ending:
        yield f"{label(sanction.ladder)}: {sanction.text} ends with {sanction.last_on}."


def _all(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
