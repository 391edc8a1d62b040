"""Texts become trees, or say what is not in the language."""

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
    Not,
    Number,
    Or,
    Text,
)
from goodstanding.expressions.reading import DEEPEST, ExpressionError, read

A, B, C = Name("a"), Name("b"), Name("c")
ONE, TWO, THREE = (Number(Fraction(n)) for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("true", Flag(value=True)),
        ("FALSE", Flag(value=False)),
        ("3", THREE),
        ("0.035", Number(Fraction(35, 1000))),
        ("3.5 %", Number(Fraction(35, 1000), is_percent=True)),
        ("3.5%", Number(Fraction(35, 1000), is_percent=True)),
        ("0.0001 %", Number(Fraction(1, 1_000_000), is_percent=True)),
        ("'it''s'", Text("it's")),
        ("''", Text("")),
        ("'a -- b'", Text("a -- b")),
        ("-a", Negative(A)),
        ("a - -1", Arithmetic("-", A, Negative(ONE))),
        ("f()", Call("f", ())),
        ("f(a, g(b))", Call("f", (A, Call("g", (B,))))),
        ("if(a, 1, 2)", Call("if", (A, ONE, TWO))),
        ("a = 1", Compare("=", A, ONE)),
        ("a<>1", Compare("<>", A, ONE)),
        ("3 >= a", Compare(">=", THREE, A)),
        ("a and b and c", And((A, B, C))),
        ("a or b or c", Or((A, B, C))),
        ("(a and b) or c", Or((And((A, B)), C))),
        ("a and (b or c)", And((A, Or((B, C))))),
        ("not a and b", And((Not(A), B))),
        ("not a = 1", Not(Compare("=", A, ONE))),
        ("not not a", Not(Not(A))),
        ("a between 1 and 2 and b", And((Between(A, ONE, TWO), B))),
        ("a not between 1 and 2", Not(Between(A, ONE, TWO))),
        ("a in (1, 2)", In(A, (ONE, TWO))),
        ("a not in ('x')", Not(In(A, (Text("x"),)))),
        ("a + b * c", Arithmetic("+", A, Arithmetic("*", B, C))),
        ("(a + b) * c", Arithmetic("*", Arithmetic("+", A, B), C)),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a / b / c", Arithmetic("/", Arithmetic("/", A, B), C)),
        (
            "within(closed_on + 30)",
            Call("within", (Arithmetic("+", Name("closed_on"), Number(Fraction(30))),)),
        ),
        (" a\n  and\tb ", And((A, B))),
        ("date = 1", Compare("=", Name("date"), ONE)),  # a column may be called like a word of SQL
        ("preço > 1", Compare(">", Name("preço"), ONE)),
    ],
)
def test_a_text_is_read_as_its_tree(text, tree):
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "what", "hint"),
    [
        ("", 0, "is empty", "stars <= 3"),
        ("   ", 0, "is empty", "stars <= 3"),
        (
            'cancelled_by = "seller"',
            15,
            '"seller" stands in double quotes',
            "double quotes name a column",
        ),
        ("a and b or c", 8, "'and' stands beside 'or'", "(a and b) or c"),
        ("a or b and c", 7, "'and' stands beside 'or'", "(a and b) or c"),
        ("1.2345678", 0, "more than six decimal places", "Round it to six."),
        ("0.00001 %", 0, "0.00001 % has more than six", "Four decimals of a per cent"),
        ("a < b < c", 6, "Three things are compared", "a < b and b < c"),
        ("a = b between 1 and 2", 6, "Three things are compared", "a < b and b < c"),
        ("a is null", 2, "'is' is not in the language", "missing(x)"),
        ("a = null", 4, "'null' is not in the language", "missing(x)"),
        ("a != 1", 2, "!= is not in the language", "Write <>."),
        ("a == 1", 2, "== is not in the language", "Write =."),
        ("a && b", 2, "&& is not in the language", "Write and."),
        ("a || b", 2, "|| is not in the language", "Write or."),
        ("a ** 2", 2, "** is not in the language", "product"),
        ("!a", 0, "! is not in the language", "Write not."),
        ("a -- 1", 2, "-- is not in the language", "no comments"),
        ("a /* b */", 2, "/* is not in the language", "no comments"),
        ("a; drop table b", 1, "; is not in the language", "One expression"),
        ("case when a then b end", 0, "'case' is not in the language", "if(condition, a, b)"),
        ("a like 'x'", 2, "'like' is not in the language", "in (…)"),
        ("a in (select b)", 6, "'select' is not in the language", "measure"),
        ("placed_on > date '2015-01-05'", 12, "'date' is not in the language", "closed_on + 30"),
        ("a.b", 1, "'.' is not in the language", "no point"),
        (".5", 0, "'.' is not in the language", "0.5"),
        ("a[1]", 1, "'[' is not in the language", None),
        ("a @ b", 2, "'@' is not in the language", None),
        ("3a", 0, "3a is neither a number nor a name", "digits"),
        ("1e5", 0, "1e5 is neither a number nor a name", "digits"),
        ("1_000", 0, "1_000 is neither a number nor a name", "digits"),
        ("1234567890123", 0, "is too long", None),
        ("'abc", 0, "has no end", "'it''s'"),
        ("a b", 2, "'b' follows where the expression should end", "Join two conditions"),
        ("(a", 2, "')' is missing", None),
        ("a)", 1, "never opened", None),
        ("a,", 1, "A comma stands outside brackets", "arguments"),
        ("a %", 2, "'%' follows something that is not a number", "3.5 %"),
        ("% 3", 0, "expected before '%'", "number first"),
        ("a =", 3, "ends too early", None),
        ("a and", 5, "ends too early", None),
        ("f(a,)", 4, "expected before ')'", None),
        ("a in b", 5, "'(' is missing after 'in'", None),
        ("a in ()", 6, "expected before ')'", None),
        ("a between 1", 11, "needs two ends", "x between 1 and 3"),
        ("a between 1 or 2", 12, "needs two ends", "x between 1 and 3"),
        ("not", 3, "ends too early", None),
        ("()", 1, "expected before ')'", None),
    ],
)
def test_what_is_not_in_the_language_says_where_and_what_to_write(text, position, what, hint):
    with pytest.raises(ExpressionError) as caught:
        read(text)
    assert what in caught.value.what
    assert caught.value.position == position
    assert caught.value.hint is hint is None or hint in (caught.value.hint or "")


def test_double_quotes_name_a_column_only_where_they_may():
    assert read('"Order Date"', quoted_names=True) == Name("Order Date")
    assert read('"say ""x"""', quoted_names=True) == Name('say "x"')
    with pytest.raises(ExpressionError, match="double quotes"):
        read('""', quoted_names=True)


@pytest.mark.parametrize(
    "text", ["(" * 500 + "a" + ")" * 500, "not " * 500 + "a", "-" + "(-" * 500]
)
def test_what_stands_too_deep_is_refused_before_python_gives_up(text):
    with pytest.raises(ExpressionError, match=f"More than {DEEPEST} things"):
        read(text)


@given(st.text(alphabet="ab1.,%()'\"=<>+-*/ \nandornotinbetween;!|[]é", max_size=40))
def test_any_text_is_read_or_refused_with_a_position_in_it(text):
    refusal = None
    try:
        read(text)
    except ExpressionError as error:
        refusal = error
    assert refusal is None or 0 <= refusal.position <= len(text)
    assert refusal is None or refusal.what.endswith(".")
