"""What is to be expected of the next assessment, as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from goodstanding.explanation.answer import Forecast
from goodstanding.explanation.layout import counted, item
from goodstanding.explanation.sentences import capital


def forecast_text(found: Forecast | None, named: Collection[str], width: int) -> Iterator[str]:
    """Say what the next assessment comes to, and what each better grade would take.

    `named` are the numbers that a limit looks at.
    """
    if found is None:
        return
    numbers = "; ".join(part.text for part in found.indicators if part.name in named)
    so_far = counted(found.days_so_far, "day")
    to_come = "the day" if found.days_to_come == 1 else counted(found.days_to_come, "day")
    are = "is" if found.days_to_come == 1 else "are"
    yield f"To expect on {found.assessed_on}"
    yield from item(
        f"With {so_far} so far, and {to_come} to come that {are} scored like the latest "
        f"({found.latest:.2f}): {found.grade or 'not graded'}. {capital(numbers)}.",
        width,
    )
    for grade, score in found.needed.items():
        if score is None:
            yield from item(f"For {grade} not even {found.most} points a day would do.", width)
        else:
            yield from item(f"For {grade} the days to come need {score} points each.", width)
