"""A statement of named steps, run by Spark step by step: each is a view of the session.

As one statement, planning it takes longer than running it. A step that is read more than once is
worked out once, and kept where it was worked out until the statement has ended.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql.functions import expr

from goodstanding.database.steps import Step, render

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from goodstanding.database.stepwise import Stepwise


@contextmanager
def worked_out(
    session: SparkSession,
    asked: Stepwise,
    values: Mapping[str, Any],
    table: Callable[[str], DataFrame],
) -> Iterator[DataFrame]:
    """Give what the last step yields; `table` gives what is no step. The views go at the end."""
    views = [*asked.reads, *(step.name for step in asked.steps)]
    read = Counter(name for step in asked.steps for name in step.reads)
    try:
        for name in asked.reads:
            table(name).createOrReplaceTempView(name)
        for step in asked.steps:
            frame = session.sql(_text(step), args=_bound(step, values))
            if read[step.name] > 1:
                frame = frame.localCheckpoint()
            frame.createOrReplaceTempView(step.name)
        yield frame
    finally:
        with suppress(PySparkException, Py4JError, OSError):  # it may be gone
            for name in views:
                session.catalog.dropTempView(name)


def _text(step: Step) -> str:
    text = render(step, "spark")
    if step.name in step.reads:
        return f"with recursive {step.name} as (\n{text}\n) select * from {step.name}"  # noqa: S608 -- ours
    return text


def _bound(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    bare = re.sub(r"'(?:[^']|'')*'", "", render(step, "spark"))
    named = set(re.findall(r"(?<!:):([a-z_][a-z0-9_]*)", bare))
    return {name: _literal(values[name]) for name in named}


def _literal(value: Any) -> Any:
    """Return a value to bind; an instant would go by the time zone of this process."""
    return expr(f"timestamp_ntz '{value}'") if isinstance(value, datetime) else value
