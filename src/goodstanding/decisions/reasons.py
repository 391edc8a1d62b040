"""How the reasons for decisions are compared."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def folded(reason: str) -> str:
    """Return a reason as reasons are compared: without spaces around it, A to Z as a to z.

    Only these letters, since databases do not agree on others; the step `exclusions_in_force`
    does the same.
    """
    return reason.strip(" ").translate(_SMALL)
