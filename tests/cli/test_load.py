"""`goodstanding load`, `new` and `quarantine`: facts come in, and what became of every row."""

import csv
import json
import re
import subprocess
import sys

import pytest

from tests.cli.conftest import AS_OF, on_a_terminal

FIRST = ("load", "--from", "exports", "--recorded", "occurred")
MADE = ("--time-zone", "UTC", "--currency", "USD")
SELLERS = ("assess", "--rulebook", "service-level", "--as-of", AS_OF, "--format", "jsonl")


def test_a_first_load_makes_the_market_and_says_what_became_of_every_row(run, exports, tmp_path):
    done = run(*FIRST, *MADE)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "Loaded exports into market.duckdb, as load 1."
    assert lines[2:5] == [
        "table     rows  new  nothing new  quarantined",
        "orders      81   81            0            0",
        "feedback    80   80            0            0",
    ]
    assert lines[-1] == "Facts known until 2018-06-20T08:00:00Z."
    assert len(run(*SELLERS).stdout.splitlines()) == 5


def test_on_a_terminal_it_says_how_far_it_is_and_wipes_that_away(exports, tmp_path):
    shown = on_a_terminal(*FIRST, *MADE, columns=60, cwd=tmp_path)
    progress, report = shown.split("Loaded exports into market.duckdb")
    assert "orders" in progress
    assert "81 rows" in progress
    assert progress.endswith("\x1b[2K")
    assert "\x1b" not in report
    assert not re.search(r"\x1b\[[0-9;]*m", shown)  # no colours


def test_loading_again_changes_nothing_and_says_so(run, market, exports):
    before = run(*SELLERS).stdout
    done = run(*FIRST)
    assert done.returncode == 0, done.stderr
    assert "market.duckdb knew all of it already." in done.stdout
    assert "orders      81    0           81            0" in done.stdout
    assert run(*SELLERS).stdout == before


def test_a_check_says_what_would_happen_and_writes_nothing(run, exports, tmp_path):
    done = run(*FIRST, *MADE, "--check")
    assert done.returncode == 0, done.stderr
    assert "nothing was written to market.duckdb." in done.stdout
    assert "orders      81   81            0            0" in done.stdout
    assert {file.name for file in tmp_path.iterdir()} == {"exports"}


def test_a_check_on_a_market_leaves_it_as_it_was(run, market, exports):
    before = run(*SELLERS).stdout
    with (exports / "orders.csv").open("a") as file:
        file.write("X-1,S9,B1,2018-06-01T10:00:00Z,,,2018-06-02T10:00:00Z\n")
    assert "orders      82    1           81            0" in run(*FIRST, "--check").stdout
    assert run(*SELLERS).stdout == before


def test_the_zone_and_currency_may_be_said_again(run, market, exports):
    assert run(*FIRST, *MADE).returncode == 0


def test_a_first_load_that_fails_leaves_no_market_behind(run, exports, tmp_path):
    (exports / "orders.csv").write_text("order_idd,seller_id\nO1,S1\n")
    assert run(*FIRST, *MADE).returncode == 1
    assert {file.name for file in tmp_path.iterdir()} == {"exports"}


