"""A PostgreSQL server of the tests' own, in a temporary folder, reached by a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_binaries() -> Path | None:
    """Return the folder that holds `initdb` and `pg_ctl`, the newest where there are several."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True
    )
    on_path = shutil.which("pg_ctl")
    folders = [*installed, *([Path(on_path).parent] if on_path else [])]
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


@contextmanager
def running_server(binaries: Path) -> Iterator[str]:
    """Run a server and yield how to connect to it.

    PostgreSQL refuses to run as root, so root runs it as another user.
    """
    folder = Path(tempfile.mkdtemp(prefix="goodstanding-pg-"))
    owner = _another_user() if os.geteuid() == 0 else None
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    user = None if owner is None else owner.pw_uid

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    data = folder / "data"
    try:
        run(
            *(str(binaries / "initdb"), "--pgdata", str(data), "--username", "tests"),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )
        # Compiling a statement of a few thousand lines takes ten seconds; running it takes none.
        fast = "-c fsync=off -c jit=off"
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} {fast}"
        start = ("--pgdata", str(data), "--log", str(folder / "log"), "--options", options)
        run(str(binaries / "pg_ctl"), "start", "--wait", *start)
        try:
            yield f"host={folder} user=tests dbname=postgres"
        finally:
            run(str(binaries / "pg_ctl"), "stop", "--pgdata", str(data), "--mode", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _another_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("root needs another user to run PostgreSQL as")
