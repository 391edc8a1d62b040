"""Cut the text of an expression into numbers, words, texts and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

KEYWORDS = frozenset({"and", "or", "not", "between", "in", "true", "false"})

_TOKEN = re.compile(
    r"""
      (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<text>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<symbol><>|<=|>=|[=<>+\-*/%(),])
    """,
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*")
# What people write who know SQL, Python or C, and what it is called here.
_ELSEWHERE = {
    "!=": "write <>",
    "==": "write =",
    "&&": "write and",
    "||": "write or",
    "--": "write - (-x), or leave one minus away: there are no comments in an expression",
    "/*": "there are no comments in an expression; TOML has them after #",
    "**": "write the product out",
    "!": "write not",
    ";": "one expression is all that is read",
}

WORDS_ELSEWHERE = {
    "is": "ask with missing(x) or known(x)",
    "null": "ask with missing(x) or known(x)",
    "none": "ask with missing(x) or known(x)",
    "case": "write if(condition, a, b)",
    "when": "write if(condition, a, b)",
    "then": "write if(condition, a, b)",
    "else": "write if(condition, a, b)",
    "like": "compare with = or in (…)",
    "ilike": "compare with = or in (…)",
    "select": "name a measure of the rulebook",
    "exists": "ask with known(x)",
    "interval": "add a whole number of days: closed_on + 30",
    "date": "days come from columns; add or subtract whole days: closed_on + 30",
    "cast": "columns have their types already",
    "xor": "write (a or b) and not (a and b)",
}


class ExpressionError(Exception):
    """A text that is not in the language.

    `what` says what is wrong, `hint` what to write (None where there is nothing to say), and
    `position` at which character of the text, counted from 0.
    """

    def __init__(self, what: str, hint: str | None = None, position: int = 0) -> None:
        super().__init__(f"{what} {hint}" if hint else what)
        self.what = what
        self.hint = hint
        self.position = position


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is number, word, text, quoted, symbol, end, or the keyword itself."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> list[Token]:
    """Return the tokens in order, the last of kind `end`; raise `ExpressionError`."""
    found_so_far = []
    at = _skip(text, 0)
    while at < len(text):
        _refuse_elsewhere(text, at)
        found = _TOKEN.match(text, at)
        if found is None:
            _refuse_character(text, at)
        kind, written = str(found.lastgroup), found.group()
        if kind == "word" and written.lower() in KEYWORDS:
            kind, written = written.lower(), written.lower()
        found_so_far.append(Token(kind, written, at))
        at = _skip(text, found.end())
    found_so_far.append(Token("end", "", len(text)))
    return found_so_far


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _refuse_elsewhere(text: str, at: int) -> None:
    for written, hint in _ELSEWHERE.items():
        if text.startswith(written, at):
            raise ExpressionError(f"{written} is not in the language.", sentence(hint), at)


def _refuse_character(text: str, at: int) -> NoReturn:
    character = text[at]
    if character in "'\"":
        raise ExpressionError(
            f"The text that begins with {text[at : at + 12]} has no end.",
            "Close it with '; a quote inside is written twice: 'it''s'.",
            at,
        )
    hint = None
    if character == ".":
        is_number = text[at + 1 : at + 2].isdigit()
        hint = "Write 0.5 with its zero." if is_number else "A name has no point in it."
    raise ExpressionError(f"'{character}' is not in the language.", hint, at)


def sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."
