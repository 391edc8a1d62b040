"""How the words of those who decide are compared: their reasons, and their names."""

from __future__ import annotations

import unicodedata
from string import ascii_lowercase, ascii_uppercase

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def folded(reason: str) -> str:
    """Return a reason as reasons are compared: without spaces around it, A to Z as a to z.

    Only these letters, since databases do not agree on others; the step `exclusions_in_force`
    does the same.
    """
    return reason.strip(" ").translate(_SMALL)


def folded_name(name: str) -> str:
    """Return a person's name as names are compared: no capitals, nothing that is not seen.

    So that nobody becomes a second person by a space, a capital or another form of a letter.
    """
    alike = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(sign for sign in alike if unicodedata.category(sign)[0] not in "ZC")
