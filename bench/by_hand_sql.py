"""The service level in hand-written DuckDB SQL; see `by_hand.py`."""

from __future__ import annotations

import warnings
from dataclasses import asdict
from pathlib import Path

import duckdb
import pyarrow as pa

from bench.by_hand import TO_ANSWER, TO_END_OF_DAY, Bounds
from goodstanding.database.limits import set_limits

_HERE = Path(__file__).parent


class Sql:
    """Two queries over the files, and one over what they made."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("set enable_progress_bar = false")
        set_limits(self._connection)

    def rows(self, folder: Path, asked: Bounds) -> str:
        """Make the table `lives` of orders and the table `stores`; return the first's name."""
        for file in folder.glob("*.parquet"):
            self._connection.execute(f"create or replace view {file.stem} as from '{file}'")
        values = {"until": asked.until, "to_answer": TO_ANSWER, "to_end_of_day": TO_END_OF_DAY}
        for name in ("lives", "stores"):
            sql = (_HERE / f"by_hand_{name}.sql").read_text()
            used = {key: value for key, value in values.items() if f"${key}" in sql}
            self._connection.execute(f"create or replace temp table {name} as {sql}", used)
        return "lives"

    def levels(self, rows: str, asked: Bounds, seller: str | None = None) -> pa.Table:
        """Count the table of orders by seller."""
        mine = "" if seller is None else "where seller_id = $seller"
        sql = (_HERE / "by_hand_levels.sql").read_text().format(rows=rows, mine=mine)
        values = asdict(asked) | ({} if seller is None else {"seller": seller})
        used = {key: value for key, value in values.items() if f"${key}" in sql}
        with warnings.catch_warnings():  # as database/duckdb.py does
            warnings.filterwarnings("ignore", "Arrow output on a DB-API result")
            return self._connection.execute(sql, used).to_arrow_table()
