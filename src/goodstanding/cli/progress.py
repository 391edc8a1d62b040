"""How far a long piece of work is: on the terminal only, and gone once it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import TaskID


class Tell(Protocol):
    """Says how much of something is done, of how much where that is known."""

    def __call__(self, what: str, done: int, total: int | None = None, /) -> None: ...


@contextmanager
def told(unit: str) -> Iterator[Tell]:
    """Give a function that says how much is done, in that unit; a bar a thing, one at a time.

    It does nothing where nobody looks: where standard error is no terminal.
    """
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total=None, /: None
        return
    from rich.console import Console  # noqa: PLC0415 -- the command line starts without it
    from rich.progress import (  # noqa: PLC0415 -- likewise
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    shown = Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[shown]}", justify="right"),
        TimeElapsedColumn(),
        console=Console(stderr=True, no_color=True),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def tell(what: str, done: int, total: int | None = None, /) -> None:
        if what not in tasks:
            for task in tasks.values():
                shown.update(task, completed=1)
            tasks[what] = shown.add_task(what, total=1, shown="")
        amount = f"{done:,} {unit}" if total is None else f"{done:,} of {total:,} {unit}"
        shown.update(tasks[what], shown=amount)

    with shown:
        yield tell
