"""Write a rulebook in sentences: the page that a seller reads."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from goodstanding.rows.catalogue import ROW_KINDS, RowKind
from goodstanding.rulebook.conditions import a
from goodstanding.rulebook.english import (
    INDENT,
    Words,
    alike,
    assessed_told,
    clause,
    label,
    ordinal,
    quantity,
    said,
)
from goodstanding.rulebook.model import (
    DOUBTFUL,
    Collapse,
    Expression,
    Grade,
    Indicator,
    Leaves,
    Limit,
    Limited,
    Measure,
    NotGraded,
    Rulebook,
    WindowRule,
)
from goodstanding.rulebook.plain_effects import effects_doubted, effects_told
from goodstanding.rulebook.plain_sanctions import sanctions_doubted, sanctions_told
from goodstanding.rulebook.plain_scores import (
    lookups_told,
    noted,
    origin_told,
    peers_told,
    points_told,
)
from goodstanding.rulebook.sources import Fact, Source, known

WIDTH = 92
_IF_NOT_ASSESSED = {
    "passes": "a limit on it counts as met",
    "fails": "a limit on it counts as missed",
    "not graded": "there is no grade",
}


def plain(rulebook: Rulebook) -> str:
    """Return the rule in sentences, each number with its source and how sure it is."""
    sections: list[tuple[str, Iterable[str]]] = [
        (rulebook.title, _what(rulebook)),
        ("Days looked back on", _windows(rulebook)),
        ("What is counted", _measures(rulebook)),
        ("What does not count", _exclusions(rulebook)),
        ("What is not used", (f"- {each.what}" for each in rulebook.not_used)),
        ("Numbers made of it", _indicators(rulebook)),
        ("Whom it is compared with", peers_told(rulebook)),
        ("Looked up", lookups_told(rulebook)),
        ("Points", points_told(rulebook)),
        ("Grades", _grades(rulebook)),
        ("Sanctions", sanctions_told(rulebook)),
        ("What follows", effects_told(rulebook)),
        ("Unconfirmed", _doubts(rulebook)),
        ("Where it comes from", _sources(rulebook)),
    ]
    texts = []
    for heading, lines in sections:
        body = [_wrapped(line) for line in lines]
        if body:
            texts.append("\n".join([heading, "-" * len(heading), *body]))
    return "\n\n".join(texts) + "\n"


def _wrapped(line: str) -> str:
    """Fold a line, what follows indented below its text."""
    text = line.lstrip()
    margin = " " * (len(line) - len(text))
    hanging = margin + (INDENT if text.startswith("- ") else "")
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _what(rulebook: Rulebook) -> Iterator[str]:
    until = f" to {rulebook.in_force_until}" if rulebook.in_force_until else " on"
    yield f"Rulebook {rulebook.id}, version {rulebook.version}, in force from that day{until}."
    calendar = rulebook.calendar
    published = ""
    if calendar.published_before_day is not None:
        day = ordinal(calendar.published_before_day)
        published = f", and the result is published before the {day} of the next month"
    yield (
        f"Every {rulebook.subject_kind.noun} is assessed {assessed_told(calendar)}{published} "
        f"{origin_told(calendar.origin)}."
    )
    within = rulebook.subject_kind.within
    if within is not None:
        yield f"The category is {ROW_KINDS['line'].column(within).meaning}."
    if rulebook.card is not None:
        yield f"Once it was published, it tells the {rulebook.card} on a store's card."
    yield from noted(calendar.origin)
    yield from noted(rulebook.origin)
    if rulebook.adding_may_lower is not None:
        yield f"One more good order may lower a result: {rulebook.adding_may_lower}"
    if rulebook.removing_may_lower is not None:
        yield f"Taking out a bad order may lower a result: {rulebook.removing_may_lower}"


def _windows(rulebook: Rulebook) -> Iterator[str]:
    for window in rulebook.windows.values():
        name = f"{label(window.name)}: " if len(rulebook.windows) > 1 else ""
        if window.choices:
            yield f"{name}{'; '.join(_choices(window))} {origin_told(window.origin)}."
        elif window.length is None:
            yield f"{name}All days up to the day of assessment."
        else:
            yield (
                f"{name}{window.length}, which end on the day of assessment, both ends "
                f"counted {origin_told(window.origin)}."
            )
        yield from noted(window.origin)


def _choices(window: WindowRule) -> Iterator[str]:
    for choice in window.choices:
        if choice.condition is None:
            yield f"else '{label(choice.window)}'"
        else:
            yield f"'{label(choice.window)}' where {clause(choice.condition.node, Words())}"


def _in_window(window: WindowRule, rulebook: Rulebook) -> str:
    if window.choices:
        return f"in the days of '{label(window.name)}'"
    if window.length is None:
        return "up to that day"
    if len(rulebook.windows) == 1:
        return f"in those {window.length}"
    return f"in the {window.length} of '{label(window.name)}'"


def _measures(rulebook: Rulebook) -> Iterator[str]:
    for rows in rulebook.rows.values():
        kind = ROW_KINDS[rows.kind]
        if rows.where is not None:
            where = clause(rows.where.node, Words(kind=kind))
            each = f"{label(rows.name)}: each is {kind.meaning}, where {where}"
            yield f"- {each} {origin_told(rows.origin)}."
        if rows.collapse is not None:
            yield _collapse(rows.name, rows.collapse, kind)
            yield from noted(rows.collapse.origin, INDENT)
        yield from noted(rows.origin, INDENT)
    for measure in rulebook.measures.values():
        yield from _measure(measure, rulebook)


def _collapse(rows: str, collapse: Collapse, kind: RowKind) -> str:
    few = f"the {collapse.keep}" + (f" {collapse.at_most}" if collapse.at_most > 1 else "")
    counts = f"only {few} {'count' if collapse.at_most > 1 else 'counts'}"
    if collapse.apart_days is not None:
        counts = (
            f"{few} counts, and then each that comes {collapse.apart_days} days or more after the "
            "last one that counts"
        )
    return (
        f"- {label(rows)}: of several alike in {alike(collapse.per, kind)}, {counts}, by the day "
        f"on which {kind.column(collapse.by).meaning}; of one day, the lowest "
        f"{origin_told(collapse.origin)}."
    )


def _measure(measure: Measure, rulebook: Rulebook) -> Iterator[str]:
    kind = ROW_KINDS[rulebook.rows[measure.rows].kind]
    words = Words(kind=kind, window=_in_window(measure.window, rulebook))
    counted = f"{kind.name}s"
    if measure.distinct is not None:
        counted = f"different values of '{kind.column(measure.distinct).meaning}' among {counted}"
    of = f" that count as '{label(measure.parent)}'" if measure.parent is not None else ""
    start = f"- {label(measure.name)}: the number of {counted}{of}"
    if measure.sum is not None:
        start = f"- {label(measure.name)}: {quantity(measure.sum.node, words)}, of {counted}{of}"
        start += " added up"
    if measure.when is not None:
        start += f" for which {'; '.join(_flat(measure.when, words))}"
    if measure.kinds:
        start += f"{' and' if measure.when else ''} for which one or more of these hold"
        yield f"{start} {origin_told(measure.origin)}:"
        yield from noted(measure.origin, INDENT)
        for name, condition in measure.kinds.items():
            yield from _kind(name, condition, measure, words)
    else:
        yield f"{start} {origin_told(measure.origin)}."
        yield from noted(measure.origin, INDENT)
    if measure.limited is not None:
        yield f"{INDENT}- {_limited(measure.limited, kind)} {origin_told(measure.limited.origin)}."
        yield from noted(measure.limited.origin, INDENT * 2)


def _limited(limited: Limited, kind: RowKind) -> str:
    return (
        f"Those alike in {alike(limited.per, kind)} add up to no less than {limited.least} and "
        f"no more than {limited.most}; what is beyond that is cut off the later ones, by the day "
        f"on which {kind.column(limited.by).meaning}"
    )


def _flat(condition: Expression, words: Words) -> list[str]:
    return [line.strip() for line in said(condition.node, words)]


def _kind(name: str, condition: Expression, measure: Measure, words: Words) -> Iterator[str]:
    first, *rest = said(condition.node, words)
    origin = measure.kind_origins.get(name)
    bracket = f" {origin_told(origin)}" if origin is not None else ""
    margin = INDENT * 2
    yield f"{INDENT}- {label(name)}: {first}{bracket if not rest else ''}"
    yield from (f"{margin}{line}" for line in rest)
    if rest and bracket:
        yield f"{margin}{bracket.strip()}"
    if origin is not None:
        yield from noted(origin, margin)


def _exclusions(rulebook: Rulebook) -> Iterator[str]:
    for entry in rulebook.exclusions:
        kinds = list(dict.fromkeys(rulebook.rows[name].kind for name in entry.rows))
        rows = " or ".join(map(a, kinds))
        ways = []
        if entry.reason is not None:
            ways.append(f"that a decision excludes for the reason '{entry.reason}'")
        if entry.when is not None:
            words = Words(kind=ROW_KINDS[kinds[0]])
            ways.append(f"for which {clause(entry.when.node, words)}")
        left = ", ".join(f"'{_left(each)}'" for each in entry.leaves)
        out = f"does not count as {left}" if left else "counts for nothing"
        yield (
            f"- {label(entry.id)}: {rows} {' or '.join(ways)} {out} {origin_told(entry.origin)}. "
            f"{entry.because}"
        )
        yield from noted(entry.origin, INDENT)


def _left(leaves: Leaves) -> str:
    return label(leaves.measure if leaves.kind is None else leaves.kind)


def _indicators(rulebook: Rulebook) -> Iterator[str]:
    for indicator in rulebook.indicators.values():
        made = _made(indicator, rulebook)
        yield f"- {label(indicator.name)}: {made} {origin_told(indicator.origin)}."
        yield from noted(indicator.origin, INDENT)


def _made(indicator: Indicator, rulebook: Rulebook) -> str:
    better = "" if indicator.better == "neither" else f"; {indicator.better} is better"
    if indicator.count is not None:
        number = "the number of " if rulebook.measures[indicator.count].sum is None else ""
        return f"{number}'{label(indicator.count)}'{better}"
    if indicator.formula is not None:
        return f"calculated: {indicator.formula.text}{better}"
    bottom = label(indicator.measures[-1])
    text = f"'{label(indicator.measures[0])}' divided by '{bottom}'{better}"
    if indicator.mean is not None:
        text = f"the mean of '{bottom}'{better}"
    if indicator.if_not_assessed is None:
        return text
    unless = ""
    if indicator.not_assessed_if is not None:
        unless = f", or where {clause(indicator.not_assessed_if.node, Words())}"
    then = _IF_NOT_ASSESSED[indicator.if_not_assessed]
    return f"{text}; with nothing in '{bottom}'{unless}, {then}"


def _grades(rulebook: Rulebook) -> Iterator[str]:
    words = _subject_words(rulebook)
    for entry in rulebook.not_graded:
        yield _reason(entry, words)
        yield from noted(entry.origin, INDENT)
    if len(rulebook.grades) > 1:
        yield "The grade is the first of these whose limits are all met:"
    for grade in rulebook.grades:
        yield from _grade(grade, words)


def _subject_words(rulebook: Rulebook) -> Words:
    return Words(ratios=frozenset(i.name for i in rulebook.indicators.values() if i.ratio))


def _reason(entry: NotGraded, words: Words) -> str:
    return (
        f"No grade where {clause(entry.condition.node, words)} {origin_told(entry.origin)}. "
        f"{entry.because}"
    )


def _grade(grade: Grade, words: Words) -> Iterator[str]:
    if not grade.limits:
        yield f"- {grade.name}: everybody else."
    elif len(grade.limits) == 1:
        yield f"- {grade.name}: {_limit(grade.limits[0], words)}."
    else:
        yield f"- {grade.name}:"
        yield from (f"{INDENT}- {_limit(limit, words)}" for limit in grade.limits)
    yield from noted(grade.origin, INDENT)


def _limit(limit: Limit, words: Words) -> str:
    text = clause(limit.that.node, words)
    if limit.unless is not None:
        text += f", unless {clause(limit.unless.node, words)}"
    note = f" {limit.origin.note}" if limit.origin.note else ""
    return f"{text} {origin_told(limit.origin)}{note}"


def _doubts(rulebook: Rulebook) -> Iterator[str]:
    words = _subject_words(rulebook)
    doubtful = [
        f"- {entry.id}: {clause(entry.condition.node, words)} ({entry.origin.confidence})"
        for entry in rulebook.not_graded
        if entry.origin.confidence in DOUBTFUL
    ] + [
        f"- {grade.name}: {clause(limit.that.node, words)} ({limit.origin.confidence})"
        for grade in rulebook.grades
        for limit in grade.limits
        if limit.origin.confidence in DOUBTFUL
    ]
    doubtful += sanctions_doubted(rulebook)
    doubtful += effects_doubted(rulebook, words)
    if doubtful:
        yield "Nobody has confirmed these, and every result that they decide says so:"
        yield from doubtful


def _sources(rulebook: Rulebook) -> Iterator[str]:
    for name in _named(rulebook):
        entry = known().get(name)
        if isinstance(entry, Source):
            yield f"- {name}: {entry.says} {entry.address} ({entry.date}; {entry.quality})"
        elif isinstance(entry, Fact):
            told = f" [{', '.join(entry.sources)}]" if entry.sources else ""
            yield f"- {name}: {entry.says}{told}"


def _named(rulebook: Rulebook) -> list[str]:
    """Return the facts that entries name, then the pages that they and the facts rest on."""
    origins = [
        rulebook.calendar.origin,
        *(window.origin for window in rulebook.windows.values()),
        *(rows.origin for rows in rulebook.rows.values()),
        *(rows.collapse.origin for rows in rulebook.rows.values() if rows.collapse is not None),
        *(
            origin
            for measure in rulebook.measures.values()
            for origin in (measure.origin, *measure.kind_origins.values())
        ),
        *(m.limited.origin for m in rulebook.measures.values() if m.limited is not None),
        *(entry.origin for entry in rulebook.exclusions),
        *(indicator.origin for indicator in rulebook.indicators.values()),
        *(entry.origin for entry in rulebook.not_graded),
        *(limit.origin for grade in rulebook.grades for limit in grade.limits),
        *(rung.origin for ladder in rulebook.ladders.values() for rung in ladder.rungs),
        *(ladder.origin for ladder in rulebook.ladders.values()),
        *(effect.origin for effect in rulebook.effects),
    ]
    direct = dict.fromkeys(name for origin in origins for name in origin.source)
    facts = [name for name in direct if isinstance(known().get(name), Fact)]
    behind = {n for fact in facts if isinstance(e := known()[fact], Fact) for n in e.sources}
    pages = [name for name in known() if name in {*direct, *behind} and name not in facts]
    return [*facts, *pages]
