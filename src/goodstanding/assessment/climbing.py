"""Ladders as SQL: which entry reached which sanction, which were executed, which is in force.

Each entry is set against the total of the days that end with its own. A rung is reached where an
entry lifts that total from below to it or above it; of several reached by one entry only the
heaviest counts. Of sanctions of one kind only the heaviest is executed: one that is reached while
a heavier one runs is not, and one that runs ends where a heavier, or an equal one, begins.

A sanction outlives the entries that led to it, so that the rows of all days are read.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from goodstanding.assessment.bound_days import AS_OF
from goodstanding.assessment.flags import judged_rows, met, quantity
from goodstanding.assessment.judging_rows import LookedAt, row_judging_steps
from goodstanding.assessment.row_sql import add_days
from goodstanding.database.steps import Step
from goodstanding.rulebook.entering import ENTERED_ON, as_entered
from goodstanding.rulebook.model import Ladder, Measure, RowSet, Rulebook

_CLIMBING = "climbing_"  # sets apart the steps that look at each entry on its own day
_BIG = exp.DataType.Type.BIGINT
# What is told of a subject's heaviest sanction in force, each in a column of its own.
IN_FORCE = ("rung", "node", "first_on", "last_on")
_REACHED = ("subject_no", "entry_no", "first_on", "last_on", "rung", "node")


def ladders_of(rulebook: Rulebook, row_set: RowSet) -> list[Ladder]:
    """Return the ladders that rows of a set climb."""
    return [
        ladder
        for ladder in rulebook.ladders.values()
        if rulebook.measures[ladder.climbs].rows == row_set.name
    ]


def sanctions(ladder: str) -> str:
    """Name the step that holds the sanctions of a ladder that were executed, of every day.

    Its columns: `subject_no`, `entry_no` (the entry that reached it), `first_on`, `last_on` (null
    where only a person ends it), `rung` (from 1), `node` (the total reached, in what the measure
    adds up), `replaced_on` (the first day of a heavier or an equal one that ended it; else null).
    """
    return f"sanctions_{ladder}"


def entered(ladder: str) -> str:
    """Name the step that holds every entry on a ladder: `entry_no`, `entered_on`, `adds`."""
    return f"entered_{ladder}"


def in_force(ladder: str, column: str) -> str:
    """Name one of the columns (`IN_FORCE`) of a subject's heaviest sanction in force."""
    return f"{ladder}__{column}"


def climbing_steps(rulebook: Rulebook, each: LookedAt, source: str) -> list[Step]:
    """Return the steps from the rows of a set to what is in force of each ladder."""
    found = ladders_of(rulebook, each.row_set)
    if not found:
        return []
    climbed = [as_entered(m) for m in _climbed(rulebook, found, each.measures)]
    steps = row_judging_steps(rulebook, each, climbed, source, before=_CLIMBING)
    for ladder in found:
        steps += _ladder_steps(rulebook, ladder, each)
    return steps


def _climbed(
    rulebook: Rulebook, ladders: Sequence[Ladder], measures: Sequence[Measure]
) -> list[Measure]:
    """Return the measures that ladders climb by and those that these narrow, in their order."""
    wanted: set[str] = set()
    for ladder in ladders:
        name: str | None = ladder.climbs
        while name is not None:
            wanted.add(name)
            name = rulebook.measures[name].parent
    return [measure for measure in measures if measure.name in wanted]


def _ladder_steps(rulebook: Rulebook, ladder: Ladder, each: LookedAt) -> list[Step]:
    measure = rulebook.measures[ladder.climbs]
    days = None if measure.window.length is None else measure.window.length.n
    spared = [place for place in range(len(ladder.rungs)) if _may_be_spared(ladder, place)]
    return [
        _entered(ladder, measure, each, rulebook),
        _totalled(ladder, days),
        _reached(ladder),
        *(_executed(ladder, place) for place in reversed(spared)),
        _together(ladder, spared),
        _sanctions(ladder),
        _in_force(ladder, each),
    ]


def _entered(ladder: Ladder, measure: Measure, each: LookedAt, rulebook: Rulebook) -> Step:
    kind = each.scope.kind
    adds: exp.Expr = exp.Literal.number(1)
    if measure.sum is not None:
        adds = exp.column(quantity(measure.name))
    query = (
        exp.select(
            exp.alias_(exp.column(kind.subjects[rulebook.subject]), "subject_no"),
            exp.alias_(exp.column(kind.key[0]), "entry_no"),
            exp.alias_(exp.column(ENTERED_ON), "entered_on"),
            exp.alias_(exp.cast(adds, _BIG), "adds"),
        )
        .from_(f"{_CLIMBING}{judged_rows(each.row_set.name)}")
        .where(
            exp.column(met(measure.name)),
            *(exp.Not(this=each.copy().is_(exp.null())) for each in (exp.column(ENTERED_ON), adds)),
        )
    )
    return Step(entered(ladder.name), "what each entry adds, of whatever day", query)


