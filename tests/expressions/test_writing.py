"""A tree is written in one way, and that text reads back to the same tree."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.expressions.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Flag,
    In,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Text,
)
from goodstanding.expressions.reading import COMPARISONS, read
from goodstanding.expressions.tokens import KEYWORDS
from goodstanding.expressions.writing import write, write_number

plain_names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in KEYWORDS | {"null", "is", "case", "select"}
)
millionths = st.integers(0, 10**9).map(lambda n: Fraction(n, 1_000_000))
leaves: st.SearchStrategy[Node] = st.one_of(
    plain_names.map(Name),
    st.builds(Number, millionths, is_percent=st.booleans()),
    st.text(max_size=6).map(Text),
    st.booleans().map(lambda value: Flag(value=value)),
)


def above(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(below, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Call, plain_names, st.lists(below, max_size=3).map(tuple)),
        st.builds(Not, below),
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Compare, st.sampled_from(COMPARISONS), below, below),
        st.builds(Between, below, below, below),
        st.builds(In, below, st.lists(below, min_size=1, max_size=3).map(tuple)),
        st.builds(Arithmetic, st.sampled_from("+-*/"), below, below),
        st.builds(Negative, below),
    )


trees = st.recursive(leaves, above, max_leaves=12)


@given(trees)
def test_what_is_written_reads_back_to_the_same_tree(tree):
    assert read(write(tree)) == tree


@given(trees)
def test_writing_what_was_read_changes_nothing(tree):
    text = write(tree)
    assert write(read(text)) == text


@given(st.text(min_size=1, max_size=10))
def test_any_name_can_be_written_and_read_back_where_names_may_be_quoted(name):
    assert read(write(Name(name)), quoted_names=True) == Name(name)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("STARS<=3", "STARS <= 3"),
        ("a AND(b)", "a and b"),
        ("(a and b)or(c)", "(a and b) or c"),
        ("a not in(1,2)", "not a in (1, 2)"),
        ("((a+b))*c", "(a + b) * c"),
        ("a+(b*c)", "a + b * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("3.50%", "3.5 %"),
        ("0.100", "0.1"),
        ("-(-a)", "-(-a)"),
        ("-(a+b)", "-(a + b)"),
        ("not(a or b)", "not (a or b)"),
        ("(a = b) = c", "(a = b) = c"),
    ],
)
def test_brackets_spaces_and_zeroes_that_mean_nothing_go(text, written):
    assert write(read(text)) == written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(7, 200), "0.035"),
        (Fraction(3), "3"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(1, 1_000_000), "0.000001"),
    ],
)
def test_numbers_are_written_without_exponents(value, text):
    assert write_number(value) == text


def test_a_number_that_has_no_end_is_a_broken_precondition():
    with pytest.raises(ValueError, match="six decimal places"):
        write_number(Fraction(1, 3))
