"""The commands as an application of cyclopts; each is imported only when it is called."""

from __future__ import annotations

from cyclopts import App, Parameter

from goodstanding import __version__
from goodstanding.cli.commands import COMMANDS, DESCRIPTION, GROUPS
from goodstanding.cli.help import PlainHelp


def application() -> App:
    """Return the application, with every command of the catalogue."""
    app = App(
        name="goodstanding",
        help=DESCRIPTION,
        version=__version__,
        help_format="plaintext",
        help_formatter=PlainHelp(),
        # An option that is not given is off: there is no --no-check beside --check.
        default_parameter=Parameter(negative=()),
        suppress_keyboard_interrupt=False,
    )
    groups = {name: app.command(App(name=name, help=what)) for name, what in GROUPS.items()}
    for command in COMMANDS:
        *before, name = command.words
        home = groups[before[0]] if before else app
        home.command(
            f"goodstanding.cli.{command.place}",
            name=name,
            help=f"{command.summary}\n\nFor example: {command.example}",
        )
    return app
