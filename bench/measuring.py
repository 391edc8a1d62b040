"""Running one piece of work in a process of its own, and what it cost."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import median_high
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU and wall seconds (median of the runs), and the process's peak memory in bytes."""

    cpu: float
    wall: float
    peak: int


def measured(work: Callable[..., Callable[[], Any]], *arguments: Any, runs: int = 3) -> Cost:
    """Measure what `work(*arguments)` returns, in a fresh process.

    `work` prepares (opens the market, compiles) and returns the function that is timed.
    """
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sending, work, arguments, runs))
    process.start()
    sending.close()
    try:
        found: Cost = receiving.recv()
    finally:
        process.join()
    return found


def measured_anew(work: Callable[..., Callable[[], Any]], *arguments: Any, runs: int = 3) -> Cost:
    """Measure as `measured` does, each run in a process that prepares anew: it changes a market."""
    costs = [measured(work, *arguments, runs=1) for _ in range(runs)]
    return Cost(
        cpu=median_high(cost.cpu for cost in costs),
        wall=median_high(cost.wall for cost in costs),
        peak=max(cost.peak for cost in costs),
    )


def _run(
    sending: Connection, work: Callable[..., Callable[[], Any]], arguments: Any, runs: int
) -> None:
    timed = work(*arguments)
    costs = []
    for _ in range(runs):
        cpu, wall = time.process_time(), time.perf_counter()
        timed()
        costs.append((time.process_time() - cpu, time.perf_counter() - wall))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sending.send(
        Cost(
            cpu=median_high(cpu for cpu, _ in costs),
            wall=median_high(wall for _, wall in costs),
            peak=peak,
        )
    )