def _totalled(ladder: Ladder, days: int | None) -> Step:
    """Set each entry against the total with it; of one day the smallest is entered first."""
    source = entered(ladder.name)
    day, its_day = exp.column("entered_on", table="entry"), exp.column("entered_on", table="other")
    adds, its = exp.column("adds", table="entry"), exp.column("adds", table="other")
    number, its_number = (exp.column("entry_no", table=each) for each in ("entry", "other"))
    is_smaller = exp.or_(its < adds, exp.and_(its.copy().eq(adds.copy()), its_number <= number))
    same_subject = exp.column("subject_no", table="other").eq(
        exp.column("subject_no", table="entry")
    )
    conditions: list[exp.Expr] = [
        same_subject,
        exp.or_(its_day < day, exp.and_(its_day.copy().eq(day.copy()), is_smaller)),
    ]
    if days is not None:
        conditions.append(its_day.copy() > add_days(day.copy(), -days))
    told = ("subject_no", "entry_no", "entered_on", "adds")
    own = [exp.column(name, table="entry") for name in told]
    query = (
        exp.select(*own, exp.alias_(exp.cast(exp.Sum(this=its.copy()), _BIG), "total"))
        .from_(exp.to_table(source, alias="entry"))
        .join(exp.to_table(source, alias="other"), on=exp.and_(*conditions))
        .group_by(*(each.copy() for each in own))
    )
    return Step(f"totalled_{ladder.name}", "each entry, and the total that it makes", query)


def _reached(ladder: Ladder) -> Step:
    total, before = exp.column("total"), exp.column("total") - exp.column("adds")
    steps = [int(rung.at * ladder.unit) for rung in ladder.rungs]
    if ladder.is_repeated:
        times = exp.IntDiv(this=total, expression=_whole(steps[0]))
        multiple = exp.cast(times, _BIG) * _whole(steps[0])
        is_reached = exp.and_(exp.paren(multiple) > exp.paren(before), total.copy() >= steps[0])
        rung = exp.Case(ifs=[exp.If(this=is_reached, true=_whole(1))])
        node: exp.Expr = multiple.copy()
    else:
        ifs = [
            exp.If(
                this=exp.and_(exp.paren(before.copy()) < step, total.copy() >= step),
                true=_whole(place),
            )
            for place, step in reversed(list(enumerate(steps, start=1)))
        ]
        rung = exp.Case(ifs=ifs)
        node = _by_rung({place: _whole(step) for place, step in enumerate(steps, start=1)})
    placed = exp.select("*", exp.alias_(exp.cast(rung, exp.DataType.Type.INT), "rung")).from_(
        f"totalled_{ladder.name}"
    )
    first = exp.column("entered_on")
    lasts = {
        place: add_days(first.copy(), rung.days - 1)
        for place, rung in enumerate(ladder.rungs, start=1)
        if rung.days is not None
    }
    last = _by_rung(lasts) if lasts else exp.null()
    query = (
        exp.select(
            "subject_no",
            "entry_no",
            exp.alias_(first, "first_on"),
            exp.alias_(exp.cast(last, exp.DataType.Type.DATE), "last_on"),
            "rung",
            exp.alias_(exp.cast(node, _BIG), "node"),
        )
        .from_(placed.subquery("placed"))
        .where(exp.Not(this=exp.column("rung").is_(exp.null())))
    )
    purpose = "the heaviest rung that each entry lifts the total to, from below"
    return Step(f"reached_{ladder.name}", purpose, query)


def _may_be_spared(ladder: Ladder, place: int) -> bool:
    return ladder.rungs[place].days is None or bool(ladder.heavier(place))


def _where_executed(ladder: Ladder, place: int) -> str:
    """Name the step that holds what was executed of a rung, among others."""
    if _may_be_spared(ladder, place):
        return f"executed_{ladder.name}_{place + 1}"
    return f"reached_{ladder.name}"


def _executed(ladder: Ladder, place: int) -> Step:
    """Leave out of a rung what is reached while a heavier sanction of its kind runs.

    One that only a person ends is not executed twice.
    """
    query = (
        exp.select(*(exp.column(name, table="lighter") for name in _REACHED))
        .from_(exp.to_table(f"reached_{ladder.name}", alias="lighter"))
        .where(exp.column("rung", table="lighter").eq(place + 1))
    )
    for at in ladder.heavier(place):
        query = query.where(_no_running(_where_executed(ladder, at), at))
    if ladder.rungs[place].days is None:
        query = query.where(_no_earlier(f"reached_{ladder.name}", place))
    purpose = f"'{ladder.rungs[place].does}' as rung {place + 1}, unless one as heavy runs already"
    return Step(_where_executed(ladder, place), purpose, query)


def _no_running(step: str, place: int) -> exp.Expr:
    first, last = (exp.column(name, table="heavier") for name in ("first_on", "last_on"))
    begins = exp.column("first_on", table="lighter")
    runs = exp.and_(first <= begins, exp.or_(last.is_(exp.null()), last.copy() >= begins.copy()))
    return _nothing(step, "heavier", place, runs)


