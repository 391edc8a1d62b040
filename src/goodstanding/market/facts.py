"""1 facts: what happened, as received."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding import arguments
from goodstanding.database.database import Keeper
from goodstanding.decisions.exclusions import Change
from goodstanding.facts import loading, quarantine, reading
from goodstanding.facts.home import Here
from goodstanding.market.elsewhere import elsewhere
from goodstanding.market.opened import OpenedMarket, writes
from goodstanding.market.taking import taken_from
from goodstanding.rows import keeping

if TYPE_CHECKING:
    import pyarrow as pa

    from goodstanding.database.database import Database
    from goodstanding.facts.home import Home
    from goodstanding.facts.loading import LoadSummary, Recorded

Source = str | Path | Mapping[str, Any]


class MarketFacts(OpenedMarket):
    """Loading facts, and what could not be loaded."""

    @writes
    def load(  # noqa: PLR0913 -- each is an option of a load
        self,
        source: Source,
        *,
        table: str | None = None,
        tables: Mapping[str, str] | None = None,
        mapping: str | Path | None = None,
        adapter: str | None = None,
        recorded: Recorded = "source",
        check: bool = False,
        strict: bool = False,
        progress: Callable[[str, int], None] | None = None,
    ) -> LoadSummary:
        """Load facts from a file, a folder, data frames by table name, or PostgreSQL.

        A source postgresql://user@host/database is read table by table: `tables` says which, as
        `{"orders": "shop.orders"}`, by the name of a table of facts or, with a mapping, the name
        that it gives a file.

        `mapping` is a mapping file, `adapter` the name of a bundled one; at most one of the
        two. With `recorded="occurred"` each value counts as recorded when it occurred.
        `check` does everything but write; `strict` writes nothing when a row would go to
        quarantine or a column be left out. `progress` is told a table and how many rows of it
        are done. Raises an `InputError`, or `MarketUnwritable`; nothing is loaded then.
        """
        arguments.one_of(recorded, ("source", "occurred"), "recorded")
        if progress is not None:
            arguments.called(progress, "progress")
        with taken_from(source, tables) as found, self._checking() as (checking, home):
            sources = reading.sources_of(
                found,
                database=checking,
                table=arguments.text_or_none(table, "table"),
                mapping=None if mapping is None else arguments.path(mapping, "mapping"),
                adapter=arguments.text_or_none(adapter, "adapter"),
            )
            return loading.load(
                checking,
                self.settings,
                sources,
                recorded=recorded,
                check=check,
                strict=strict,
                now=self._clock(),
                progress=progress,
                then=lambda load_no: self._refresh(checking, home, load_no, progress),
                home=home,
            )

    def quarantined(self) -> pa.Table:
        """Return how many rows are in quarantine, by load, table and reason."""
        return quarantine.list_quarantine(self._database)

    def quarantined_rows(
        self,
        *,
        load_no: int | None = None,
        table: str | None = None,
        limit: int = 20,
        by: str | None = None,
        reason: str | None = None,
    ) -> pa.Table:
        """Return rows in quarantine as they were received, of the latest load first.

        Where any is of `findings` or `exclusions`, `by` and `reason` are said, and logged before.
        Raises `ArgumentInvalid` for an unknown load or table, or a limit below 0, or where they are
        not said; `AccessRefused` where the look cannot be logged.
        """
        found = quarantine.show_quarantine(
            self._database,
            load_no=None if load_no is None else arguments.whole(load_no, "load"),
            table=arguments.text_or_none(table, "table"),
            limit=arguments.whole(limit, "limit"),
        )
        for part, buyers in quarantine.of_buyers(found).items():
            self._log(by, reason, part, buyers)
        return found

    @contextmanager
    def _checking(self) -> Iterator[tuple[Database, Home]]:
        """Give the database in which a load is checked, and where it is kept."""
        if not isinstance(self._database, Keeper):
            yield self._database, Here(self._database)
            return
        with elsewhere(self._database, self.settings) as (checking, home):
            self._busy_beside = checking
            try:
                yield checking, home
            finally:
                self._busy_beside = None

    def _refresh(
        self,
        checking: Database,
        home: Home,
        load_no: int,
        progress: Callable[[str, int], None] | None,
    ) -> None:
        if progress is not None:
            progress("rows", 0)
        keeping.refresh(checking, self.settings, load_no, home=home)

    def _keep(self, change: Change, then: Callable[[], object] = lambda: None) -> None:
        """Load what was decided, and do what belongs to it, in one transaction."""
        with self._checking() as (checking, home):

            def loaded(load_no: int) -> None:
                self._refresh(checking, home, load_no, None)
                then()

            loading.load(
                checking,
                self.settings,
                reading.sources_of(change.facts, database=checking),
                strict=True,
                now=self._clock(),
                then=loaded,
                home=home,
            )
