"""What fails under a market in PostgreSQL: an error that says so, and what was there is there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

import goodstanding
from goodstanding.database.postgres import PostgreSQL
from goodstanding.errors import MarketUnreachable, MarketUnreadable, MarketUnwritable
from goodstanding.sample import generate
from tests.asked_of_twins import NOW
from tests.market_tables import tables_of
from tests.postgres.conftest import Server, at

DAY = "2025-06-30"


def contents(address: str) -> dict[str, list[tuple[Any, ...]]]:
    with goodstanding.open(address, read_only=True) as market:
        return tables_of(market)


def test_a_market_that_lacks_a_table_says_so_and_takes_nothing(server, made, tmp_path):
    server.ask(f"drop table {at(made).schema}.disputes")
    before = contents(made)
    (tmp_path / "orders.csv").write_text("order_id,seller_id\nO1,S1\n")
    with goodstanding.open(made) as market:
        lacking = r"is damaged or not whole: relation \"disputes\" does not exist\."
        for use in (
            lambda: market.load(tmp_path),
            lambda: market.assess("aliexpress-service-level", as_of=DAY),
        ):
            with pytest.raises(MarketUnreadable, match=lacking) as told:
                use()
            assert "drop its schema and load its facts anew" in (told.value.hint or "")
    assert contents(made) == before


@pytest.mark.slow
def test_a_market_with_a_broken_block_is_told_when_the_block_is_asked_for(server, twins):
    server.ask("checkpoint")
    server.ask("create database broken template markets strategy file_copy")
    with psycopg.connect(server.owner.replace("markets", "broken")) as connection:
        said = connection.execute(
            "select current_setting('data_directory') || '/' || pg_relation_filepath(%s)",
            [f"{at(twins.there).schema}.kept_orders"],
        ).fetchone()
    assert said is not None
    with Path(said[0]).open("r+b") as file:
        file.write(b"\xab" * 4096)
    broken = twins.there.replace("/markets", "/broken")
    with (
        goodstanding.open(broken, read_only=True, clock=lambda: NOW) as market,
        pytest.raises(MarketUnreadable, match="damaged or not whole: invalid page in block 0"),
    ):
        market.assess("service-level", as_of=DAY)


@contextmanager
def cramped(server: Server, folder: Path) -> Iterator[Path]:
    """Make a database on a small disk: a file system in memory, of whoever owns the server."""
    folder.mkdir()
    owner = Path(server.folder).stat()
    size = f"size=64m,uid={owner.st_uid},gid={owner.st_gid},mode=700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        server.ask(f"create tablespace small location '{folder}'")
        server.ask("create database cramped template template0 tablespace small")
        yield folder
    finally:
        server.ask("drop database if exists cramped with (force)")
        server.ask("drop tablespace if exists small")
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_told_and_leaves_the_market_as_it_was(server, tmp_path):
    generate(orders=600, seed=5, out=tmp_path / "facts")
    (tmp_path / "facts" / "truth.parquet").unlink()
    address = f"postgresql://tests@/cramped?host={server.folder}"
    with cramped(server, Path(server.folder) / "small") as disk:
        goodstanding.new(address, time_zone="UTC", currency="USD").close()
        before = contents(address)
        filler = disk / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(disk).free - 300_000))
        with goodstanding.open(address) as market:
            with pytest.raises(MarketUnwritable, match="cannot be written: could not extend") as no:
                market.load(tmp_path / "facts", recorded="occurred")
            assert "the server's disk to have room" in (no.value.hint or "")
        assert contents(address) == before
        filler.unlink()
        with goodstanding.open(address) as market:
            assert market.load(tmp_path / "facts", recorded="occurred").load_no == 1


@pytest.mark.slow
def test_a_server_that_crashes_in_a_load_leaves_the_market_as_it_was(server, made, tmp_path):
    (tmp_path / "orders.csv").write_text("order_id,seller_id\nO1,S1\n")

    def crash(table: str, _rows: int) -> None:
        if table == "rows":
            ((process,),) = server.ask(
                "select pid from pg_stat_activity where application_name = 'goodstanding'"
            )
            os.kill(int(str(process)), signal.SIGKILL)

    before = contents(made)
    lost = pytest.raises(MarketUnreachable, match=r"the connection to market '.*' was lost")
    with goodstanding.open(made) as market, lost:
        market.load(tmp_path, progress=crash)
    for _ in range(100):  # the server starts anew by itself
        try:
            assert contents(made) == before
            break
        except MarketUnreachable:
            time.sleep(0.1)
    with goodstanding.open(made) as market:
        assert market.load(tmp_path).load_no == 1


def test_a_server_that_went_silent_is_noticed_within_a_minute_or_as_the_address_says(empty):
    for asked, idle in (("", "30"), ("&keepalives_idle=7", "7")):
        database = PostgreSQL.open(at(empty + asked), read_only=True)
        said = database._connection.info.get_parameters()
        database.close()
        assert said["keepalives_idle"] == idle
        assert int(said["keepalives_interval"]) * int(said["keepalives_count"]) + 30 == 60
        assert said["tcp_user_timeout"] == "60000"
