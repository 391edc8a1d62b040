"""A day after the last of which anything is known is told, whoever asks about it."""

from datetime import date, datetime

import pytest

from goodstanding.assessment.silence import silent_since

HEARD = datetime(2018, 10, 29, 15, 27)


@pytest.mark.parametrize(
    ("as_of", "known_at", "known_until", "expected"),
    [
        ("2018-12-31", HEARD, HEARD, "2018-10-29"),
        ("2018-10-29", HEARD, HEARD, None),
        ("2018-10-30", datetime(2030, 1, 1), HEARD, "2018-10-29"),
        ("2018-07-31", datetime(2018, 7, 30, 23), HEARD, "2018-07-30"),  # asked so
        ("2018-07-31", datetime(2018, 8, 1, 15), HEARD, None),
        ("2018-10-29", HEARD, datetime(2018, 10, 29, 2), "2018-10-28"),  # in Brazil it was the 28th
        ("2018-12-31", HEARD, None, None),  # nothing is loaded, which is said elsewhere
    ],
)
def test_the_last_day_known_is_named_where_the_day_lies_after_it(
    as_of, known_at, known_until, expected
):
    last = silent_since(
        date.fromisoformat(as_of),
        known_at=known_at,
        known_until=known_until,
        zone="America/Sao_Paulo",
    )
    assert last == (expected and date.fromisoformat(expected))
