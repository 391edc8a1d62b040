"""What each row is told of each measure: the names of the flags, and of the rows that have them."""

from __future__ import annotations

from collections.abc import Iterator

from goodstanding.rulebook.model import Expression, Measure


def met(measure: str) -> str:
    """Name the flag that says that a row meets a measure."""
    return f"{measure}__met"


def kind_flag(measure: str, kind: str) -> str:
    """Name the flag that says that a kind of a measure holds for a row."""
    return f"{measure}__{kind}"


def quantity(measure: str) -> str:
    """Name the column that holds what a measure adds up, of each row."""
    return f"{measure}__quantity"


def given(measure: str) -> str:
    """Name the column that holds, of what is limited, a row's quantity before that."""
    return f"{measure}__given"


def rows_known(measure: str) -> str:
    """Name the column that counts the rows over which a measure adds up."""
    return f"{measure}__known"


def judged_rows(row_set: str) -> str:
    """Name the step that holds a set's rows with every flag."""
    return f"measured_{row_set}"


def conditions(measure: Measure) -> Iterator[tuple[str, Expression]]:
    """Yield each condition of a measure with the name of its flag."""
    if measure.when is not None:
        yield kind_flag(measure.name, "when"), measure.when
    for kind, expression in measure.kinds.items():
        yield kind_flag(measure.name, kind), expression
