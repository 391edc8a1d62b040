"""Reading the documents and running the commands that they show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A command that a page shows, and what it says that the command prints."""

    command: str
    output: list[str]
    line: int


def shown_commands(page: str) -> list[Shown]:
    """Return the commands of a page's ```console blocks, in order.

    A line that begins with `$ ` is a command (a backslash at its end continues it); the lines
    up to the next command are what it prints, to standard output and standard error.
    """
    found: list[Shown] = []
    for start, block in console_blocks(page):
        command: list[str] = []
        output: list[str] = []
        began = start
        for number, line in enumerate(block, start=start):
            if line.startswith("$ "):
                if command:
                    found.append(Shown(command="\n".join(command), output=output, line=began))
                command, output, began = [line[2:]], [], number
            elif command and command[-1].endswith("\\") and not output:
                command.append(line)
            else:
                output.append(line)
        if command:
            found.append(Shown(command="\n".join(command), output=output, line=began))
    return found


def console_blocks(page: str) -> Iterator[tuple[int, list[str]]]:
    lines = page.splitlines()
    block: list[str] | None = None
    start = 0
    for number, line in enumerate(lines, start=1):
        if block is None and line.strip() == "```console":
            block, start = [], number + 1
        elif block is not None and line.strip() == "```":
            yield start, block
            block = None
        elif block is not None:
            block.append(line)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a page in a folder, as a reader with an 80 column terminal would."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    for name in ("GOODSTANDING_OLIST", "OLIST"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def differs(said: list[str], printed: list[str]) -> str | None:
    """Say how what is printed differs from what a page says; None when it does not.

    On a page a line `…` stands for any lines, and `…` within a line for any text.
    """
    said, printed = [s.rstrip() for s in said], [p.rstrip() for p in printed]
    while said and not said[-1]:
        said.pop()
    while printed and not printed[-1]:
        printed.pop()
    at = 0
    skipping = False
    for line in said:
        if line.strip() == "…":
            skipping = True
            continue
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        while skipping and at < len(printed) and not re.fullmatch(pattern, printed[at]):
            at += 1
        if at == len(printed):
            return f"is not printed: {line!r}"
        if not re.fullmatch(pattern, printed[at]):
            return f"says {line!r}, prints {printed[at]!r}"
        skipping = False
        at += 1
    if at < len(printed) and not skipping:
        return f"also prints {printed[at]!r}"
    return None
