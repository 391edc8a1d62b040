"""Say what stands where it cannot, and what was probably meant."""

from __future__ import annotations

from typing import NoReturn

from goodstanding.expressions.tokens import WORDS_ELSEWHERE, ExpressionError, Token, sentence


def refuse_word(token: Token, hint: str) -> NoReturn:
    """Refuse a word that SQL has and the language has not."""
    raise ExpressionError(f"'{token.text}' is not in the language.", sentence(hint), token.start)


def refuse_start(token: Token) -> NoReturn:
    """Refuse what cannot begin a quantity."""
    if token.kind == "end":
        raise ExpressionError("The expression ends too early.", None, token.start)
    what = f"A name, a number or a bracket is expected before '{token.text}'."
    hint = "Write 3.5 %, with the number first." if token.text == "%" else None
    raise ExpressionError(what, hint, token.start)


def refuse_rest(token: Token) -> NoReturn:
    """Refuse what stands where an expression should have ended."""
    hint = WORDS_ELSEWHERE.get(token.text.lower())
    if hint is not None:
        refuse_word(token, hint)
    if token.text == ")":
        raise ExpressionError("A bracket is closed that was never opened.", None, token.start)
    if token.text == "%":
        raise ExpressionError(
            "'%' follows something that is not a number.",
            "Only a written number can be a per cent: 3.5 %.",
            token.start,
        )
    if token.text == ",":
        raise ExpressionError(
            "A comma stands outside brackets.",
            "Commas part the arguments of a function, and the items after 'in'.",
            token.start,
        )
    raise ExpressionError(
        f"'{token.text}' follows where the expression should end.",
        "Join two conditions by and, or by or.",
        token.start,
    )
