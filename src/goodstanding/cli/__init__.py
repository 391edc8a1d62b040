"""The command line: reads what is asked, calls the Python interface, prints the answer.

Nothing heavy is imported before a command runs, so that help and mistakes come at once.

Exit status: 0 done, 1 an error (also where the answer could not be written), 2 not called as it
is meant to be, 130 after Ctrl-C, 141 when the reader of a pipe stopped reading.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from typing import TextIO

from goodstanding.cli import closed_streams, interrupting
from goodstanding.cli.commands import asked_for, overview
from goodstanding.errors import GoodstandingError

DEBUG_VARIABLE = "GOODSTANDING_DEBUG"
# What a shell reports of a program that SIGINT or SIGPIPE ended.
_INTERRUPTED = 128 + 2
_BROKEN_PIPE = 128 + 13
# What the system says of a standard output that is closed, on a full disk, or broken.
_UNWRITABLE = (errno.EBADF, errno.ENOSPC, errno.EIO)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; `arguments` default to those of the process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    closed_streams.occupy()
    # An id may hold any text; what the terminal cannot show is written as an escape.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    received: list[int] = []
    try:
        with interrupting.noted(received):
            status = _run(given)
            sys.stdout.flush()
            return status
    except BrokenPipeError:  # whoever reads has enough
        _abandon_output()
        return _BROKEN_PIPE
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 -- the last place to catch it
        _abandon_output()
        if received or isinstance(error, KeyboardInterrupt):
            return _interrupted()
        return _failed(error)


def _run(arguments: list[str]) -> int:
    if arguments in ([], ["--help"], ["-h"]):
        _say(overview())
        return 0
    from cyclopts import CycloptsError  # noqa: PLC0415 -- see the module's docstring

    from goodstanding.cli.app import application  # noqa: PLC0415 -- likewise

    app = application()
    try:
        command, bound, _ = app.parse_args(arguments, print_error=False, exit_on_error=False)
    except CycloptsError as error:
        return _misused(error, arguments)
    status = command(*bound.args, **bound.kwargs)
    return status if isinstance(status, int) else 0


def _abandon_output() -> None:
    """Write what is still to be written; where that fails, let Python not try it again."""
    try:
        sys.stdout.flush()
    except OSError:
        _into_nothing(sys.stdout)


def _interrupted() -> int:
    _complain("interrupted; what was loaded before is as it was.")
    return _INTERRUPTED


def _misused(error: Exception, arguments: list[str]) -> int:
    _complain(f"error: {str(error).strip()}")
    _complain(f"See: goodstanding {' '.join([*asked_for(arguments), '--help'])}")
    return 2


def _failed(error: BaseException) -> int:
    match error:
        case GoodstandingError():
            _complain(f"error: {error.message}")
            if error.hint:
                _complain(error.hint)
        case OSError() if error.filename is None and error.errno in _UNWRITABLE:
            _complain(f"error: the answer cannot be written: {error.strerror}.")
        case OSError():
            where = f"'{error.filename}': " if error.filename else ""
            _complain(f"error: {where}{error.strerror or error}")
        case _:
            what = " ".join(f"{type(error).__name__}: {error}".split())
            _complain(
                f"error: this is a bug in goodstanding ({what[:300]}). "
                f"{DEBUG_VARIABLE}=1 shows where; please report it."
            )
    if os.environ.get(DEBUG_VARIABLE) == "1":
        traceback.print_exception(error)
    return 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _complain(text: str) -> None:
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()  # Python would try again at the end, and end otherwise
    except OSError:  # where nobody listens, there is nobody to tell
        _into_nothing(sys.stderr)


def _into_nothing(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
