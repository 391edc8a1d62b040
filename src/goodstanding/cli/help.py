"""The help of one command as plain text, in two columns, as wide as the terminal."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

_WIDEST = 100  # longer lines are tiring to read
_FIRST_COLUMN = 30
_UNBROKEN = 10_000  # wider than any text: its lines stay as they were written


class PlainHelp:
    """Prints what cyclopts knows of a command: how it is called, what it is for, its options."""

    def render_usage(self, console: Console, _options: ConsoleOptions, usage: Any) -> None:
        """Print the line that says how the command is called."""
        words = _plain(usage).split()
        lines = _wrapped(" ".join(["Usage:", *words]), "", _width(console), following="  ")
        _print(console, [*lines, ""])

    def render_description(
        self, console: Console, _options: ConsoleOptions, description: Any
    ) -> None:
        """Print what the command is for, with its example."""
        _print(console, [*_plain(description).splitlines(), ""])

    def __call__(
        self,
        console: Console,
        options: ConsoleOptions,  # noqa: ARG002 -- cyclopts hands it in
        panel: HelpPanel,
    ) -> None:
        """Print one list of commands or options."""
        entries = [entry for entry in panel.entries if entry.display_labels]
        if not entries:
            return
        lines = [f"{_plain(panel.title)}:"]
        for entry in entries:
            labels = ", ".join(entry.display_labels_with_metavar)
            lines += _entry(labels, _said(entry), _width(console))
        _print(console, [*lines, ""])


def _said(entry: HelpEntry) -> str:
    said = [" ".join(_plain(entry.description).split())]
    if entry.choices:
        said.append(f"One of: {', '.join(entry.choices)}.")
    if entry.default not in (None, "False"):  # an option that is not given is off
        said.append(f"Default: {entry.default}.")
    if entry.required:
        said.append("Required.")
    return " ".join(part for part in said if part)


def _entry(labels: str, said: str, width: int) -> list[str]:
    indent = " " * _FIRST_COLUMN
    lines = _wrapped(said, indent, width)
    if len(labels) + 4 > _FIRST_COLUMN or not lines:  # too long to stand beside: above
        return [f"  {labels}", *lines]
    return [f"  {labels}".ljust(_FIRST_COLUMN) + lines[0].strip(), *lines[1:]]


def _wrapped(text: str, indent: str, width: int, *, following: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, len(indent) + 20),
        initial_indent=indent,
        subsequent_indent=indent if following is None else following,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _width(console: Console) -> int:
    return min(console.width, _WIDEST)


def _plain(renderable: Any) -> str:
    """Return what cyclopts wants printed as text, without colours or line breaks of its own."""
    from rich.console import Console  # noqa: PLC0415 -- the command line starts without it

    text = io.StringIO()
    Console(file=text, width=_UNBROKEN, no_color=True).print(
        renderable or "", highlight=False, markup=False
    )
    return "\n".join(line.rstrip() for line in text.getvalue().strip().splitlines())


def _print(console: Console, lines: list[str]) -> None:
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
