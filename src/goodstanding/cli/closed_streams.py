"""Standard streams that the process was started without, as by `>&-` in a shell."""

from __future__ import annotations

import os
import sys


def occupy() -> None:
    """Put something in the place of each stream that is closed.

    Otherwise the next file opened, which may be the market, would get the stream's number, and
    be written into by whoever thinks that it is the stream. What is written to standard output
    fails, as it is an answer that nobody gets; complaints go nowhere.
    """
    if sys.stdin is None:
        _occupied(0, os.O_RDONLY)
    if sys.stdout is None:
        _occupied(1, os.O_RDONLY)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        _occupied(2, os.O_WRONLY)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _occupied(number: int, mode: int) -> None:
    opened = os.open(os.devnull, mode)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
