"""Load facts into a market: all of a load, or nothing of it.

For each table: receive its rows, send what cannot be a fact to quarantine, number the ids,
insert what is new, settle what concerns known keys. Then take back what the load takes back.
"""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from goodstanding.errors import InputError
from goodstanding.facts import (
    arriving,
    conflicts,
    loads,
    numbering,
    quarantine,
    reading,
    retracting,
    settling,
)
from goodstanding.facts.arriving import Recorded
from goodstanding.facts.catalogue import BY_NAME, RETRACTIONS, TABLES
from goodstanding.facts.home import Here, Home
from goodstanding.facts.oddities import oddities, waiting
from goodstanding.facts.source import Source
from goodstanding.facts.sql import listed
from goodstanding.facts.store import Settings, known_until
from goodstanding.facts.summary import LeftOut, LoadSummary, Oddity, Refusal, TableCount
from goodstanding.facts.tables import Table

if TYPE_CHECKING:
    from goodstanding.database.database import Database

__all__ = ["LoadSummary", "Progress", "Recorded", "load"]

Progress = Callable[[str, int], None]

MOST_NAMES = 20  # a list of loads stays readable


class _OnlyChecked(Exception):
    """Ends a load that was only to be checked, so that it is undone."""

    def __init__(self, summary: LoadSummary) -> None:
        super().__init__()
        self.summary = summary


@dataclass(slots=True, kw_only=True)
class _Load:
    """A load on its way: what it was asked to do, and what it has done so far."""

    database: Database
    home: Home
    settings: Settings
    load_no: int
    ids_before: int  # the largest number of an order before it
    recorded: Recorded
    now: datetime
    progress: Progress
    counts: list[TableCount] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    skipped: list[Oddity] = field(default_factory=list)
    concerned: tuple[Table, ...] = ()  # tables of which it takes something back


def load(  # noqa: PLR0913 -- each is an option of a load
    database: Database,
    settings: Settings,
    sources: Sequence[Source],
    *,
    recorded: Recorded = "source",
    check: bool = False,
    strict: bool = False,
    now: datetime,
    progress: Progress | None = None,
    then: Callable[[int], object] | None = None,
    home: Home | None = None,
) -> LoadSummary:
    """Load sources in one transaction and say what became of their rows.

    A row was recorded at its `recorded_at`; where it has none, `now` (naive UTC), or with
    `recorded="occurred"` each of its values when it came true. `check` does everything but
    write. `strict` writes nothing, and raises `InputError`, where a column would be left
    out or a row go to quarantine. `progress` is told a table and how many of its rows are read.
    `then` is called with the load's number once its facts are there, in the same transaction.
    `home` is where they are kept, where that is not the database, which then only checks them.
    Raises `SourceUnreadable`. The sources cannot be loaded again: what they read is let go.
    """
    left_out = tuple(
        LeftOut(source=source.name, columns=source.ignored) for source in sources if source.ignored
    )
    home = home or Here(database)
    try:
        if strict:
            _refuse_left_out(left_out)
        with home.transaction():
            number = home.market.rows("select coalesce(max(load_no), 0) + 1 from loads")[0][0]
            this = _Load(
                database=database,
                home=home,
                settings=settings,
                load_no=int(number),
                ids_before=int(
                    database.rows("select coalesce(max(order_no), 0) from order_ids")[0][0]
                ),
                recorded=recorded,
                now=now,
                progress=progress or (lambda _table, _rows: None),
            )
            _load_tables(this, sources)
            if strict:
                _refuse_quarantined(this.refusals)
            home.send_facts(this.load_no)
            if then is not None:
                then(this.load_no)
            summary = _summary(this, sources, left_out, is_check=check)
            _end(summary)
            return summary
    except _OnlyChecked as checked:
        return checked.summary
    finally:
        reading.release(database, sources)


def _summary(
    this: _Load, sources: Sequence[Source], left_out: tuple[LeftOut, ...], *, is_check: bool
) -> LoadSummary:
    name = _named(sources)
    is_new = loads.write_down(
        this.database,
        load_no=this.load_no,
        now=this.now,
        source=name,
        recorded=this.recorded,
        counts=this.counts,
    )
    this.home.send_book(this.load_no)
    return LoadSummary(
        load_no=this.load_no if is_new else None,
        loaded_at=this.now,
        source=name,
        is_check=is_check,
        tables=tuple(this.counts),
        refusals=tuple(this.refusals),
        waiting=waiting(this.database, this.home, this.load_no, this.ids_before),
        oddities=(
            *oddities(this.database, _told_of(this, sources), this.load_no),
            *this.skipped,
        ),
        left_out=left_out,
        files_left_out=tuple(dict.fromkeys(file for source in sources for file in source.beside)),
        known_until=known_until(this.home.market),
    )


def _told_of(this: _Load, sources: Sequence[Source]) -> list[Table]:
    """Return the tables of which the load keeps anything: of the others nothing can be odd."""
    kept = {count.table for count in this.counts if count.kept}
    return [table for table in dict.fromkeys(s.table for s in sources) if table.name in kept]