@pytest.fixture
def quarantined(run, exports):
    """A market into which two rows could not be loaded."""
    with (exports / "orders.csv").open("a") as file:
        file.write("X-1,S9,B1,yesterday,,,2018-06-02T10:00:00Z\n")
        file.write(",S9,B2,2018-06-01T10:00:00Z,,,2018-06-02T10:00:00Z\n")
    done = run(*FIRST, *MADE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_rows_that_cannot_be_loaded_are_told_with_place_and_reason(quarantined):
    assert "orders      83   81            0            2" in quarantined
    assert "In quarantine:" in quarantined
    assert "orders.csv row 83" in quarantined or "orders.csv line 83" in quarantined
    assert "See: goodstanding quarantine show" in quarantined


def test_quarantine_list_counts_them_by_reason(run, quarantined):
    done = run("quarantine", "list")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == [
        "load",
        "table",
        "rows",
        "column",
        "reason",
        "first",
    ]
    records = [
        json.loads(line)
        for line in run("quarantine", "list", "--format", "jsonl").stdout.splitlines()
    ]
    assert [(each["column_name"], each["rows"]) for each in records] == [
        ("order_id", 1),
        ("placed_at", 1),
    ]


def test_quarantine_show_prints_them_as_they_were(run, quarantined):
    done = run("quarantine", "show")
    assert done.returncode == 0, done.stderr
    assert "yesterday" in done.stdout
    rows = list(csv.DictReader(run("quarantine", "show", "--format", "csv").stdout.splitlines()))
    assert [row["value"] for row in rows if row["column_name"] == "placed_at"] == ["yesterday"]
    assert run("quarantine", "show", "--table", "feedback").stdout == (
        "Nothing is in quarantine that this asks for.\n"
    )
    assert (
        "At most 1 are shown: --limit N shows more."
        in run("quarantine", "show", "--limit", "1").stdout
    )


@pytest.mark.parametrize("columns", [100, 40])
def test_on_a_terminal_what_has_no_room_is_named_and_the_rest_is_there(
    quarantined, tmp_path, columns
):
    shown = on_a_terminal("quarantine", "show", columns=columns, cwd=tmp_path)
    assert all(len(line) <= columns for line in shown.splitlines())
    assert "placed_at  yesterday  " in shown
    missing = "row" if columns >= 80 else "place, row"
    assert f"(no room for: {missing})" in shown
    assert ("orders.csv row 82" in shown) is (columns >= 80)
    words = re.sub(r"\s+", " ", shown)
    assert "not an instant" in words or columns == 40  # where other columns stand between the lines
    listed = on_a_terminal("quarantine", "list", columns=columns, cwd=tmp_path)
    assert all(len(line) <= columns for line in listed.splitlines())
    titles = listed.splitlines()[0].split()
    assert titles[-2:] == ["column", "reason"] or columns > 40
    gone = [name for name in ("load", "first") if name not in titles]
    assert (f"(no room for: {', '.join(gone)})" in listed) is bool(gone)


def test_a_long_value_is_cut_before_where_it_stands_is_left_out(run, exports, tmp_path):
    with (exports / "orders.csv").open("a") as file:
        file.write(f"X-1,S9,B1,{'yesterday ' * 20},,,2018-06-02T10:00:00Z\n")
    run(*FIRST, *MADE)
    shown = on_a_terminal("quarantine", "show", columns=80, cwd=tmp_path)
    assert "yesterday y…y yesterday " in shown
    assert "orders.csv row 82" in shown or "orders.csv line 82" in shown


def test_an_empty_quarantine_says_so(run, market):
    assert run("quarantine", "list").stdout == "Nothing is in quarantine.\n"


def test_new_makes_a_market_and_says_what_to_do_next(run, tmp_path):
    done = run("new", "my market.duckdb", "--time-zone", "America/Sao_Paulo", "--currency", "BRL")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Made my market.duckdb: days in America/Sao_Paulo, amounts in BRL.\n"
        "Next: goodstanding load --market 'my market.duckdb' --from FOLDER\n"
    )
    assert (tmp_path / "my market.duckdb").exists()


@pytest.mark.parametrize(
    "work",
    [
        pytest.param("time.sleep(30)", id="in Python"),
        pytest.param(
            "self._database.rows('select sum(a.range) from range(10000000) a, range(10000000) b')",
            id="in DuckDB",
        ),
    ],
)
def test_an_interrupted_first_load_leaves_nothing_behind(exports, tmp_path, work):
    program = f"""
import os, signal, sys, threading, time
from goodstanding import cli
from goodstanding.market import Market

def load(self, *_, **__):
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    {work}

Market.load = load
sys.exit(cli.main({[*FIRST, *MADE]!r}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == "interrupted; what was loaded before is as it was.\n"
    assert done.returncode == 130
    assert {file.name for file in tmp_path.iterdir()} == {"exports"}


def test_a_load_that_finds_no_row_does_not_say_that_all_was_known(run, market, tmp_path):
    (tmp_path / "sales.csv").write_text("id,state\nO1,sale\n")
    (tmp_path / "m.toml").write_text(
        '[orders]\nfile = "sales.csv"\nwhere = "state = \'sales\'"\norder_id = "id"\n'
    )
    done = run("load", "--from", "sales.csv", "--mapping", "m.toml")
    assert done.stdout.startswith("Loaded sales.csv: there was no row in it for market.duckdb.\n")


def test_files_that_were_not_read_are_named(run, tmp_path):
    folder = tmp_path / "some"
    folder.mkdir()
    (folder / "orders.csv").write_text("order_id,seller_id\nO1,S1\n", encoding="utf-8")
    (folder / "invoices.csv").write_text("number\n1\n", encoding="utf-8")
    new = ("--time-zone", "UTC", "--currency", "USD")
    assert "Files that were not read: invoices.csv\n" in run("load", "--from", folder, *new).stdout
    (tmp_path / "m.toml").write_text('[orders]\nfile = "orders.csv"\n', encoding="utf-8")
    mapped = run("load", "--from", folder, "--mapping", "m.toml")
    assert "Files that were not read: invoices.csv\n" in mapped.stdout


def test_a_check_of_an_empty_file_says_that_it_is_empty(run, tmp_path):
    (tmp_path / "orders.csv").write_text("order_id,seller_id\n", encoding="utf-8")
    run("new", "market.duckdb", "--time-zone", "UTC", "--currency", "USD")
    checked = run("load", "--from", "orders.csv", "--check").stdout
    assert checked.startswith(
        "Checked orders.csv: there was no row in it, and nothing was written to market.duckdb.\n"
    )
