"""The books of a market in Parquet: a small DuckDB file, of which each state is a file of its own.

They hold everything that is not a table of Parquet, and say which files these are made of. Whoever
writes works in a copy. What is committed becomes the next state, and holds once the file that
points to it has been put in place, at once and as a whole: a reader sees the market before or
after it, and a process that ends meanwhile leaves the state before.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from goodstanding.database import market_errors
from goodstanding.database.address import POINTER
from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import (
    MarketError,
    MarketExists,
    MarketHeld,
    MarketMissing,
    MarketUnreadable,
    MarketUnwritable,
)

_FOLDER = "books"
_WORKING = "working.duckdb"
_LOCK = "lock"
_ANEW = "Put a copy of the folder in its place, or load its facts anew."
_ATTEMPTS = 20  # a reader may find the state gone to which it was pointed


class Books:
    """The books in a folder, opened for reading, or for writing by one process at a time."""

    def __init__(self, folder: Path, database: DuckDB, state: int, lock: int | None) -> None:
        self.database = database
        self.folder = folder
        self._state = state
        self._lock = lock

    @classmethod
    def create(cls, folder: Path) -> Books:
        """Make the folder with empty books.

        Raises `MarketMissing`, `MarketExists`, `MarketHeld` or `MarketUnwritable`.
        """
        try:
            if not folder.parent.is_dir():
                raise MarketMissing(
                    f"market 'spark:{folder}' cannot be made: there is no folder "
                    f"'{folder.parent}'.",
                    hint="Make the folder first, or name another.",
                )
            (folder / _FOLDER).mkdir(parents=True, exist_ok=True)
            with _held(folder) as lock:
                if (folder / POINTER).exists():  # made by another meanwhile
                    raise MarketExists(
                        f"'spark:{folder}' exists already.",
                        hint="Choose another name, or delete it first.",
                    )
                return cls(folder, DuckDB.open(_working(folder), create=True), 0, lock)
        except OSError as error:
            raise unwritable(folder, error) from None

    @classmethod
    def open(cls, folder: Path, *, read_only: bool) -> Books:
        """Open the newest state; one that may not be written is opened for reading in any case.

        Raises `MarketMissing`, `MarketHeld`, `MarketUnwritable` or `MarketUnreadable`.
        """
        _pointed(folder)
        if read_only or not _is_writable(folder):
            return cls._for_reading(folder)
        try:
            with _held(folder) as lock:
                state = _pointed(folder)
                for left in (folder / _FOLDER).glob(f"{_WORKING}*"):
                    left.unlink()
                shutil.copyfile(_of(folder, state), _working(folder))
                return cls(folder, _opened(folder, _working(folder)), state, lock)
        except FileNotFoundError:
            raise _without_state(folder, state) from None
        except OSError as error:
            raise unwritable(folder, error) from None

    @classmethod
    def _for_reading(cls, folder: Path) -> Books:
        for _ in range(_ATTEMPTS):
            state = _pointed(folder)
            try:
                database = _opened(folder, _of(folder, state), read_only=True)
            except MarketError:
                if _pointed(folder) == state:
                    raise
            else:
                return cls(folder, database, state, None)
        raise _without_state(folder, state)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be committed."""
        return self._lock is None

    def commit(self) -> None:
        """Let what the books say now be the newest state. Raises `MarketUnwritable`.

        Of the states before, one is kept: somebody may be about to open it.
        """
        state = self._state + 1
        try:
            self.database.execute("checkpoint")
            made = _of(self.folder, state).with_suffix(".new")
            shutil.copyfile(_working(self.folder), made)
            keep(made)
            made.replace(_of(self.folder, state))
            keep(self.folder / _FOLDER)
            self._point_to(state)
        except OSError as error:
            raise unwritable(self.folder, error) from None
        self._state = state
        with suppress(OSError):
            _of(self.folder, state - 2).unlink(missing_ok=True)

    def _point_to(self, state: int) -> None:
        pointer = self.folder / POINTER
        new = pointer.with_suffix(".new")
        new.write_text(json.dumps({"market": "goodstanding", "state": state}) + "\n", "utf-8")
        keep(new)
        new.replace(pointer)
        with suppress(OSError):  # it holds by now, and some file systems keep no folder
            keep(self.folder)

    def close(self) -> None:
        """Let go of the market."""
        self.database.close()
        if self._lock is not None:
            with suppress(OSError):
                _working(self.folder).unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None


