from __future__ import annotations

from datetime import date

import pytest

from goodstanding.explanation.sentences import filled, lack, sentence, value_text
from goodstanding.expressions.reading import read
from goodstanding.rows.catalogue import ROW_KINDS
from goodstanding.rulebook.model import Expression
from tests.explanation.small_market import SERVICE_LEVEL

ORDER = ROW_KINDS["order"]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("feedback_on", date(2018, 7, 1), "2018-07-01"),
        ("feedback_on", None, "an unknown day"),
        ("stars", 300, "3"),
        ("stars", 450, "4.5"),
        ("stars", 299, "2.99"),
        ("stars", None, "unknown"),
        ("dispute_reason", 2, "not as described"),
        ("amount_minor", 123456, "123,456 minor units"),
        ("is_paid", True, "yes"),
        ("buyer_id", 7, "(not shown)"),
    ],
)
def test_values_are_written_for_reading(name, value, text):
    assert value_text(ORDER.column(name), value) == text


def test_a_sentence_is_filled_in_from_the_row():
    row = {"stars": 450, "feedback_on": date(2018, 7, 1)}
    template = "A review of {stars} stars on {feedback_on}: {{so}}."
    assert filled(template, ORDER, row) == "A review of 4.5 stars on 2018-07-01: {so}."


def test_a_kind_without_a_sentence_is_told_by_the_columns_it_names():
    text = (
        "is_paid and is_shipped_late and known(stars) and missing(closed_on) and within(shipped_on)"
    )
    row = {
        "is_paid": True,
        "is_shipped_late": False,
        "stars": 200,
        "closed_on": None,
        "shipped_on": date(2018, 7, 1),
    }
    condition = Expression(text=text, node=read(text))
    told = sentence(SERVICE_LEVEL, ORDER, "odd_kind", condition, row)
    assert told == "Odd kind: is paid, stars 2, shipped on 2018-07-01."
    assert lack(ORDER, "well_done", condition, row) == (
        "Not well done: is paid, stars 2, shipped on 2018-07-01."
    )