def _end(summary: LoadSummary) -> None:
    if summary.is_check:
        raise _OnlyChecked(summary)


def _load_tables(this: _Load, sources: Sequence[Source]) -> None:
    by_table = {table: [s for s in sources if s.table == table] for table in TABLES}
    if by_table[RETRACTIONS]:  # before the facts: a row that is taken back as of now adds nothing
        _set_retractions_apart(this, by_table[RETRACTIONS])
        _keep_retractions(this, is_now=False)
    for table in retracting.CONCERNED:
        if by_table[table]:
            _load_table(this, table, by_table[table])
    if by_table[BY_NAME["violations"]]:
        numbering.number_charged(this.database, this.home, this.load_no)
    if by_table[RETRACTIONS]:
        _keep_retractions(this, is_now=True)
        this.counts = [*this.counts[1:], this.counts[0]]
        retracting.forget(this.database, this.concerned)


def _keep_retractions(this: _Load, *, is_now: bool) -> None:
    kept = sum(
        retracting.keep(this.database, table, this.load_no, this.now, is_now=is_now)
        for table in this.concerned
    )
    counted = this.counts[0]
    this.counts[0] = replace(counted, kept=counted.kept + kept, unchanged=counted.unchanged - kept)


def _set_retractions_apart(this: _Load, sources: Sequence[Source]) -> None:
    read = _receive(this, RETRACTIONS, sources, may_miss=("retracted_at",))
    zone = this.settings.time_zone
    this.concerned = retracting.set_apart(this.database, this.home, zone, this.recorded, this.now)
    quarantined = _refuse(this, RETRACTIONS, retracting.refused())
    this.counts.append(
        TableCount(
            table=RETRACTIONS.name,
            read=read,
            kept=0,
            unchanged=read - quarantined,
            quarantined=quarantined,
        )
    )
    this.database.execute("drop table incoming")


def _load_table(this: _Load, table: Table, sources: Sequence[Source]) -> None:
    database = this.database
    read = _receive(this, table, sources)
    quarantined = _refuse(this, table, arriving.refused())
    retracting.take_now(database, table, is_concerned=table in this.concerned)
    arriving.set_keys(database, this.home, table)
    kept = 0
    for part in arriving.in_parts(database):
        fresh = arriving.facts(table, this.recorded, this.now, which="fresh", part=part)
        kept += _insert(this, table, fresh)
    if database.rows("select count(*) from again")[0][0]:
        again = arriving.facts(table, this.recorded, this.now, which="again")
        settling.settle(database, table, again, this.now)
        kept += _insert(this, table, settling.kept())
        quarantined += _refuse(this, table, conflicts.refused(table))
        settling.note_revised(database, table)
        settling.forget(database)
    arriving.forget(database, table)
    database.execute("drop table taken_now")
    this.counts.append(
        TableCount(
            table=table.name,
            read=read,
            kept=kept,
            unchanged=read - kept - quarantined,
            quarantined=quarantined,
        )
    )


def _receive(
    this: _Load, table: Table, sources: Sequence[Source], may_miss: tuple[str, ...] = ()
) -> int:
    this.progress(table.name, 0)
    arriving.make_room(this.database, table)
    read = 0
    for source in sources:
        zone = this.settings.time_zone
        read += arriving.receive(this.database, table, source, zone, may_miss=may_miss)
        this.progress(table.name, read)
    this.skipped += arriving.skipped(this.database, table)
    return read


def _refuse(this: _Load, table: Table, rows: str) -> int:
    this.home.bring_refused(table, rows)
    refusals, count = quarantine.put(this.database, this.load_no, table, rows)
    this.refusals += refusals
    return count


def _insert(this: _Load, table: Table, facts: str) -> int:
    columns = listed((column.stored_name for column in table.columns), "          ")
    inserted = this.database.rows(
        f"""
        insert into {table.name}
        select
          {columns},
          recorded_at,
          {this.load_no}
        from ({facts})
        """
    )
    return int(inserted[0][0])


def _named(sources: Sequence[Source]) -> str:
    names = list(dict.fromkeys(source.name for source in sources))
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _refuse_left_out(left_out: Sequence[LeftOut]) -> None:
    if left_out:
        listed_columns = "; ".join(f"{each.source}: {', '.join(each.columns)}" for each in left_out)
        raise InputError(
            f"columns would be left out: {listed_columns}.",
            hint="Nothing was loaded, as --strict asks. Rename them, or load without --strict.",
        )


def _refuse_quarantined(refusals: Sequence[Refusal]) -> None:
    if refusals:
        lines = "\n".join(f"  {refusal}" for refusal in refusals)
        raise InputError(
            f"rows would go to quarantine:\n{lines}",
            hint="Nothing was loaded, as --strict asks. Mend them, or load without --strict.",
        )
