"""Resolve a document: every expression becomes a tree, every name leads to what it names.

What leads nowhere is noted, marked as broken and left out.
"""

from __future__ import annotations

from dataclasses import replace

from goodstanding.decisions.reasons import folded
from goodstanding.errors import near
from goodstanding.expressions.nodes import Flag
from goodstanding.expressions.reading import ExpressionError, read
from goodstanding.rulebook.alike import collapse_of, limited_of
from goodstanding.rulebook.choosing import chosen_window, length_of
from goodstanding.rulebook.digest import digest_of
from goodstanding.rulebook.document import (
    Document,
    ExcludeTable,
    IndicatorTable,
    LimitTable,
    MeasureTable,
    SourcedTable,
)
from goodstanding.rulebook.effects import effect_of
from goodstanding.rulebook.examples import read_examples
from goodstanding.rulebook.grade_steps import grades_by
from goodstanding.rulebook.ladders import ladder_of
from goodstanding.rulebook.lookups import lookup_of
from goodstanding.rulebook.model import (
    Calendar,
    Effect,
    Exclusion,
    Expression,
    Grade,
    Indicator,
    Ladder,
    Leaves,
    Limit,
    Lookup,
    Measure,
    NotGraded,
    NotUsed,
    Origin,
    Peers,
    Points,
    RowSet,
    Rulebook,
    Score,
    WindowRule,
)
from goodstanding.rulebook.notes import Notes
from goodstanding.rulebook.positions import Path
from goodstanding.rulebook.provenance import source_ids
from goodstanding.rulebook.scoring import peers_of, points_of, score_of


def resolve(document: Document, text: str, notes: Notes) -> Rulebook:
    """Return the rulebook that a document describes, as far as it can be understood."""
    resolving = _Resolving(document, notes)
    rulebook = Rulebook(
        id=document.id,
        version=document.version,
        in_force_until=document.in_force_until,
        title=document.title,
        subject=document.subject,
        card=document.card,
        calendar=resolving.calendar(),
        windows=resolving.windows,
        rows=resolving.rows,
        measures=resolving.all_measures(),
        exclusions=resolving.exclusions(),
        lookups=resolving.lookups(),
        indicators=resolving.indicators(),
        peers=resolving.peers(),
        points=resolving.points(),
        score=resolving.score(),
        not_graded=resolving.not_graded(),
        grades=resolving.grades(),
        ladders=resolving.ladders(),
        effects=resolving.effects(),
        because=document.because,
        examples=read_examples(document, notes),
        law=document.law,
        contest=document.contest,
        not_used=tuple(
            NotUsed(what=each.what, columns=tuple(each.columns)) for each in document.not_used
        ),
        adding_may_lower=document.adding_may_lower,
        removing_may_lower=document.removing_may_lower,
        origin=resolving.default,
        digest="",
        text=text,
        place=notes.place,
    )
    return replace(rulebook, digest=digest_of(rulebook))


