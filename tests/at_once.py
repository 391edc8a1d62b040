"""Several who write to a market at the same instant, each in a thread that has it open."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Barrier, BrokenBarrierError, Thread
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
        with goodstanding.open(market.path, clock=clock) as opened:
            try:
                one(opened)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the test tells it
                failed.append(error)

    threads = [Thread(target=act, args=(each,)) for each in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)
    return failed


def meet(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Let two who call something wait there for each other, unless only one can get there."""
    call, both = getattr(owner, name), Barrier(2)

    def and_wait(*asked: Any, **more: Any) -> Any:
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.3)
        return call(*asked, **more)

    monkeypatch.setattr(owner, name, and_wait)
