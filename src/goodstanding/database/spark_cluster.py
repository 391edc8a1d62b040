"""What Spark is asked about a market in Parquet, and how it fails."""
# ruff: noqa: S608 -- names are our own; values are bound

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from py4j.protocol import Py4JError
from pyspark.errors import AnalysisException, ParseException, PySparkException
from pyspark.sql import Observation
from pyspark.sql.functions import count, lit

from goodstanding.database import spark_session, spark_steps
from goodstanding.errors import MarketUnreachable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from goodstanding.database.address import Warehouse
    from goodstanding.database.duckdb import DuckDB
    from goodstanding.database.parquet_tables import ParquetTables
    from goodstanding.database.stepwise import Stepwise

_ON_DISK = "file://"  # whatever file system the cluster takes for its own
_LOST = (PySparkException, Py4JError, OSError)  # what is raised where Spark fails, or is gone
_BROUGHT = "brought__in"
_GONE = "the connection to Spark was lost."
_TYPES = {"varchar": "string", "timestamp": "timestamp_ntz"}


class Cluster:
    """Spark, on one machine or many, as it sees the tables of a market; begun when it is asked."""

    def __init__(
        self, warehouse: Warehouse, folder: Path, books: DuckDB, tables: ParquetTables
    ) -> None:
        self._warehouse = warehouse
        self._folder = folder
        self._books = books
        self._tables = tables
        self._session: SparkSession | None = None
        self._tag = f"goodstanding-{uuid4()}"  # of our jobs, among those of others
        self.is_ended = False  # by an interruption: what fails then is no failure

    def interrupt(self) -> None:
        """End our jobs, from another thread."""
        if self._session is not None:
            with suppress(*_LOST):
                self._session.sparkContext.cancelJobsWithTag(self._tag)

    @contextmanager
    def worked_out(self, asked: Stepwise, values: Mapping[str, Any]) -> Iterator[DataFrame]:
        """Give what a statement yields. Raises `MarketUnreachable` where Spark fails."""
        session = self._session
        try:
            with spark_session.active_as_before():
                session = self._begun()
                session.sparkContext.addJobTag(self._tag)
                with spark_steps.worked_out(session, asked, values, self._frame) as frame:
                    yield frame
        except _LOST as error:
            if self.is_ended or _is_bug(error):
                raise
            self._session = None
            is_there = isinstance(error, PySparkException)
            said = str(error).strip().splitlines()[0] if is_there else _GONE
            raise MarketUnreachable(
                f"market '{self._warehouse}' could not be judged: {said}",
                hint=f"It is as it was. {spark_session.where_it_says_more(session)}",
            ) from None

    def write(self, frame: DataFrame, table: str) -> None:
        """Have the machines of the cluster write what they worked out into a table of Parquet."""
        types = self._tables.columns(table)
        stored = [f"cast(`{name}` as {_type_of(kind)}) as `{name}`" for name, kind in types.items()]
        month = self._tables.month(table).replace("varchar", "string")
        told = Observation()
        rows = frame.selectExpr(*stored).selectExpr("*", f"{month} as month")
        rows = _counting(rows, told).repartition("month")
        with self._tables.taking_in(table) as folder:
            writing = rows.write.partitionBy("month").mode("append")
            writing.option("compression", "zstd").parquet(f"{_ON_DISK}{folder}")
        self._tables.look_at(table)
        self._check_seen(f'"{table}"', told)

    @contextmanager
    def brought(self, frame: DataFrame) -> Iterator[str]:
        """Have the machines write what they worked out where the books read it; give SQL for it.

        It goes past the process that Spark asks, which would have to hold all of it. Where nothing
        may be written to the folder, it does not.
        """
        if not self._tables.may_pass_on():
            self._books.register(_BROUGHT, frame.toArrow())
            try:
                yield _BROUGHT
            finally:
                self._books.unregister(_BROUGHT)
            return
        told = Observation()
        with self._tables.passing_on() as folder:
            rows = _counting(frame, told).write.option("compression", "snappy")
            rows.parquet(f"{_ON_DISK}{folder}")
            files = self._tables.passed_on(folder)
            self._check_seen(files, told)
            yield files

    def _check_seen(self, rows: str, told: Observation) -> None:
        """Raise `MarketUnreachable` where the books do not see all rows that were written."""
        ((found,),) = self._books.rows(f"select count(*) from {rows}")
        if found != told.get["n"]:
            raise MarketUnreachable(
                f"market '{self._warehouse}' could not be written by Spark: of {told.get['n']} "
                f"rows {found} are in the folder.",
                hint="Every machine of the cluster has to see the folder under the same path.",
            )

    def _begun(self) -> SparkSession:
        if self._session is None:
            self._session = spark_session.begun(self._warehouse, self._folder)
        return self._session

    def _frame(self, table: str) -> DataFrame:
        """Return a table for Spark: its files, or what the books have of it."""
        session = self._begun()
        files = self._tables.files(table) if table in self._tables.months else []
        if not files:
            return session.createDataFrame(self._books.arrow(f'select * from "{table}"'))
        # Where a file is says nothing that is not in it; what is in it is known.
        columns = self._tables.columns(table).items()
        schema = ", ".join(f"`{name}` {_type_of(kind)}" for name, kind in columns)
        reader = session.read.option("recursiveFileLookup", "true").schema(schema)
        return reader.parquet(*(f"{_ON_DISK}{file}" for file in files))


def _counting(frame: DataFrame, told: Observation) -> DataFrame:
    return frame.observe(told, count(lit(1)).alias("n"))


def _type_of(kind: str) -> str:
    """Return a type of DuckDB's in Spark's spelling."""
    return _TYPES.get(kind.lower(), kind.lower())


def _is_bug(error: Exception) -> bool:
    """Say whether a statement is at fault, and not the cluster."""
    if isinstance(error, ParseException | AnalysisException):
        return bool(error.getCondition() != "PATH_NOT_FOUND")
    return False
