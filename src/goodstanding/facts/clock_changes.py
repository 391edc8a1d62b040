"""Clock times and UTC in SQL, for every day that there is.

Which days a load brings is not known beforehand, and in many a zone the clocks change hundreds
of times. To compare with each of them takes longer to plan than most loads take to run. So time
is cut into spans as long as the shortest time between two changes: in each there is one at most.
Division finds the span of an instant, one list when the clocks change in it, and another how
far ahead of UTC they are before that and after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

from goodstanding.days import FIRST_DAY, LAST_DAY, ONE_DAY, offsets

_BEGIN = datetime.combine(FIRST_DAY - 2 * ONE_DAY, time())
_END = datetime.combine(LAST_DAY + 3 * ONE_DAY, time())
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Spans:
    """Spans of `length` seconds from the first day on: in each, a change, and seconds ahead."""

    length: int
    changes: str
    ahead: str


def in_utc(local: str, zone: str) -> str:
    """Return the UTC instant of a local clock time, as SQL of SQL; missing stays missing.

    A clock time that occurs twice means the first; one that is skipped is read with the
    offset before the skip, so that it lands just after it (as Python's `zoneinfo` does).
    """
    return _shifted(local, zone, "-", is_local=True)


def on_the_clock(instant: str, zone: str) -> str:
    """Return the local clock time of a UTC instant, as SQL of SQL; missing stays missing."""
    return _shifted(instant, zone, "+", is_local=False)


def _shifted(at: str, zone: str, sign: str, *, is_local: bool) -> str:
    always = offsets(zone)[0].seconds
    if len(offsets(zone)) == 1:
        return f"{at} {sign} to_seconds({always})" if always else at
    spans = _spans(zone, is_local)
    second = f"epoch_us({at}) // 1000000"
    place = f"({second} - {_epoch(_BEGIN)}) // {spans.length}"
    after = f"case when {second} < {spans.changes}[{place} + 1] then 1 else 2 end"
    return f"{at} {sign} to_seconds({spans.ahead}[{place} + {after}])"


@lru_cache(maxsize=16)
def _spans(zone: str, is_local: bool) -> _Spans:  # noqa: FBT001 -- a part of the key
    table = offsets(zone)
    changes = [
        # The first clock time read with the new offset: never before the old one has ended.
        (since + max(before.seconds, after.seconds) * _SECOND if is_local else since, after.seconds)
        for before, after in pairwise(table)
        if (since := after.since) is not None
    ]
    whole = _END - _BEGIN
    length = min((later - at for (at, _), (later, _) in pairwise(changes)), default=whole)
    ahead, changed_at = [table[0].seconds], []
    for number in range(whole // length + 1):
        end = _BEGIN + (number + 1) * length
        at, seconds = changes[0] if changes and changes[0][0] < end else (end, ahead[-1])
        changes = changes[1:] if at < end else changes
        changed_at.append(_epoch(at))
        ahead.append(seconds)
    return _Spans(length // _SECOND, _listed(changed_at), _listed(ahead))


def _listed(numbers: list[int]) -> str:
    # Read from one text: a list written out is planned number by number.
    return f"cast('[{','.join(map(str, numbers))}]' as bigint[])"


def _epoch(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp())