def of_using(folder: Path, text: str) -> MarketError | None:
    """Return the error for a folder whose files failed while they were used; None for any other."""
    named = re.search(rf"['\"]{re.escape(str(folder))}/", text)
    if named is None:
        return None
    said = text.strip().splitlines()[0]
    if market_errors.is_unwritable(said):
        return unwritable(folder, OSError(said))
    return MarketUnreadable(
        f"market 'spark:{folder}' is damaged or not whole: {said}",
        hint=_ANEW,
    )


def unwritable(folder: Path, error: OSError) -> MarketUnwritable:
    """Return the error for a folder in which nothing can be kept."""
    return MarketUnwritable(
        f"market 'spark:{folder}' cannot be written: {error.strerror or error}.",
        hint="It is as it was. The folder has to be writable, and the disk to have room.",
    )


def _pointed(folder: Path) -> int:
    """Return the number of the newest state; raises `MarketMissing` or `MarketUnreadable`."""
    try:
        said = json.loads((folder / POINTER).read_text("utf-8"))
        return int(said["state"])
    except (FileNotFoundError, NotADirectoryError):
        raise MarketMissing(
            f"market 'spark:{folder}' does not exist"
            + (": the folder holds no market." if folder.exists() else "."),
            hint=f"Make one with: goodstanding new spark:{folder} --time-zone UTC --currency USD",
        ) from None
    except PermissionError:
        raise MarketUnreadable(
            f"market 'spark:{folder}' cannot be read: you have no permission.",
            hint="Ask its owner for it, or have a copy made that is yours.",
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise MarketUnreadable(
            f"market 'spark:{folder}' cannot be read: '{POINTER}' is not whole.", hint=_ANEW
        ) from None


def _opened(folder: Path, file: Path, *, read_only: bool = False) -> DuckDB:
    try:
        return DuckDB.open(file, read_only=read_only)
    except MarketUnreadable as error:
        said = error.message.partition(": ")[2]
        raise MarketUnreadable(
            f"market 'spark:{folder}' is damaged or not whole: of its books, {said}", hint=_ANEW
        ) from None


def _without_state(folder: Path, state: int) -> MarketUnreadable:
    return MarketUnreadable(
        f"market 'spark:{folder}' is damaged or not whole: there is no "
        f"'{_of(folder, state).name}' among its books.",
        hint=_ANEW,
    )


def _is_writable(folder: Path) -> bool:
    as_effective = os.access in os.supports_effective_ids
    return all(
        os.access(each, os.W_OK, effective_ids=as_effective) for each in (folder, folder / _FOLDER)
    )


@contextmanager
def _held(folder: Path) -> Iterator[int]:
    """Be the one who writes, until what is given is closed; at once where the block fails.

    Raises `MarketHeld`, or `MarketUnwritable` where the folder cannot be held.
    """
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(folder, lock)
        os.ftruncate(lock, 0)
        os.write(lock, f"process {os.getpid()} on {os.uname().nodename}".encode())
        yield lock
    except BaseException:
        os.close(lock)
        raise


def _lock(folder: Path, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = os.read(lock, 100).decode(errors="replace").strip() or "another process"
        raise MarketHeld(
            f"market 'spark:{folder}' is in use: {who} writes to it.",
            hint="Wait until it is done (--wait SECONDS, in Python wait=SECONDS), or end it; "
            "reading needs no waiting.",
        ) from None
    except OSError as error:
        raise MarketUnwritable(
            f"market 'spark:{folder}' cannot be written: its file system locks no files "
            f"({error.strerror}).",
            hint="Write to it where it can be locked; reading needs no lock.",
        ) from None


def _working(folder: Path) -> Path:
    return folder / _FOLDER / _WORKING


def _of(folder: Path, state: int) -> Path:
    return folder / _FOLDER / f"{state:08}.duckdb"


def keep(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