class _Resolving:
    """Read the tables in the order in which they name each other."""

    def __init__(self, document: Document, notes: Notes) -> None:
        self.document = document
        self.notes = notes
        self.default = Origin(
            source=source_ids(document.source), confidence=document.confidence, note=document.note
        )
        self.windows = {name: self.window_rule(name) for name in document.window}
        self.rows = self.row_sets()
        self.measures: dict[str, Measure] = {}

    def origin(self, table: SourcedTable, default: Origin | None = None) -> Origin:
        """Return where an entry comes from: what it says, and the default for the rest.

        What is of the author's own design comes from nowhere else.
        """
        default = default or self.default
        inherited = () if table.confidence == "own design" else default.source
        return Origin(
            source=source_ids(table.source) or inherited,
            confidence=table.confidence or default.confidence,
            note=table.note,
        )

    def expression(self, path: Path, text: str) -> Expression:
        """Read an expression; one that is not in the language is noted, and `true` for now."""
        try:
            node = read(text)
        except ExpressionError as error:
            lines = text[: error.position].count("\n")
            self.notes.add(path, error.what, error.hint, further_lines=lines)
            self.notes.give_up_on(path)
            node = Flag(value=True)
        return Expression(text=text.strip(), node=node)

    def expression_or_none(self, path: Path, text: str | None) -> Expression | None:
        return None if text is None else self.expression(path, text)

    def window_rule(self, name: str) -> WindowRule:
        table = self.document.window[name]
        said = [table.days, table.months, table.calendar, table.choose, table.every_day]
        if len(said) - said.count(None) != 1 and self.notes.is_whole("window", name):
            what = "It needs one of 'days', 'months', 'calendar', 'choose' and 'all', and only one."
            self.notes.add(("window", name), what, "Write days = 90, or months = 6, or all = true.")
        if table.choose is not None:
            return chosen_window(
                name, self.document, self.origin(table), self.expression, self.notes
            )
        return WindowRule(name=name, length=length_of(table), origin=self.origin(table))

    def calendar(self) -> Calendar:
        table = self.document.calendar
        is_on_a_day = table.assessed == "day-of-month"
        if is_on_a_day and table.day is None:
            what = "It does not say on which day of the month."
            self.notes.add(("calendar", "assessed"), what, "Write day = 2, say, beside it.")
        for key, said in (("day", table.day), ("months", table.months)):
            if said is not None and not is_on_a_day:
                what = f"Assessed {table.assessed}, it asks for no '{key}'."
                self.notes.add(("calendar", key), what, 'Write assessed = "day-of-month".')
        every = range(1, 13) if is_on_a_day else ()
        return Calendar(
            assessed=table.assessed,
            day=table.day,
            months=tuple(sorted(set(table.months or every))),
            published_before_day=table.published_before_day,
            origin=self.origin(table),
        )

    def row_sets(self) -> dict[str, RowSet]:
        return {
            name: RowSet(
                name=name,
                kind=table.kind,
                reads=table.rulebook,
                where=self.expression_or_none(("rows", name, "where"), table.where),
                collapse=collapse_of(name, table, self.origin, self.expression),
                origin=self.origin(table),
            )
            for name, table in self.document.rows.items()
        }

    def all_measures(self) -> dict[str, Measure]:
        """Return the measures in the order in which they were written."""
        for name in self.document.measure:
            self.measure(name, ())
        return {n: self.measures[n] for n in self.document.measure if n in self.measures}

    def measure(self, name: str, trail: tuple[str, ...]) -> Measure | None:
        """Resolve a measure after the one it narrows; `trail` holds those that wait for it."""
        path: Path = ("measure", name)
        if name in self.measures or path in self.notes.broken:
            return self.measures.get(name)
        table = self.document.measure[name]
        parent = None
        is_narrowing = table.of in self.document.measure and table.of not in self.rows
        if name in trail:
            circle = " of ".join([*trail[trail.index(name) :], name])
            self.notes.add((*path, "of"), f"The measures go round in a circle: {circle}.")
        elif is_narrowing:
            parent = self.measure(table.of, (*trail, name))
        elif table.of not in [*self.rows, *self.notes.broken_names("rows", "measure")]:
            what = f"'{table.of}' is neither a set of rows nor a measure."
            self.notes.add(
                (*path, "of"), what, near(table.of, [*self.rows, *self.document.measure])
            )
        window = None
        if parent is not None or table.of in self.rows:
            window = self.window(table, parent, path)
        if window is None:
            self.notes.give_up_on(path)
        else:
            self.measures[name] = self.resolved(name, table, parent, window)
        return self.measures.get(name)

    def resolved(
        self, name: str, table: MeasureTable, parent: Measure | None, window: WindowRule
    ) -> Measure:
        path: Path = ("measure", name)
        origin = self.origin(table)
        own = {kind: self.origin(written, origin) for kind, written in table.kinds.items()}
        return Measure(
            name=name,
            rows=parent.rows if parent is not None else table.of,
            parent=parent.name if parent is not None else None,
            window=window,
            when=self.expression_or_none((*path, "when"), table.when),
            kinds={
                kind: self.expression((*path, "any", kind), written.when)
                for kind, written in table.kinds.items()
            },
            distinct=table.distinct,
            sum=self.expression_or_none((*path, "sum"), table.sum),
            limited=limited_of(name, table, self.origin, self.expression),
            origin=origin,
            kind_origins={k: o for k, o in own.items() if o != replace(origin, note=None)},
        )

    def window(self, table: MeasureTable, parent: Measure | None, path: Path) -> WindowRule | None:
        """Find the window a measure names, inherits, or has because there is only one."""
        if table.window is not None:
            named = self.windows.get(table.window)
            if named is None and not self.notes.is_broken("window", table.window):
                what = f"The window '{table.window}' is not defined."
                self.notes.add((*path, "window"), what, near(table.window, list(self.windows)))
            return named
        if parent is not None:
            return parent.window
        if len(self.windows) == 1 and not self.notes.broken_names("window"):
            return next(iter(self.windows.values()))
        if self.windows and self.notes.is_whole(*path):
            what = "'window' is not set, and there are several."
            self.notes.add(path, what, f"Name one of {', '.join(self.windows)}.")
        return None

    def exclusions(self) -> tuple[Exclusion, ...]:
        return tuple(
            Exclusion(
                id=table.id,
                reason=None if table.reason is None else folded(table.reason),
                when=self.expression_or_none(("exclude", place, "when"), table.when),
                because=table.because,
                seen_as=table.seen_as,
                rows=self.excluded_from(table, place),
                leaves=self.left(table, place),
                origin=self.origin(table),
            )
            for place, table in enumerate(self.document.exclude)
        )

    def excluded_from(self, table: ExcludeTable, place: int) -> tuple[str, ...]:
        """Return the sets of rows that an exclusion looks at; by default all that facts made."""
        if table.rows is None:
            of_facts = tuple(rows.name for rows in self.rows.values() if rows.reads is None)
            return of_facts or tuple(self.rows)
        for name in table.rows:
            if name not in [*self.rows, *self.notes.broken_names("rows")]:
                path: Path = ("exclude", place, "rows")
                self.notes.add(path, f"There is no set of rows '{name}'.", near(name, [*self.rows]))
        return tuple(name for name in table.rows if name in self.rows)

    def left(self, table: ExcludeTable, place: int) -> tuple[Leaves, ...]:
        """Return the measures and kinds that an exclusion is from; none where it is from all."""
        known = [
            Leaves(measure=measure.name, kind=kind)
            for measure in self.measures.values()
            for kind in (None, *measure.kinds)
        ]
        found = {each.text: each for each in known}
        for name in table.leaves or ():
            is_blamed = name.split(".")[0] not in self.notes.broken_names("measure")
            if name not in found and is_blamed:
                what = f"'{name}' is neither a measure nor a kind of one."
                self.notes.add(("exclude", place, "from"), what, near(name, list(found)))
        return tuple(found[name] for name in table.leaves or () if name in found)

    def lookups(self) -> dict[str, Lookup]:
        made = {
            name: lookup_of(name, table, self.origin(table), self.expression, self.notes)
            for name, table in self.document.lookup.items()
        }
        return {name: lookup for name, lookup in made.items() if lookup is not None}

    def indicators(self) -> dict[str, Indicator]:
        found = {}
        for name, table in self.document.indicator.items():
            path: Path = ("indicator", name)
            if self.measures_exist(table, path):
                found[name] = self.indicator(name, table, path)
            else:
                self.notes.give_up_on(path)
        return found

    def measures_exist(self, table: IndicatorTable, path: Path) -> bool:
        """Say whether what an indicator is made of is there; note what is not."""
        made = {
            "ratio": table.ratio,
            "count": table.count,
            "mean": table.mean,
            "is": table.formula,
        }
        said = [key for key, value in made.items() if value is not None]
        if len(said) != 1:
            if self.notes.is_whole(*path):
                what = "It needs one of 'ratio', 'count', 'mean' and 'is', and only one."
                hint = 'Write ratio = ["bad", "assessed"], count = "bad", or mean = "given".'
                self.notes.add(path, what, hint)
            return False
        (key,) = said
        if key == "is":
            return True
        named = table.ratio or [str(made[key])]
        unknown = [name for name in named if name not in self.measures]
        for name in unknown:
            if name not in self.notes.broken_names("measure"):
                what = f"'{name}' is not a measure."
                self.notes.add((*path, key), what, near(name, list(self.measures)))
        return not unknown

    def indicator(self, name: str, table: IndicatorTable, path: Path) -> Indicator:
        condition = self.expression_or_none((*path, "not_assessed_if"), table.not_assessed_if)
        return Indicator(
            name=name,
            ratio=(table.ratio[0], table.ratio[1]) if table.ratio is not None else None,
            count=table.count,
            mean=table.mean,
            formula=self.expression_or_none((*path, "is"), table.formula),
            better=table.better,
            is_subset=table.subset,
            not_assessed_if=condition,
            if_not_assessed=table.if_not_assessed,
            origin=self.origin(table),
        )

    def peers(self) -> Peers | None:
        table = self.document.peers
        if table is None:
            return None
        return peers_of(table, self.measures, self.origin(table), self.expression, self.notes)

    def points(self) -> dict[str, Points]:
        return {
            name: points_of(name, table, self.origin(table), self.expression, self.notes)
            for name, table in self.document.points.items()
        }

    def score(self) -> Score | None:
        return score_of(
            self.document.score,
            self.origin,
            self.expression,
            self.notes,
            has_points=bool(self.document.points),
        )

    def not_graded(self) -> tuple[NotGraded, ...]:
        return tuple(
            NotGraded(
                id=table.id,
                condition=self.expression(("not_graded", place, "if"), table.condition),
                because=table.because,
                origin=self.origin(table),
            )
            for place, table in enumerate(self.document.not_graded)
        )

    def grades(self) -> tuple[Grade, ...]:
        ladder = self.document.grades
        if ladder is not None and self.document.grade:
            what = "Grades are written twice: in 'grade' and in 'grades'."
            self.notes.add(("grades",), what, "Leave one of them out.")
        elif ladder is not None:
            return grades_by(ladder, self.origin(ladder), self.notes)
        return tuple(
            Grade(
                name=table.name,
                limits=tuple(
                    self.limit(("grade", place, "all", at), written, self.origin(table))
                    for at, written in enumerate(table.limits)
                ),
                origin=self.origin(table),
            )
            for place, table in enumerate(self.document.grade)
        )

    def ladders(self) -> dict[str, Ladder]:
        found = {}
        for name, table in self.document.ladder.items():
            ladder = ladder_of(name, table, self.measures, self.origin, self.notes)
            if ladder is None:
                self.notes.give_up_on(("ladder", name))
            else:
                found[name] = ladder
        return found

    def effects(self) -> tuple[Effect, ...]:
        found = []
        for place, table in enumerate(self.document.effect):
            effect = effect_of(place, table, self.origin, self.expression_or_none, self.notes)
            if effect is None:
                self.notes.give_up_on(("effect", place))
            else:
                found.append(effect)
        return tuple(found)

    def limit(self, path: Path, table: LimitTable, origin: Origin) -> Limit:
        return Limit(
            that=self.expression(path, table.that),
            unless=self.expression_or_none((*path, "unless"), table.unless),
            origin=self.origin(table, origin),
        )
