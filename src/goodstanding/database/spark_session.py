"""A session of Spark, with the settings under which it computes what the other databases do."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession
from pyspark.sql.utils import is_remote

from goodstanding.errors import MarketUnreachable

if TYPE_CHECKING:
    from goodstanding.database.address import Warehouse

OLDEST = (4, 1)  # from which on a query may read itself
# Without these the same SQL means something else, or loses what would be an error.
_MEANING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.caseSensitive": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    "spark.sql.parquet.writeLegacyFormat": "false",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # What follows from conditions is written in them: looking for more of it takes minutes here.
    "spark.sql.constraintPropagation.enabled": "false",
}
# Of a Spark that begins here and of which nobody has said anything.
_UNLESS_SAID = {
    "spark.app.name": "goodstanding",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
}
# How somebody has: the last is spark-submit's.
_SAID_BY = ("SPARK_CONF_DIR", "SPARK_HOME", "PYSPARK_SUBMIT_ARGS", "PYSPARK_GATEWAY_PORT")
_LOG = "spark.goodstanding.log"  # our own setting: the file to which Spark writes


def begun(warehouse: Warehouse, folder: Path) -> SparkSession:
    """Return a session of its own: the one that runs, or of a Spark that begins on this machine.

    Where it runs, with how much memory and how many parts, Spark's own settings say
    (`spark-defaults.conf`, `spark-submit`). Raises `MarketUnreachable`.
    """
    if is_remote():
        raise MarketUnreachable(
            f"market '{warehouse}' cannot be judged over Spark Connect.",
            hint="Unset SPARK_REMOTE, and name the cluster as --master does.",
        )
    log = _log(folder)
    try:
        session = (SparkSession.getActiveSession() or _new(log)).newSession()
    except (PySparkException, Py4JError, OSError) as error:
        said = str(error).strip().splitlines()[0]
        raise MarketUnreachable(
            f"market '{warehouse}' cannot be judged: Spark does not begin ({said}).",
            hint="It needs Java 17 or newer: is `java` on the PATH, or JAVA_HOME set? What Spark "
            f"says is in {log}.",
        ) from None
    version = session.version
    if tuple(int(each) for each in version.split(".")[:2]) < OLDEST:
        raise MarketUnreachable(
            f"market '{warehouse}' cannot be judged by Spark {version}: it needs "
            f"{'.'.join(map(str, OLDEST))} or newer.",
            hint="Install it with: pip install 'goodstanding[spark]'",
        )
    for name, value in _MEANING.items():
        session.conf.set(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # said once, of pandas, which is not used
        session.sql("select :nothing", args={"nothing": None}).collect()
    return session


def where_it_says_more(session: SparkSession | None) -> str:
    """Say where to read what Spark says about what it does."""
    with suppress(PySparkException, Py4JError, OSError):
        log = session.conf.get(_LOG, None) if session is not None else None
        if log:
            return f"What Spark says is in {log}."
    return "Spark's own log says more."


@contextmanager
def active_as_before() -> Iterator[None]:
    """Leave a session that was active so: others may count on its settings."""
    before = SparkSession.getActiveSession()
    try:
        yield
    finally:
        if before is not None:
            with suppress(PySparkException, Py4JError, OSError):
                before.createDataFrame([], "nothing int")  # which makes it the active one


def _new(log: Path) -> SparkSession:
    builder = SparkSession.builder
    if not any(name in os.environ for name in _SAID_BY):
        for name, value in _UNLESS_SAID.items():
            builder = builder.config(name, value)
    with _errors_to(log), _ctrl_c_as_before():
        session = builder.config(_LOG, str(log)).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    # What fails is told by the error that is raised, and Spark's own account is in its log.
    logging.getLogger("py4j").addHandler(logging.NullHandler())
    logging.getLogger().addFilter(lambda said: Path(said.pathname).parent.name != "py4j")
    PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
    return session


def _log(folder: Path) -> Path:
    """Return a file to which Spark can write what it has to say about a market in a folder."""
    inside = folder / "spark.log"
    if os.access(inside if inside.exists() else folder, os.W_OK):
        return inside
    return Path(tempfile.gettempdir()) / f"goodstanding-spark-{os.getuid()}.log"


@contextmanager
def _ctrl_c_as_before() -> Iterator[None]:
    """Leave it to whoever asked what Ctrl-C does, which a session of Spark takes for itself."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)


@contextmanager
def _errors_to(path: Path) -> Iterator[None]:
    """Let what begins meanwhile write its errors to a file, and not between ours."""
    kept = os.dup(2)
    try:
        with suppress(OSError):
            log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            os.dup2(log, 2)
            os.close(log)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
