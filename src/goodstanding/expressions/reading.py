"""Read the text of an expression into its tree.

The grammar is small enough to be written here in full, so that a text means the same with
every version of every parser of SQL, and nothing can be said that the language does not know:

    expression   one of: term, term and term …, term or term …   (and beside or needs brackets)
    term         not term, or a comparison
    comparison   sum, sum = sum (also <> < <= > >=), sum between sum and sum, sum in (…)
    sum          products joined by + -
    product      factors joined by * /
    factor       - factor, number, number %, 'text', true, false, name, name(…), (expression)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

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
from goodstanding.expressions.refusing import refuse_rest, refuse_start, refuse_word
from goodstanding.expressions.tokens import WORDS_ELSEWHERE, ExpressionError, Token, tokens

__all__ = ["COMPARISONS", "MILLION", "ExpressionError", "read"]

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
MILLION = 1_000_000
DEEPEST = 60  # brackets within brackets; a person's rule has three, and Python's stack has an end
LONGEST = 200  # things joined in a row; the stacks of databases have an end too

MOST_DIGITS = 12  # leaves room to multiply within the whole numbers of a database
_NEVER_NAMES = frozenset({"null", "case", "is", "select"})


def read(text: str, *, quoted_names: bool = False) -> Node:
    """Read an expression, or raise `ExpressionError` at the first thing not in the language.

    `quoted_names` lets "Order Date" name a column, for the columns of somebody else's file; a
    rulebook's columns never need it, and there a text in double quotes is a slip.
    """
    reader = _Reader(tokens(text), text, quoted_names=quoted_names)
    if reader.kind == "end":
        raise ExpressionError("The expression is empty.", "Write a condition such as stars <= 3.")
    node = reader.expression()
    if reader.kind != "end":
        refuse_rest(reader.token)
    return node


class _Reader:
    """Walk the tokens once, from left to right; each method reads one line of the grammar."""

    def __init__(self, tokens: list[Token], text: str, *, quoted_names: bool) -> None:
        self.tokens = tokens
        self.text = text
        self.quoted_names = quoted_names
        self.at = 0
        self.depth = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at].kind

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind == "symbol" and self.token.text in symbols

    def expect(self, symbol: str, after: str) -> None:
        if not self.is_symbol(symbol):
            found = f"'{self.token.text}'" if self.token.text else "the end"
            raise ExpressionError(
                f"'{symbol}' is missing after {after}: found {found}.", None, self.token.start
            )
        self.take()

    def deeper(self, read_one: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                f"More than {DEEPEST} things stand within each other.",
                "Give parts of it a name of their own.",
                self.token.start,
            )
        node = read_one()
        self.depth -= 1
        return node

    def refuse_more_than(self, most: int, nodes: Sequence[Node]) -> None:
        if len(nodes) > most:
            raise ExpressionError(
                f"More than {most} things are joined in a row.",
                "Give parts of it a name of their own.",
                self.token.start,
            )

    def expression(self) -> Node:
        first = self.term()
        if self.kind not in {"and", "or"}:
            return first
        joined_by = self.kind
        operands = [first]
        while self.kind in {"and", "or"}:
            if self.kind != joined_by:
                raise ExpressionError(
                    "'and' stands beside 'or' without brackets.",
                    "Say which belongs together: (a and b) or c, or a and (b or c).",
                    self.token.start,
                )
            self.take()
            operands.append(self.term())
            self.refuse_more_than(LONGEST, operands)
        return And(tuple(operands)) if joined_by == "and" else Or(tuple(operands))

    def term(self) -> Node:
        if self.kind == "not":
            self.take()
            return Not(self.deeper(self.term))
        return self.comparison()

    def comparison(self) -> Node:
        left = self.sum()
        negated = self.kind == "not" and self.tokens[self.at + 1].kind in {"between", "in"}
        if negated:
            self.take()
        node: Node
        if self.kind == "between":
            node = self.between(left)
        elif self.kind == "in":
            node = self.choices(left)
        elif self.is_symbol(*COMPARISONS):
            node = Compare(self.take().text, left, self.sum())
        else:
            return left
        if self.is_symbol(*COMPARISONS) or self.kind in {"between", "in"}:
            raise ExpressionError(
                "Three things are compared at once.",
                "Compare two at a time, and join them: a < b and b < c.",
                self.token.start,
            )
        return Not(node) if negated else node

    def between(self, left: Node) -> Node:
        self.take()
        low = self.sum()
        if self.kind != "and":
            raise ExpressionError(
                "'between' needs two ends.", "Write x between 1 and 3.", self.token.start
            )
        self.take()
        return Between(left, low, self.sum())

    def choices(self, left: Node) -> Node:
        self.take()
        self.expect("(", "'in'")
        return In(left, self.listed("the list"))

    def listed(self, what: str) -> tuple[Node, ...]:
        """Read what stands between brackets; the opening one is already read."""
        items = [self.deeper(self.expression)]
        while self.is_symbol(","):
            self.take()
            items.append(self.deeper(self.expression))
            self.refuse_more_than(LONGEST, items)
        self.expect(")", what)
        return tuple(items)

    def sum(self) -> Node:
        return self.calculated(self.product, "+", "-")

    def product(self) -> Node:
        return self.calculated(self.factor, "*", "/")

    def calculated(self, read_one: Callable[[], Node], *symbols: str) -> Node:
        nodes = [read_one()]
        while self.is_symbol(*symbols):
            nodes.append(Arithmetic(self.take().text, nodes[-1], read_one()))
            self.refuse_more_than(DEEPEST, nodes)  # each stands within the next
        return nodes[-1]

    def factor(self) -> Node:
        if self.is_symbol("-"):
            self.take()
            return Negative(self.deeper(self.factor))
        if self.is_symbol("("):
            opened = self.take()
            node = self.deeper(self.expression)
            self.expect(")", f"the bracket at character {opened.start + 1}")
            return node
        read_one = {
            "number": self.number,
            "text": self.literal,
            "true": self.flag,
            "false": self.flag,
            "quoted": self.quoted,
            "word": self.name,
        }.get(self.kind)
        if read_one is None:
            refuse_start(self.token)
        return read_one()

    def literal(self) -> Node:
        return Text(self.take().text[1:-1].replace("''", "'"))

    def flag(self) -> Node:
        return Flag(self.take().kind == "true")

    def number(self) -> Node:
        token = self.take()
        if self.kind == "word" and self.token.start == token.start + len(token.text):
            raise ExpressionError(
                f"{token.text}{self.token.text} is neither a number nor a name.",
                "Write digits, at most six of them after the point.",
                token.start,
            )
        if len(token.text) > MOST_DIGITS:
            raise ExpressionError(
                f"The number {token.text[:MOST_DIGITS]}… is too long.", None, token.start
            )
        value = Fraction(token.text)
        is_percent = self.is_symbol("%")
        if is_percent:
            self.take()
            value /= 100
        if (value * MILLION).denominator != 1:
            written = f"{token.text} %" if is_percent else token.text
            raise ExpressionError(
                f"{written} has more than six decimal places.",
                "Four decimals of a per cent are the most." if is_percent else "Round it to six.",
                token.start,
            )
        return Number(value, is_percent)

    def quoted(self) -> Node:
        token = self.take()
        inside = token.text[1:-1].replace('""', '"')
        if not self.quoted_names or not inside:
            raise ExpressionError(
                f"{token.text} stands in double quotes.",
                f"Write '{inside}': double quotes name a column.",
                token.start,
            )
        return Name(inside)

    def name(self) -> Node:
        token = self.take()
        if self.is_symbol("("):
            self.take()
            if self.is_symbol(")"):
                self.take()
                return Call(token.text, ())
            return Call(token.text, self.listed(f"{token.text}(…"))
        hint = WORDS_ELSEWHERE.get(token.text.lower())
        if hint is not None and self.reads_like_sql(token):
            refuse_word(token, hint)
        return Name(token.text)

    def reads_like_sql(self, token: Token) -> bool:
        """Tell `null` and `date '2015-01-05'` from a column that happens to be called `date`."""
        return token.text.lower() in _NEVER_NAMES or self.kind in {"word", "text", "quoted"}
