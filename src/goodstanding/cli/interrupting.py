"""Ctrl-C: noted, and heard by a query that is under way."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goodstanding.market import Market


@contextmanager
def noted(received: list[int]) -> Iterator[None]:
    """Note that Ctrl-C was pressed: a query that it ends raises an error of its own."""

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt

    if not _is_heard():
        yield
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def ending_queries(market: Market) -> Iterator[Market]:
    """Have Ctrl-C end the market's query at once.

    Python hears of a signal only when the query comes back to it, which may take long; what
    the signal writes to a socket is read by another thread meanwhile.
    """
    if not _is_heard():
        yield market
        return
    written, read = socket.socketpair()
    written.setblocking(False)
    before = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)

    def watch() -> None:
        while read.recv(1):
            market.interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
        yield market
    finally:
        signal.set_wakeup_fd(before)
        written.close()
        if watcher.is_alive():
            watcher.join()
        read.close()


def _is_heard() -> bool:
    """Say whether signals reach this thread: the main one, and not where they are ignored.

    A shell has a process in the background ignore Ctrl-C.
    """
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
