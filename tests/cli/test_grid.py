"""Tables of text fit the terminal, whatever its width."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.cli.grid import Column, cells, cut, drawn, left_out, printable

IDS = ["3442f8959a84dea7ee197c632cb2df15", "6560211a19b47992c3666cc44a7e94c0"]


def results() -> list[Column]:
    return [
        Column(title="seller", texts=IDS, stays=True),
        Column(title="grade", texts=["excellent", "not graded"], stays=True),
        Column(
            title="bad_experience_rate",
            texts=["17/795 = 2.14 %", "0/0 = not assessed"],
            short=["2.14 %", "not assessed"],
            is_number=True,
        ),
        Column(title="held back by", texts=["", "nothing was assessed"]),
    ]


def test_into_a_file_everything_is_written_on_one_line_each():
    assert drawn(results(), width=None) == [
        "seller                            grade       bad_experience_rate  held back by",
        "3442f8959a84dea7ee197c632cb2df15  excellent       17/795 = 2.14 %",
        "6560211a19b47992c3666cc44a7e94c0  not graded   0/0 = not assessed  nothing was assessed",
    ]


def test_at_sixty_columns_ids_and_grades_are_whole_and_a_rate_is_short():
    assert drawn(results(), width=60) == [
        "                                                      bad_",
        "                                               experience_",
        "seller                            grade               rate",
        "3442f8959a84dea7ee197c632cb2df15  excellent         2.14 %",
        "6560211a19b47992c3666cc44a7e94c0  not graded  not assessed",
    ]
    assert left_out(results(), width=60) == ["held back by"]


def test_where_even_ids_have_no_room_their_middle_is_left_out():
    lines = drawn(results(), width=30)
    assert lines[1] == "3442f895…32cb2df15  excellent"
    assert left_out(results(), width=30) == ["bad_experience_rate", "held back by"]


def test_sentences_in_the_last_column_are_written_over_several_lines():
    columns = [
        Column(title="table", texts=["orders"], stays=True),
        Column(title="reason", texts=["the day lies outside 1990 to 2099"], stays=True, wraps=True),
    ]
    assert drawn(columns, width=36) == [
        "table   reason",
        "orders  the day lies outside 1990 to",
        "        2099",
    ]


@given(
    texts=st.lists(
        st.tuples(st.text(max_size=60), st.text(max_size=30), st.text(max_size=90)), max_size=4
    ),
    width=st.integers(min_value=30, max_value=150),
    wraps=st.booleans(),
)
def test_no_line_is_wider_than_the_terminal_and_none_is_broken(texts, width, wraps):
    ids, grades, reasons = zip(*texts, strict=True) if texts else ((), (), ())
    columns = [
        Column(title="subject", texts=ids, stays=True),
        Column(title="grade", texts=grades, short=["x" for _ in grades], is_number=True),
        Column(title="because_of_this", texts=reasons, wraps=wraps, stays=wraps),
    ]
    lines = drawn(columns, width=width)
    assert all(cells(line) <= width for line in lines)
    assert all(not unicodedata.category(letter).startswith("C") for letter in "".join(lines))
    if not wraps:
        assert len(drawn(columns, width=None)) == 1 + len(texts)


def test_what_would_steer_a_terminal_is_written_as_an_escape():
    assert printable("S1\x1b[2J\nS2") == "S1\\x1b[2J\\nS2"
    assert printable("Loja São João") == "Loja São João"


def test_letters_that_take_two_places_are_counted_as_two():
    assert cells("深圳") == 4
    lines = drawn(
        [
            Column(title="seller", texts=["深圳", "S1"], stays=True),
            Column(title="grade", texts=["good", "fail"], stays=True),
        ],
        width=None,
    )
    assert lines == ["seller  grade", "深圳    good", "S1      fail"]


@pytest.mark.parametrize("width", range(3, 20))
def test_a_text_that_is_cut_is_never_wider_than_asked(width):
    for text in ("abcdefghijklmnopqrstuvwxyz", "深圳市南山区科技园有限公司电子商务"):
        shown = cut(text, width)
        assert cells(shown) <= width
        assert "…" in shown
