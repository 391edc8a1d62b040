"""Check what a rulebook means: names, types, time, what may be missing, where numbers come from.

Grades are checked in `grading`, examples in `examples`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from goodstanding.errors import near
from goodstanding.expressions.inference import infer
from goodstanding.expressions.money import money_in
from goodstanding.expressions.nodes import names_in
from goodstanding.expressions.sizes import size_faults
from goodstanding.expressions.types import Kind, Scope
from goodstanding.rows.catalogue import ROW_KINDS, RowKind
from goodstanding.rulebook.alike import check_collapse, check_limited
from goodstanding.rulebook.capping import check_score
from goodstanding.rulebook.card import check_card
from goodstanding.rulebook.choosing import check_choices
from goodstanding.rulebook.conditions import judging_conditions
from goodstanding.rulebook.effects import check_effects, effect_scope
from goodstanding.rulebook.ending import check_ending
from goodstanding.rulebook.excluding import check_exclusions
from goodstanding.rulebook.ladders import check_ladders
from goodstanding.rulebook.largest import largest_faults, largest_numbers
from goodstanding.rulebook.lawful import check_lawful
from goodstanding.rulebook.lookups import check_lookups, lookups_named
from goodstanding.rulebook.model import Expression, Indicator, Measure, Rulebook
from goodstanding.rulebook.naming import check_names, check_sentences, check_use
from goodstanding.rulebook.not_used import check_not_used
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.provenance import check_numbers, check_sources
from goodstanding.rulebook.scopes import guard_scope, row_scope, subject_scope
from goodstanding.rulebook.scored import check_scoring
from goodstanding.rulebook.standings import check_standings


def check(rulebook: Rulebook, notes: Notes, *, known_sources: Collection[str] | None) -> None:
    """Note everything about a rulebook that cannot be meant."""
    last_day = rulebook.in_force_until
    if last_day is not None and last_day < rulebook.version:
        what = f"It ends on {last_day}, before it begins on {rulebook.version}."
        notes.add(("in_force_until",), what, "Leave it out while the last day is not known.")
    check_names(rulebook, notes)
    check_use(rulebook, notes)
    for window in rulebook.windows.values():
        for at, choice in enumerate(window.choices):
            if choice.condition is not None:
                scope = guard_scope(rulebook, notes.broken_names("measure"))
                _condition(("window", window.name, "choose", at), choice.condition, scope, notes)
    check_choices(rulebook, notes)
    _check_rows(rulebook, notes)
    check_standings(rulebook, notes)
    _check_excluded(rulebook, notes)
    for measure in rulebook.measures.values():
        _check_measure(measure, rulebook, notes)
    for indicator in rulebook.indicators.values():
        _check_indicator(indicator, rulebook, notes)
    check_scoring(rulebook, notes)
    check_lookups(rulebook, notes)
    check_score(rulebook, notes)
    _check_subject_expressions(rulebook, notes)
    check_ladders(rulebook, notes)
    check_effects(rulebook, notes)
    scope = effect_scope(rulebook, notes.broken_names("measure", "indicator"))
    for effect in rulebook.effects:
        if effect.condition is not None:
            _condition(("effect", effect.place, "if"), effect.condition, scope, notes)
    check_lawful(rulebook, notes)
    check_card(rulebook, notes)
    check_not_used(rulebook, notes)
    check_sentences(rulebook, notes)
    check_numbers(rulebook, notes)
    if known_sources is not None:
        check_sources(notes.located.values, (), known_sources, notes)


def _condition(
    path: Path,
    condition: Expression,
    scope: Scope,
    notes: Notes,
    calculated: Mapping[str, int] | None = None,
) -> None:
    found, faults = infer(condition.node, scope)
    faults = faults or size_faults(condition.node, scope, calculated)
    for fault in faults:
        notes.add(path, fault.what, fault.hint)
    is_value = found.kind not in {Kind.FLAG, Kind.UNKNOWN}
    if is_value and not faults:
        what = f"{condition.text} is {found}, where a condition is expected."
        notes.add(path, what, "Compare it with something.")
    if is_value or faults:
        notes.give_up_on(path)


def _row_scope(
    kind: RowKind, rulebook: Rulebook, notes: Notes, *, has_window: bool = True
) -> Scope:
    return row_scope(
        kind,
        measures=rulebook.measures,
        has_window=has_window,
        lookups=lookups_named(rulebook, notes),
    )


def _check_rows(rulebook: Rulebook, notes: Notes) -> None:
    for rows in rulebook.rows.values():
        kind = ROW_KINDS[rows.kind]
        if rulebook.subject not in kind.subjects:
            fitting = [k.name for k in ROW_KINDS.values() if rulebook.subject in k.subjects]
            whom = rulebook.subject_kind.noun
            what = f"Rows of kind '{kind.name}' do not say which {whom} they are about."
            notes.add(("rows", rows.name, "from"), what, f'Write from = "{fitting[0]}".')
        if rows.where is not None:
            scope = _row_scope(kind, rulebook, notes, has_window=False)
            path: Path = ("rows", rows.name, "where")
            _condition(path, rows.where, scope, notes)
            if any(money_in(rows.where.node)) and notes.is_whole(*path):
                what = f"{rows.where.text} would leave out, unseen, what no rate converts."
                notes.add(path, what, "Say in exclude what does not count, or in a measure's when.")
        if rows.collapse is not None:
            check_collapse(rows, rows.collapse, notes)


def _check_excluded(rulebook: Rulebook, notes: Notes) -> None:
    check_exclusions(rulebook, notes)
    for place, entry in enumerate(rulebook.exclusions):
        kinds = dict.fromkeys(rulebook.rows[name].kind for name in entry.rows)
        path: Path = ("exclude", place, "when")
        for name in kinds:
            if entry.when is not None and notes.is_whole(*path):  # said once for two kinds of row
                scope = _row_scope(ROW_KINDS[name], rulebook, notes, has_window=False)
                _condition(path, entry.when, scope, notes)


def _check_measure(measure: Measure, rulebook: Rulebook, notes: Notes) -> None:
    path: Path = ("measure", measure.name)
    kind = ROW_KINDS[rulebook.rows[measure.rows].kind]
    scope = _row_scope(kind, rulebook, notes)
    if measure.when is not None:
        _condition((*path, "when"), measure.when, scope, notes)
    for name, condition in measure.kinds.items():
        _condition((*path, "any", name), condition, scope, notes)
    if measure.distinct is not None and not kind.has(measure.distinct):
        what = f"'{measure.distinct}' is not {scope.called}."
        notes.add((*path, "distinct"), what, near(measure.distinct, kind.names))
    if measure.sum is not None:
        _check_sum(measure, measure.sum, scope, notes)
    check_limited(measure, kind, lookups_named(rulebook, notes), notes)
    if measure.window.length is not None and notes.is_whole(*path):
        check_ending(measure, rulebook, notes)
    elif measure.window.length is None and rulebook.rows[measure.rows].reads is not None:
        what = "It reads every day that there ever was, each of which has to be scored."
        notes.add(path, what, "Give it a window of days or months.")


def _check_sum(measure: Measure, quantity: Expression, scope: Scope, notes: Notes) -> None:
    path: Path = ("measure", measure.name, "sum")
    found, faults = infer(quantity.node, scope)
    for fault in faults:
        notes.add(path, fault.what, fault.hint)
    if not faults and found.kind not in _ADDED_UP:
        what = f"{quantity.text} is {found}, which is not added up."
        notes.add(path, what, "Add up a number: stars, an amount, or if(condition, 1, 0).")
    if measure.distinct is not None:
        what = "It counts different values and adds up a quantity."
        notes.add(path, what, "Leave 'distinct' or 'sum' out.")
    if not notes.is_whole(*path) or faults or found.kind not in _ADDED_UP:
        notes.give_up_on(("measure", measure.name))


_ADDED_UP = frozenset({Kind.WHOLE, Kind.MONEY, Kind.STARS, Kind.POINTS})


def _check_indicator(indicator: Indicator, rulebook: Rulebook, notes: Notes) -> None:
    path: Path = ("indicator", indicator.name)
    if indicator.not_assessed_if is not None:
        scope = guard_scope(rulebook, notes.broken_names("measure"))
        _condition((*path, "not_assessed_if"), indicator.not_assessed_if, scope, notes)
    if not indicator.is_pair:
        useless = {
            "not_assessed_if": indicator.not_assessed_if,
            "if_not_assessed": indicator.if_not_assessed,
        }
        for key, value in useless.items():
            if value is not None:
                what = "A count is always assessed: a count of nothing is 0."
                notes.add((*path, key), what, f"Leave '{key}' out.")
        return
    if indicator.formula is not None:
        return  # what is calculated is looked at in `scored`
    if indicator.ratio is not None:
        _check_ratio(indicator, indicator.ratio, rulebook, notes)
    else:
        _check_mean(indicator, rulebook.measures[indicator.measures[0]], notes)
    is_limited = any(
        indicator.name in names_in(condition.node)
        for _, condition, _ in judging_conditions(rulebook)
    )
    needs_saying = is_limited or indicator.not_assessed_if is not None
    if indicator.if_not_assessed is None and needs_saying and notes.is_whole(*path):
        bottom = indicator.measures[-1]
        when = f"With no row in '{bottom}'"
        if indicator.not_assessed_if is not None:
            when = f"Where {indicator.not_assessed_if.text}, and with no row in '{bottom}',"
        made = "mean" if indicator.ratio is None else "ratio"
        notes.add(
            path,
            "'if_not_assessed' is not set.",
            f"{when} this {made} is not assessed. Say what a limit on it makes of that: "
            '"passes", "fails" or "not graded".',
        )


def _check_mean(indicator: Indicator, added_up: Measure, notes: Notes) -> None:
    path: Path = ("indicator", indicator.name, "mean")
    if added_up.sum is None:
        what = f"'{added_up.name}' counts rows, of which there is no mean."
        notes.add(path, what, 'Say in the measure what it adds up: sum = "stars".')
    elif added_up.limited is not None:
        what = f"'{added_up.name}' is limited, so that it is no mean of its rows."
        notes.add(path, what, f'Write count = "{added_up.name}", which is the sum.')


def _check_ratio(
    indicator: Indicator, ratio: tuple[str, str], rulebook: Rulebook, notes: Notes
) -> None:
    path: Path = ("indicator", indicator.name)
    top, bottom = (rulebook.measures[name] for name in ratio)
    if top.name == bottom.name:
        notes.add((*path, "ratio"), f"It divides '{top.name}' by itself.")
    elif indicator.is_subset and not is_part(top, bottom, rulebook):
        notes.add(
            (*path, "ratio"),
            f"What '{top.name}' counts is no part of what '{bottom.name}' counts, so that the "
            "ratio could exceed 1.",
            f'Write of = "{bottom.name}" in measure.{top.name}, or say subset = false here, '
            "with a note why.",
        )
    if not indicator.is_subset and indicator.origin.note is None and notes.is_whole(*path):
        what = "'subset = false' needs a note that says why."
        notes.add((*path, "subset"), what, 'Add note = "…".')


def is_part(top: Measure, bottom: Measure, rulebook: Rulebook) -> bool:
    """Say whether a measure can never count more than another, because it narrows that one."""
    if bottom.distinct is not None and top.distinct != bottom.distinct:
        return False
    narrowed: str | None = top.name
    while narrowed is not None and narrowed != bottom.name:
        narrowed = rulebook.measures[narrowed].parent
    return narrowed is not None


def _check_subject_expressions(rulebook: Rulebook, notes: Notes) -> None:
    scope = subject_scope(rulebook, notes.broken_names("measure", "indicator"))
    calculated: Mapping[str, int] = {}
    if not notes.problems:
        for path, fault in largest_faults(rulebook):
            notes.add(path, fault.what, fault.hint)
        calculated = largest_numbers(rulebook)
    for path, condition, _ in judging_conditions(rulebook):
        _condition(path, condition, scope, notes, calculated)