def _no_earlier(step: str, place: int) -> exp.Expr:
    day, node = (exp.column(name, table="earlier") for name in ("first_on", "node"))
    begins, own = (exp.column(name, table="lighter") for name in ("first_on", "node"))
    is_earlier = exp.or_(day < begins, exp.and_(day.copy().eq(begins.copy()), node < own))
    return _nothing(step, "earlier", place, is_earlier)


def _nothing(step: str, called: str, place: int, condition: exp.Expr) -> exp.Expr:
    same = exp.column("subject_no", table=called).eq(exp.column("subject_no", table="lighter"))
    found = (
        exp.select(exp.alias_(_whole(1), "one"))
        .from_(exp.to_table(step, alias=called))
        .where(exp.column("rung", table=called).eq(place + 1), same, condition)
    )
    return exp.Not(this=exp.Exists(this=found))


def _together(ladder: Ladder, spared: Sequence[int]) -> Step:
    parts: exp.Query = exp.select(*_REACHED).from_(f"reached_{ladder.name}")
    if spared:
        others = [_whole(place + 1) for place in range(len(ladder.rungs)) if place not in spared]
        among = exp.column("rung").isin(*others) if others else exp.false()
        parts = exp.select(*_REACHED).from_(f"reached_{ladder.name}").where(among)
    for place in spared:
        step = exp.select(*_REACHED).from_(_where_executed(ladder, place))
        parts = exp.union(parts, step, distinct=False)
    kinds = list(dict.fromkeys(rung.does for rung in ladder.rungs))
    kind = _by_rung(
        {n: _whole(kinds.index(rung.does) + 1) for n, rung in enumerate(ladder.rungs, start=1)}
    )
    query = exp.select("*", exp.alias_(kind, "kind")).from_(parts.subquery("parts"))
    return Step(
        f"executed_{ladder.name}", "the sanctions executed, and of which kind each is", query
    )


def _sanctions(ladder: Ladder) -> Step:
    executed = f"executed_{ladder.name}"
    own = [exp.column(name, table="one") for name in _REACHED]
    replaced = exp.Min(this=exp.column("first_on", table="other"))
    query = (
        exp.select(*own, exp.alias_(replaced, "replaced_on"))
        .from_(exp.to_table(executed, alias="one"))
        .join(exp.to_table(executed, alias="other"), on=_replaces(), join_type="left")
        .group_by(*(each.copy() for each in own))
    )
    return Step(
        sanctions(ladder.name), "each of them, and the day on which another ended it", query
    )


def _replaces() -> exp.Expr:
    one, other = (
        {
            name: exp.column(name, table=table)
            for name in ("subject_no", "kind", "rung", "node", "first_on", "last_on")
        }
        for table in ("one", "other")
    )
    is_later = exp.or_(
        other["first_on"] > one["first_on"],
        exp.and_(other["first_on"].copy().eq(one["first_on"].copy()), other["node"] > one["node"]),
    )
    return exp.and_(
        other["subject_no"].eq(one["subject_no"]),
        other["kind"].eq(one["kind"]),
        other["rung"] >= one["rung"],
        is_later,
        exp.or_(
            one["last_on"].is_(exp.null()),
            other["first_on"].copy() <= one["last_on"].copy(),
        ),
    )


def _in_force(ladder: Ladder, each: LookedAt) -> Step:
    as_of = each.scope.day(AS_OF)
    last = exp.column("last_on")
    runs = exp.and_(
        exp.column("replaced_on").is_(exp.null()),
        exp.or_(last.is_(exp.null()), last.copy() >= as_of),
    )
    # Of each kind one is in force at most, and no two kinds share a rung.
    heaviest = exp.Window(
        this=exp.RowNumber(),
        partition_by=[exp.column("subject_no")],
        order=exp.Order(
            expressions=[exp.Ordered(this=exp.column("rung"), desc=True, nulls_first=True)]
        ),
    )
    ranked = (
        exp.select("*", exp.alias_(heaviest, "place")).from_(sanctions(ladder.name)).where(runs)
    )
    query = (
        exp.select("subject_no", *IN_FORCE)
        .from_(ranked.subquery("ranked"))
        .where(exp.column("place").eq(1))
    )
    return Step(f"in_force_{ladder.name}", "the heaviest sanction in force, per subject", query)


def in_force_step(rulebook: Rulebook, source: str) -> Step | None:
    """Return the step that sets the sanctions in force beside subjects; None without ladders."""
    if not rulebook.ladders:
        return None
    query = exp.select(f"{source}.*").from_(source)
    for name in rulebook.ladders:
        table = f"in_force_{name}"
        same = exp.column("subject_no", table=table).eq(exp.column("subject_no", table=source))
        told = [
            exp.alias_(exp.column(column, table=table), in_force(name, column))
            for column in IN_FORCE
        ]
        query = query.select(*told).join(table, on=same, join_type="left")
    return Step("laddered", "every subject with its sanctions in force", query)


def _by_rung(values: dict[int, exp.Expr]) -> exp.Expr:
    rung = exp.column("rung")
    return exp.Case(
        ifs=[exp.If(this=rung.copy().eq(place), true=value) for place, value in values.items()]
    )


def _whole(number: int) -> exp.Expr:
    return exp.Literal.number(number)
