"""Benchmarks as SQL: an indicator over a subject's peers, the subject included.

Peers are those who sell most in the same category (or whatever a rulebook names). The nearest
group with enough members is the one; after the last comes everybody. A group's size is counted
for each indicator, of the members for whom it was assessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from goodstanding.assessment import row_sql
from goodstanding.assessment.calculating import pair_in_millionths, peer_column
from goodstanding.assessment.flags import judged_rows, met
from goodstanding.assessment.millionths import MILLION, rounded, whole, wide
from goodstanding.assessment.row_sql import RowScope
from goodstanding.assessment.subject_sql import denominator, is_assessed, numerator
from goodstanding.database.steps import Step
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.model import Peers, Rulebook
from goodstanding.rulebook.scored import peer_numbers

BENCHMARKED = "benchmarked"
INDICATED = "indicated"  # the step that benchmarks are made of
_OF_PEERS = "peer_"  # how the names of the steps between begin
# Provided by whoever runs the steps: what each category is called (`category_no`, `category_id`).
NAMES = "category_names"
_BIG = exp.DataType.Type.BIGINT


def level_column(indicator: str) -> str:
    """Name the column that says which group an indicator is compared in, counted from 0."""
    return f"{indicator}__peers_level"


def group_column(indicator: str) -> str:
    """Name the column that holds the id of that group; null where it is everybody."""
    return f"{indicator}__peers_group"


def size_column(indicator: str) -> str:
    """Name the column that counts the members of that group who were assessed."""
    return f"{indicator}__peers_n"


def benchmark_columns(rulebook: Rulebook) -> list[str]:
    """Name every column that the step `benchmarked` adds."""
    return [
        column
        for name, functions in peer_numbers(rulebook).items()
        for column in (
            *(peer_column(function, name) for function in functions),
            level_column(name),
            group_column(name),
            size_column(name),
        )
    ]


def frozen(steps: Sequence[Step], values: Mapping[str, int | str | None]) -> list[Step]:
    """Return steps in which benchmarks are given, by column, instead of worked out of everybody."""
    columns = [exp.alias_(_constant(value), name) for name, value in values.items()]
    query = exp.select("*", *columns).from_(INDICATED)
    given = Step(BENCHMARKED, "benchmarks, as they are", query)
    return [
        given if step.name == BENCHMARKED else step
        for step in steps
        if not step.name.startswith(_OF_PEERS)
    ]


def _constant(value: int | str | None) -> exp.Expr:
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.cast(exp.null() if value is None else whole(value), _BIG)


def benchmark_steps(rulebook: Rulebook, peers: Peers, source: str) -> list[Step]:
    """Return the steps from the indicators of every subject to those of its peers beside them.

    Reads the judged rows of the measure that says where a subject belongs, and `NAMES`.
    """
    asked = peer_numbers(rulebook)
    return [
        *_belonging(rulebook, peers),
        _members(peers, asked, source),
        *(_group(place, len(peers.groups), asked) for place in range(len(peers.groups) + 1)),
        _benchmarked(peers, asked, source),
    ]


def _belonging(rulebook: Rulebook, peers: Peers) -> list[Step]:
    measure = rulebook.measures[peers.of]
    kind = ROW_KINDS[rulebook.rows[measure.rows].kind]
    scope = RowScope(kind, None, lookups=rulebook.lookups)
    nearest, *further = peers.groups
    subject = kind.subjects[rulebook.subject]
    amounts = (
        exp.select(
            exp.alias_(exp.column(subject), "subject_no"),
            exp.alias_(exp.column(nearest), _group_name(0)),
            *(
                exp.alias_(exp.Min(this=exp.column(name)), _group_name(place))
                for place, name in enumerate(further, start=1)
            ),
            exp.alias_(
                exp.cast(
                    exp.func(
                        "coalesce",
                        exp.Sum(this=row_sql.holds(peers.most.node, scope)),
                        exp.Literal.number(0),
                    ),
                    _BIG,
                ),
                "amount",
            ),
        )
        .from_(judged_rows(measure.rows))
        .where(exp.column(met(measure.name)), exp.Not(this=exp.column(nearest).is_(exp.null())))
        .group_by(subject, nearest)
    )
    same = exp.column("category_no", table=NAMES).eq(exp.column(_group_name(0), table="amounts"))
    names = [_group_name(place) for place in range(len(peers.groups))]
    ranked = (
        exp.select(
            "subject_no",
            *names,
            exp.alias_(
                exp.Window(
                    this=exp.RowNumber(),
                    partition_by=[exp.column("subject_no")],
                    order=exp.Order(
                        expressions=[
                            exp.Ordered(this=exp.column("amount"), desc=True, nulls_first=False),
                            exp.Ordered(this=exp.column("category_id"), nulls_first=False),
                        ]
                    ),
                ),
                "place",
            ),
        )
        .from_(exp.alias_(exp.to_table("peer_amounts"), "amounts", table=True))
        .join(NAMES, on=same, join_type="left")
    )
    first = (
        exp.select("subject_no", *names)
        .from_(ranked.subquery("ranked"))
        .where(exp.column("place").eq(1))
    )
    for place, name in enumerate(names):
        called = f"names_{place}"
        same = exp.column("category_no", table=called).eq(exp.column(name, table="ranked"))
        first = first.select(
            exp.alias_(exp.column("category_id", table=called), _called(place))
        ).join(exp.alias_(exp.to_table(NAMES), called, table=True), on=same, join_type="left")
    return [
        Step("peer_amounts", "how much of each subject lies in each group", amounts),
        Step("peer_belonging", "where most of it lies; of equals, the first by name", first),
    ]


def _members(peers: Peers, asked: Mapping[str, Sequence[str]], source: str) -> Step:
    same = exp.column("subject_no", table="peer_belonging").eq(
        exp.column("subject_no", table=source)
    )
    columns: list[exp.Expr] = [exp.column("subject_no", table=source)]
    columns += [exp.column(_group_name(place)) for place in range(len(peers.groups))]
    for name in asked:
        columns += [numerator(name), denominator(name), is_assessed(name)]
        columns.append(exp.alias_(pair_in_millionths(name), _millionths(name)))
    query = exp.select(*columns).from_(source).join("peer_belonging", on=same, join_type="left")
    return Step("peer_members", "everybody's indicators, and the groups they belong to", query)


def _group(place: int, levels: int, asked: Mapping[str, Sequence[str]]) -> Step:
    """Return the benchmarks of each group of a level; at the last level, of everybody."""
    columns: list[exp.Expr] = []
    for indicator, functions in asked.items():
        flag = is_assessed(indicator)
        columns.append(exp.alias_(_counted(flag), size_column(indicator)))
        columns += [
            exp.alias_(
                exp.cast(_worked_out(function, indicator), _BIG), peer_column(function, indicator)
            )
            for function in functions
        ]
    query = exp.select(*columns).from_("peer_members")
    if place < levels:
        group = exp.column(_group_name(place))
        query = (
            query.select(group).where(exp.Not(this=group.copy().is_(exp.null()))).group_by(group)
        )
    return Step(_level(place), "the same indicators over each group of peers", query)


def _counted(flag: exp.Expr) -> exp.Expr:
    one = exp.If(this=flag.copy(), true=exp.Literal.number(1))
    return exp.cast(exp.Count(this=exp.Case(ifs=[one])), _BIG)


def _worked_out(function: str, indicator: str) -> exp.Expr:
    flag, value = is_assessed(indicator), exp.column(_millionths(indicator))

    def total(column: exp.Expr) -> exp.Expr:
        return exp.Sum(this=exp.Case(ifs=[exp.If(this=flag.copy(), true=wide(column))]))

    match function:
        case "peer_rate":
            top = total(numerator(indicator)) * exp.Literal.number(MILLION)
            return _where_any(rounded(top, total(denominator(indicator))), flag)
        case "peer_mean":
            count = exp.cast(exp.Count(this=value), _BIG)
            return _where_any(rounded(total(value.copy()), count), flag)
        case "peer_most":
            return exp.Max(this=value)
        case _:
            return exp.Min(this=value)


def _where_any(value: exp.Expr, flag: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=_counted(flag) > 0, true=value)])


def _benchmarked(peers: Peers, asked: Mapping[str, Sequence[str]], source: str) -> Step:
    levels = len(peers.groups)
    query = exp.select(f"{source}.*").from_(source)
    same = exp.column("subject_no", table="peer_belonging").eq(
        exp.column("subject_no", table=source)
    )
    query = query.join("peer_belonging", on=same, join_type="left")
    for place in range(levels):
        group = _group_name(place)
        alike = exp.column(group, table=_level(place)).eq(exp.column(group, table="peer_belonging"))
        query = query.join(_level(place), on=alike, join_type="left")
    query = query.join(_level(levels), join_type="cross")
    for indicator, functions in asked.items():
        columns = [*(peer_column(function, indicator) for function in functions)]
        columns.append(size_column(indicator))
        query = query.select(
            *(exp.alias_(_of_nearest(peers, indicator, _at(name)), name) for name in columns),
            exp.alias_(
                exp.cast(_of_nearest(peers, indicator, _place), _BIG), level_column(indicator)
            ),
            exp.alias_(_of_nearest(peers, indicator, _belongs(levels)), group_column(indicator)),
        )
    return Step(BENCHMARKED, "beside each subject, the indicators of its peers", query)


def _of_nearest(peers: Peers, indicator: str, value: Callable[[int], exp.Expr]) -> exp.Expr:
    """Return a value of the nearest level with enough members, of the last one else."""
    levels = len(peers.groups)
    enough = [
        exp.If(
            this=exp.column(size_column(indicator), table=_level(place)) >= peers.at_least,
            true=value(place),
        )
        for place in range(levels)
    ]
    return exp.Case(ifs=enough, default=value(levels))


def _at(name: str) -> Callable[[int], exp.Expr]:
    return lambda place: exp.column(name, table=_level(place))


def _place(place: int) -> exp.Expr:
    return exp.Literal.number(place)


def _belongs(levels: int) -> Callable[[int], exp.Expr]:
    def group(place: int) -> exp.Expr:
        if place == levels:
            return exp.null()
        return exp.column(_called(place), table="peer_belonging")

    return group


def _level(place: int) -> str:
    return f"peer_group_{place}"


def _group_name(place: int) -> str:
    return f"peer__group_{place}"


def _called(place: int) -> str:
    return f"peer__called_{place}"


def _millionths(indicator: str) -> str:
    return f"{indicator}__peer_value"
