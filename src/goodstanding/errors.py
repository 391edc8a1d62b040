"""Every error a caller can meet, as one tree.

    GoodstandingError
    ├── MarketError            the market itself
    │   ├── MarketMissing      no market at that address
    │   ├── MarketExists       `new` would overwrite one
    │   ├── MarketHeld         another process has it open
    │   ├── MarketUnreadable   not a market, damaged, without permission, of another version
    │   ├── MarketUnwritable   it can be read, but not written
    │   ├── MarketUnreachable  its server does not answer, or no longer
    │   └── MarketClosed       it is used after it was closed
    ├── InputError             something that was handed in
    │   ├── SourceMissing      no such file or folder
    │   ├── SourceUnreadable   a file that is not what its name says
    │   ├── UnknownColumn      a column that nearly names a canonical one, or a missing key
    │   ├── MappingInvalid     a mapping file with problems, all of them at once
    │   ├── OfferRefused       an offer that may not be made, or not be taken
    │   ├── RankingRefused     search results that cannot be ranked, all of them at once
    │   └── ArgumentInvalid    an argument of the wrong type, unknown, or out of range
    ├── RulebookError
    │   ├── RulebookUnknown    no rulebook of that name
    │   ├── RulebookInvalid    a rulebook with problems, all of them at once
    │   └── RulebookChanged    a version that has published, with another content
    ├── MemoryExceeded         what is asked takes more memory than may be taken
    ├── PublicationRefused     a day that cannot be published, or not yet
    ├── AccessRefused          what concerns a buyer, and cannot be logged before it is shown
    ├── DecisionUnknown        no decision of that id in the market
    ├── EffectUnknown          no effect of that id in the market
    ├── OfferUnknown           no offer of that id in the market
    └── SubjectUnknown         nobody of that id in the market

Each says what happened, where, why, and what to do. `ValueError` is kept for broken
preconditions inside the package; a caller should never see one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class GoodstandingError(Exception):
    """Base of everything this package raises on purpose.

    `message` says what, where and why; `hint`, when there is one, says what to do.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class MarketError(GoodstandingError):
    """The market itself cannot be used."""


class MarketMissing(MarketError):
    """There is no market at that address."""


class MarketExists(MarketError):
    """A new market would overwrite one that is there."""


class MarketHeld(MarketError):
    """Another process has the market open."""


class MarketUnreadable(MarketError):
    """The file is no market, damaged, of another version, or not to be read by us."""


class MarketUnwritable(MarketError):
    """The market may be read, but neither be made nor written: no permission, or no room."""


class MarketUnreachable(MarketError):
    """The server that keeps the market does not answer, or no longer; or nothing can ask it."""


class MarketClosed(MarketError):
    """The market is used after it was closed."""


class MemoryExceeded(GoodstandingError):
    """What is asked takes more memory than may be taken, and cannot be written to the disk."""


class InputError(GoodstandingError):
    """Something that was handed in cannot be used."""


class SourceMissing(InputError):
    """There is no such file or folder."""


class SourceUnreadable(InputError):
    """A file is not what its name says, or is broken."""


class UnknownColumn(InputError):
    """A column nearly names a canonical one, or a column that is needed is not there."""


class ArgumentInvalid(InputError):
    """An argument is of the wrong type, unknown, or out of range: a day, a zone, a format."""


class RankingRefused(InputError):
    """Rows of search results cannot be ranked; `refused` holds every one, in their order.

    Each is where the row stands, and what is wrong with it.
    """

    def __init__(self, message: str, *, hint: str, refused: Sequence[tuple[str, str]]) -> None:
        super().__init__(message, hint=hint)
        self.refused = tuple(refused)


class OfferRefused(InputError):
    """An offer may not be made so, or may not be taken by whom it is to be."""


class RulebookError(GoodstandingError):
    """A rulebook cannot be used."""


class RulebookUnknown(RulebookError):
    """There is no rulebook of that name or at that path."""


class RulebookChanged(RulebookError):
    """A version that has published has another content now."""


class PublicationRefused(GoodstandingError):
    """A day cannot be published, or not yet."""


class AccessRefused(GoodstandingError):
    """What concerns a buyer is not shown, since who looks cannot be written down before."""


class DecisionUnknown(GoodstandingError):
    """The market knows no decision of that id."""


class EffectUnknown(GoodstandingError):
    """The market knows no effect of that id."""


class OfferUnknown(GoodstandingError):
    """The market knows no offer of that id."""


class SubjectUnknown(GoodstandingError):
    """Nobody of that id is in the market."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing wrong in a document: where, what, and a way out.

    `line` counts from 1; 0 means the document as a whole.
    """

    file: str
    line: int
    where: str
    what: str
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{place}  {self.where}: {self.what}" if self.where else f"{place}  {self.what}"
        return f"{text}\n    {self.hint}" if self.hint else text


class _Problems(GoodstandingError):
    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems), key=lambda p: (p.file, p.line, p.where, p.what))
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''}:"
        super().__init__("\n".join([head, *map(str, self.problems)]))


class RulebookInvalid(_Problems, RulebookError):
    """A rulebook has problems; `problems` holds every one of them, in the order of the file."""


class MappingInvalid(_Problems, InputError):
    """A mapping file has problems; `problems` holds every one of them, in the order of the file."""


def near(name: str, known: Sequence[str]) -> str:
    """Say which of the known names was probably meant, or which there are.

    Returns a sentence (or two) that can follow "… is not known.", never an empty one
    unless nothing is known at all.
    """
    if not known:
        return ""
    close = get_close_matches(name.lower(), [k.lower() for k in known], n=1, cutoff=0.6)
    listed = f"Known: {', '.join(sorted(known)[:12])}{', …' if len(known) > 12 else ''}."
    if not close:
        return listed
    meant = next(k for k in known if k.lower() == close[0])
    return f"Did you mean '{meant}'? {listed}"
