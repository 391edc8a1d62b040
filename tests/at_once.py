"""Several who write to a market at the same instant, each in a thread that has it open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from threading import Barrier, BrokenBarrierError, Event, Lock, Thread
from typing import Any

import pytest

import goodstanding

Act = Callable[[goodstanding.Market], object]


def together(
    market: goodstanding.Market, clock: Callable[[], datetime], *acts: Act
) -> list[Exception]:
    """Let each act on the market in a thread that opens it; return what they raised."""
    failed: list[Exception] = []

    def act(one: Act) -> None:
        try:
            with goodstanding.open(market.path, clock=clock) as opened:
                one(opened)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test tells it
            failed.append(error)

    threads = [Thread(target=act, args=(each,), daemon=True) for each in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)
        assert not each.is_alive(), "it waits for ever"
    return failed


def meet(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Let two who call something wait there for each other, unless only one can get there."""
    call, both = getattr(owner, name), Barrier(2)

    def and_wait(*asked: Any, **more: Any) -> Any:
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.3)
        return call(*asked, **more)

    monkeypatch.setattr(owner, name, and_wait)


def hold_back(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, until: Event) -> Event:
    """Let whoever first has a call done wait for `until`, unless that cannot come; tell it waits.

    Only the first call of the first thread waits. A context is done once it is entered.
    """
    call, waits, first = getattr(owner, name), Event(), Lock()

    def wait() -> None:
        if first.acquire(blocking=False):
            waits.set()
            until.wait(timeout=2)

    @contextmanager
    def entered(context: AbstractContextManager[Any]) -> Iterator[Any]:
        with context as inside:
            wait()
            yield inside

    def and_wait(*asked: Any, **more: Any) -> Any:
        found = call(*asked, **more)
        if isinstance(found, AbstractContextManager):
            return entered(found)
        wait()
        return found

    monkeypatch.setattr(owner, name, and_wait)
    return waits
