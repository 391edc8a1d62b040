"""`rulebooks`: what counts, over which days, with which limits."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from goodstanding.cli.grid import Column, fitting_lines, terminal_width
from goodstanding.cli.output import check_place, write_text
from goodstanding.errors import ArgumentInvalid, RulebookError
from goodstanding.explanation.figures import whole

if TYPE_CHECKING:
    from goodstanding.rulebook.model import Rulebook

_NAME = "The name of a rulebook that comes with the program, or the path of your own."
VersionOption = Annotated[
    str | None,
    Parameter(
        name="--version", metavar="DAY", help="The edition of that first day. Default: the newest."
    ),
]


def listed() -> None:
    """List the rulebooks that come with the program, each with its versions."""
    books = list(_every_bundled())
    columns = [
        Column(title="rulebook", texts=[book.id for book in books], stays=True),
        Column(title="in force from", texts=[str(book.version) for book in books], stays=True),
        Column(title="for each", texts=[book.subject_kind.noun for book in books]),
        Column(title="title", texts=[book.title for book in books], wraps=True),
    ]
    write_text("\n".join(fitting_lines(columns, width=terminal_width())), None)


def shown(
    name: Annotated[str, Parameter(help=_NAME)],
    /,
    *,
    version: VersionOption = None,
    plain: Annotated[
        bool, Parameter(name="--plain", help="In sentences, each number with its source.")
    ] = False,
) -> None:
    """Print a rulebook as it is written, or what it says in sentences."""
    book = _loaded(name, version)
    if plain:
        from goodstanding.rulebook import plain as sentences  # noqa: PLC0415 -- only when used

        write_text(sentences.plain(book).rstrip("\n"), None)
    else:
        write_text(book.text.rstrip("\n"), None)


def check(*paths: Annotated[str, Parameter(name="PATH", help=_NAME)]) -> int:
    """Check rulebooks and say everything that is wrong, file by file."""
    if not paths:
        raise ArgumentInvalid(
            "there is nothing to check.", hint="Name a file: goodstanding rulebooks check mine.toml"
        )
    in_order = [_checked(path) for path in paths]
    return 0 if all(in_order) else 1


def examples(
    name: Annotated[
        str | None, Parameter(help=f"{_NAME} Without it: all that come with it.")
    ] = None,
    /,
    *,
    version: Annotated[
        str | None,
        Parameter(
            name="--version", metavar="DAY", help="The edition of that first day. Default: all."
        ),
    ] = None,
) -> int:
    """Run worked examples and say which do not come out as they say."""
    books = _editions(name, version)
    come_out = [_tried(book) for book in books]
    return 0 if all(come_out) else 1


def copy(
    name: Annotated[str, Parameter(help=_NAME)],
    file: Annotated[Path, Parameter(help="The file to make.")],
    /,
    *,
    version: VersionOption = None,
) -> None:
    """Copy a rulebook to a file of your own, to change it."""
    from goodstanding.rulebook import bundled, copying  # noqa: PLC0415 -- only when it is used

    if file.exists():
        raise ArgumentInvalid(
            f"'{file}' exists already.", hint="Name a file that is not there yet."
        )
    check_place(file)
    book = _loaded(name, version)
    own = copying.own_id(file.stem, taken={book.id, *bundled.names()})
    write_text(copying.copied(book, own).rstrip("\n"), file)
    quoted = shlex.quote(str(file))
    then = f"assess --rulebook {quoted}"
    if book.grades:
        then = f"compare --rulebook {shlex.quote(name)} --with {quoted}"
    write_text(
        f"Copied {book.id}, version {book.version}, to {file}; its id there is '{own}'.\n"
        f"Change its {'limits' if book.grades else 'numbers'}, then:\n"
        f"  goodstanding rulebooks check {quoted}\n"
        f"  goodstanding {then} --as-of DAY",
        None,
    )


def schema() -> None:
    """Print the JSON Schema of rulebooks."""
    from goodstanding.rulebook.schema import schema_text  # noqa: PLC0415 -- only when it is used

    write_text(schema_text().rstrip("\n"), None)


def _loaded(name: str, version: str | None) -> Rulebook:
    from goodstanding import days  # noqa: PLC0415 -- heavy; only when it is used
    from goodstanding.rulebook import bundled  # noqa: PLC0415 -- likewise

    day = None if version is None else days.parse_day(version, what="version")
    return bundled.load(name, version=day)


def _editions(name: str | None, version: str | None) -> Iterator[Rulebook]:
    """Yield the rulebook of that name, or path, in the edition asked for or in every one."""
    from goodstanding.rulebook import bundled  # noqa: PLC0415 -- heavy; only when it is used

    if name is None and version is not None:
        raise ArgumentInvalid(
            "an edition is asked for, and of no rulebook.", hint="Name the rulebook too."
        )
    if name is None:
        yield from _every_bundled()
    elif version is None and name in bundled.names() and not bundled.is_path(name):
        for day in bundled.versions(name):
            yield bundled.load(name, version=day)
    else:
        yield _loaded(name, version)


def _every_bundled() -> Iterator[Rulebook]:
    from goodstanding.rulebook import bundled  # noqa: PLC0415 -- heavy; only when it is used

    for name in bundled.names():
        for version in bundled.versions(name):
            yield bundled.load(name, version=version)


def _checked(path: str) -> bool:
    """Say what is wrong with one rulebook, or to be minded; return whether nothing is wrong."""
    try:
        book = _loaded(path, None)
    except RulebookError as error:
        sys.stderr.write(f"{path}: {error}\n")
        return False
    from goodstanding.rulebook.reading import warnings  # noqa: PLC0415 -- only when it is used

    for warning in warnings(book):
        sys.stderr.write(f"{warning}\n")
    write_text(f"{path}: in order ({_called(book)}).", None)
    return True


def _tried(book: Rulebook) -> bool:
    """Run a rulebook's examples and say what came out; return whether all of it was right."""
    from goodstanding.assessment.examples import try_examples  # noqa: PLC0415 -- only when used

    if not book.examples:
        write_text(f"{_called(book)}: it has no examples.", None)
        return True
    tried = try_examples(book)
    wrong = [problem for entry in tried for problem in entry.problems]
    for problem in wrong:
        sys.stderr.write(f"{problem}\n")
    failed = sum(bool(entry.problems) for entry in tried)
    passed = whole(len(tried) - failed)
    write_text(f"{_called(book)}: {passed} of {whole(len(tried))} examples come out.", None)
    return not failed


def _called(book: Rulebook) -> str:
    return f"{book.id}, version {book.version}"
