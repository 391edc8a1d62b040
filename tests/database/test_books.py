"""Books of a market in Parquet: one writer, readers who see a whole state, nothing lost."""

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from goodstanding.database.books import Books
from goodstanding.errors import (
    MarketExists,
    MarketHeld,
    MarketMissing,
    MarketUnreadable,
    MarketUnwritable,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with books that say 1."""
    books = Books.create(tmp_path / "m")
    books.database.execute("create table said (number integer)")
    say(books, 1)
    books.close()
    return tmp_path / "m"


def say(books: Books, number: int) -> None:
    books.database.execute(f"insert into said values ({number})")
    books.commit()


def said(books: Books) -> list[int]:
    return [number for (number,) in books.database.rows("select number from said order by number")]


def reading(folder: Path) -> list[int]:
    books = Books.open(folder, read_only=True)
    try:
        return said(books)
    finally:
        books.close()


def test_a_reader_keeps_what_it_opened_and_the_next_one_sees_what_was_committed(folder):
    before = Books.open(folder, read_only=True)
    writer = Books.open(folder, read_only=False)
    writer.database.execute("insert into said values (2)")
    assert reading(folder) == [1]
    writer.commit()
    say(writer, 3)
    say(writer, 4)
    assert reading(folder) == [1, 2, 3, 4]
    assert said(before) == [1]
    writer.close()
    before.close()


def test_what_was_not_committed_is_gone(folder):
    writer = Books.open(folder, read_only=False)
    writer.database.execute("insert into said values (2)")
    writer.close()
    assert reading(folder) == [1]
    again = Books.open(folder, read_only=False)
    assert said(again) == [1]
    again.close()


def test_one_writes_at_a_time_and_whoever_comes_second_is_told_who(folder):
    writer = Books.open(folder, read_only=False)
    with pytest.raises(MarketHeld, match=f"process {os.getpid()} on .* writes to it"):
        Books.open(folder, read_only=False)
    writer.close()
    Books.open(folder, read_only=False).close()


def test_a_state_that_cannot_be_put_in_place_leaves_the_one_before(folder, monkeypatch):
    writer = Books.open(folder, read_only=False)

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(MarketUnwritable, match="No space left on device"):
            say(writer, 2)
    writer.close()
    assert reading(folder) == [1]


@pytest.mark.parametrize("point", range(1, 12))
def test_whatever_ends_a_process_while_it_commits_one_state_holds(folder, monkeypatch, point):
    """Each call that reaches the disk is the last one, in turn."""
    calls = 0

    def ending(real):
        def call(*arguments, **options):
            nonlocal calls
            calls += 1
            if calls >= point:
                raise SystemExit
            return real(*arguments, **options)

        return call

    writer = Books.open(folder, read_only=False)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", ending(Path.replace))
        patch.setattr(Path, "write_text", ending(Path.write_text))
        patch.setattr(os, "fsync", ending(os.fsync))
        patch.setattr(shutil, "copyfile", ending(shutil.copyfile))
        with suppress(SystemExit):
            say(writer, 2)
    writer.close()
    held = reading(folder)
    assert held == ([1, 2] if calls > 7 or calls < point else [1])
    again = Books.open(folder, read_only=False)
    say(again, 3)
    again.close()
    assert reading(folder) == [*held, 3]


def test_a_market_that_was_made_meanwhile_is_not_made_again(folder):
    with pytest.raises(MarketExists):
        Books.create(folder)
    assert reading(folder) == [1]


def test_a_file_system_that_locks_nothing_is_told_from_another_who_writes(folder, monkeypatch):
    def without_locks(_handle: int, _how: int) -> None:
        raise OSError(37, "No locks available")

    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", without_locks)
        with pytest.raises(MarketUnwritable, match="its file system locks no files"):
            Books.open(folder, read_only=False)
    assert reading(folder) == [1]


def test_only_the_newest_states_are_kept(folder):
    writer = Books.open(folder, read_only=False)
    for number in range(2, 7):
        say(writer, number)
    writer.close()
    assert sorted(path.name for path in (folder / "books").iterdir()) == [
        "00000005.duckdb",
        "00000006.duckdb",
    ]


def test_a_folder_without_a_market_is_told_from_one_that_is_damaged(folder, tmp_path):
    with pytest.raises(MarketMissing, match="does not exist"):
        Books.open(tmp_path / "nowhere", read_only=True)
    (tmp_path / "other").mkdir()
    with pytest.raises(MarketMissing, match="holds no market"):
        Books.open(tmp_path / "other", read_only=False)
    with pytest.raises(MarketMissing, match="there is no folder"):
        Books.create(tmp_path / "nowhere" / "m")
    (folder / "market.json").write_text('{"market": "goodst')
    with pytest.raises(MarketUnreadable, match=r"'market\.json' is not whole"):
        Books.open(folder, read_only=True)


def test_books_that_are_cut_short_or_gone_are_damaged(folder):
    newest = max((folder / "books").iterdir())
    newest.write_bytes(newest.read_bytes()[:5000])
    for read_only in (True, False):
        with pytest.raises(MarketUnreadable, match=f"market 'spark:{folder}' is damaged"):
            Books.open(folder, read_only=read_only)
    newest.unlink()
    for read_only in (True, False):
        with pytest.raises((MarketMissing, MarketUnreadable)):
            Books.open(folder, read_only=read_only)
