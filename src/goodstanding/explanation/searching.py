"""Find the fewest changes that do: several searches at once, a pass over the rows for each round.

Each answer was judged: so many changes do it, one fewer does not.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

from goodstanding.explanation.scenarios import Judged, Scenario, Stage, judge

_EACH = 8  # numbers of changes that are all tried; beyond, doubled and then halved
_PARTS = 8  # into which the room between two numbers is divided

Search = Generator[list[Scenario], list[Judged], "Fewest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fewest:
    """The fewest changes that do, and the result then.

    `n` None: not even the most of them does, and the result is that with the most; None where
    there was nothing to try.
    """

    n: int | None
    result: Judged | None


def fewest(
    scenario: Callable[[int], Scenario], does: Callable[[Judged], bool], most: int
) -> Search:
    """Search for the fewest of 1 to `most` changes after which a result does."""
    if most < 1:
        return Fewest(n=None, result=None)
    low, high, result = 0, 0, None
    tried = sorted({*range(1, min(_EACH, most) + 1), *_doubled(most), most})
    while not high or high - low > 1:
        judged = yield [scenario(n) for n in tried]
        for n, result in zip(tried, judged, strict=True):
            if does(result):
                high, found = n, result
                break
            low = n
        if not high:
            return Fewest(n=None, result=result)
        tried = _between(low, high)
    return Fewest(n=high, result=found)


def run(stage: Stage, searches: Mapping[str, Search]) -> dict[str, Fewest]:
    """Run searches side by side and return what each found."""
    found: dict[str, Fewest] = {}
    asked: dict[str, list[Scenario]] = {}

    def proceed(name: str, judged: list[Judged] | None) -> None:
        try:
            search = searches[name]
            asked[name] = next(search) if judged is None else search.send(judged)
        except StopIteration as end:
            found[name] = end.value

    for name in searches:
        proceed(name, None)
    while asked:
        this_round = dict(asked)
        asked.clear()
        judged = judge(stage, [s for several in this_round.values() for s in several])
        for name, scenarios in this_round.items():
            proceed(name, judged[: len(scenarios)])
            judged = judged[len(scenarios) :]
    return found


def _doubled(most: int) -> list[int]:
    numbers = []
    number = 2 * _EACH
    while number < most:
        numbers.append(number)
        number *= 2
    return numbers


def _between(low: int, high: int) -> list[int]:
    """Return numbers between two, evenly spread."""
    room = high - low
    return sorted({low + room * part // _PARTS for part in range(1, _PARTS)} - {low, high})
