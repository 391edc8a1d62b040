"""One mistake each, through the real command: what, where, why, what to do, and nothing lost."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from goodstanding.database.duckdb import DuckDB
from goodstanding.facts import store
from goodstanding.facts.catalogue import TABLES
from tests.cli.conftest import AS_OF

RULES = ("--rulebook", "service-level", "--as-of", AS_OF)


def refused(done, *said):
    """Hold a command to having failed as a person can understand."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stderr.startswith("error: "), done.stderr
    for text in said:
        assert text in done.stderr
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr
    return done


@pytest.fixture
def kept(market):
    """The market, of which everything must still be there after the mistake."""
    before = all_of_it(market)
    assert before["orders"]
    yield market
    assert all_of_it(market) == before


def all_of_it(market):
    """Return every row of every table of facts."""
    database, _ = store.open_market(market)
    try:
        return {
            table.name: database.rows(f"select * from {table.name} order by all")
            for table in TABLES
        }
    finally:
        database.close()


# ------------------------------------------------------------------------------------ the market


def test_there_is_no_market(run, tmp_path):
    refused(
        run("assess", *RULES),
        "error: market 'market.duckdb' does not exist.\n",
        "Make one with: goodstanding new MARKET --time-zone UTC --currency USD",
    )
    assert list(tmp_path.iterdir()) == []


def test_the_market_is_named_by_the_environment(process, market):
    market.rename(market.with_name("other.duckdb"))
    named = process("quarantine", "list", GOODSTANDING_MARKET="other.duckdb")
    assert named.stdout == "Nothing is in quarantine.\n"
    refused(process("quarantine", "list", GOODSTANDING_MARKET=""), "market 'market.duckdb' does")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("assess", *RULES, "--market", "sales"), "market 'sales' is a folder."),
        (("assess", *RULES, "--market", ""), "market '.' is a folder."),
        (("new", "sales", "--time-zone", "UTC", "--currency", "USD"), "market 'sales' is a folder"),
        (("load", "--market", "sales", "--from", "exports"), "market 'sales' is a folder."),
        (("assess", "--rulebook", "", "--as-of", AS_OF), "rulebook '.' is a folder."),
        (("assess", "--rulebook", "./sales", "--as-of", AS_OF), "rulebook 'sales' is a folder."),
        (("load", "--from", "exports", "--mapping", "sales"), "mapping file 'sales' is a folder."),
    ],
)
def test_a_folder_is_named_where_a_file_is_meant(run, market, exports, arguments, said):
    (market.parent / "sales").mkdir()
    refused(run(*arguments), said, "Name a file in it: ")


def test_the_market_is_some_other_file(run, tmp_path):
    (tmp_path / "market.duckdb").write_text("seller_id\nS1\n" * 1000)
    refused(
        run("assess", *RULES),
        "market 'market.duckdb' cannot be read",
        "it is a file of another kind",
    )


def test_the_market_is_a_database_of_something_else(run, tmp_path):
    make = "import duckdb; duckdb.connect('market.duckdb').execute('create table t (x int)')"
    subprocess.run([sys.executable, "-c", make], cwd=tmp_path, check=True)
    refused(run("assess", *RULES), "'market.duckdb' is a database, but not a market.")


def test_the_market_was_written_by_another_version(run, market):
    change = (
        "import duckdb; "
        "duckdb.connect('market.duckdb').execute('update market set schema_version = 99')"
    )
    subprocess.run([sys.executable, "-c", change], cwd=market.parent, check=True)
    refused(
        run("assess", *RULES),
        "has schema version 99, of a newer goodstanding; this program reads",
        "Use the version of goodstanding that wrote it, or a newer one.",
    )


def test_another_process_holds_the_market(process, kept):
    hold = (
        "import duckdb, sys; held = duckdb.connect('market.duckdb'); "
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold],
        cwd=kept.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        refused(
            process("assess", *RULES),
            f"market 'market.duckdb' is in use: process {holder.pid} (",
            ") has it open.",
            "Wait until it is done",
        )
        holder.communicate("")


def test_new_does_not_overwrite_anything(run, kept):
    refused(
        run("new", "market.duckdb", "--time-zone", "UTC", "--currency", "USD"),
        "'market.duckdb' exists already.",
        "Choose another name",
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--time-zone", "Europe/Berln", "--currency", "EUR"), "time zone 'Europe/Berln' is not"),
        (("--time-zone", "../../etc", "--currency", "EUR"), "time zone '../../etc' is not known"),
        (("--time-zone", "UTC", "--currency", "euro"), "currency 'euro' is not an ISO 4217 code."),
        (("--time-zone", "UTC", "--currency", "QQQ"), "currency 'QQQ' is not an ISO 4217 code."),
        (("--time-zone", "UTC", "--currency", "eur"), "Did you mean 'EUR'?"),
    ],
)
def test_a_market_cannot_be_made_like_that(run, tmp_path, options, said):
    refused(run("new", "market.duckdb", *options), said)
    assert list(tmp_path.iterdir()) == []


def test_a_market_cannot_be_made_in_a_folder_that_is_not_there(run):
    refused(
        run("new", "nowhere/market.duckdb", "--time-zone", "UTC", "--currency", "EUR"),
        "there is no folder 'nowhere'",
    )


# ----------------------------------------------------------------------------------- the question


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--rulebook", "servce-level", "--as-of", AS_OF),
            ("there is no rulebook 'servce-level'.", "Did you mean 'service-level'?"),
        ),
        (
            ("--rulebook", "mine.toml", "--as-of", AS_OF),
            ("there is no rulebook at 'mine.toml'.", "goodstanding rulebooks copy"),
        ),
        (
            ("--rulebook", "service-level", "--version", "2014-01-01", "--as-of", AS_OF),
            ("rulebook 'service-level' has no version 2014-01-01.", "Known: 2015-01-05."),
        ),
        (
            ("--rulebook", "service-level", "--as-of", "2014-12-31"),
            ("is in force on 2014-12-31: the first is of 2015-01-05.", "--version 2015-01-05"),
        ),
        (
            ("--rulebook", "service-level", "--as-of", "31.07.2018"),
            ("as-of day '31.07.2018' is not a day", "Write it as 2018-07-31."),
        ),
        (
            ("--rulebook", "service-level", "--as-of", "2018-02-29"),
            ("as-of day '2018-02-29' is not a day", "Write it as 2018-07-31."),
        ),
        (
            ("--rulebook", "service-level", "--as-of", "2100-01-01"),
            ("as-of day 2100-01-01 is out of range.", "Days from 1990-01-01 to 2099-12-31"),
        ),
        (
            ("--rulebook", "service-level", "--as-of", AS_OF, "--known-at", "yesterday"),
            ("known-at 'yesterday' is not an instant", "Write it as 2018-08-01T12:00:00"),
        ),
        (
            ("--rulebook", "service-level", "--as-of", AS_OF, "--subject", "S11"),
            ("seller 'S11' is not known to this market.", "Did you mean 'S1'?"),
        ),
    ],
)
def test_a_question_that_makes_no_sense(run, kept, arguments, said):
    refused(run("assess", *arguments), *said)


def test_explain_and_compare_refuse_what_assess_refuses(run, kept):
    refused(run("explain", *RULES, "--subject", "S11"), "Did you mean 'S1'?")
    refused(run("compare", *RULES, "--with", "mine.toml"), "no rulebook at 'mine.toml'.")


def test_every_problem_of_a_rulebook_is_said_at_once(run, kept, tmp_path):
    run("rulebooks", "copy", "service-level", "mine.toml")
    text = (tmp_path / "mine.toml").read_text()
    wrong = text.replace("stars <= 3", "strs <= 3", 1).replace("< 12 %", "< 12")
    (tmp_path / "mine.toml").write_text(wrong)
    asked = ("--rulebook", "mine.toml", "--as-of", AS_OF)
    done = refused(run("assess", *asked), "2 problems:", "strs", "Did you mean 12 %?")
    lines = wrong.splitlines()
    for number in (1 + next(n for n, line in enumerate(lines) if "strs <= 3" in line),):
        assert f"mine.toml:{number}" in done.stderr
    done = run("rulebooks", "check", "mine.toml")
    assert done.returncode == 1
    assert "2 problems:" in done.stderr


def test_a_rulebook_that_is_no_toml(run, tmp_path):
    (tmp_path / "mine.toml").write_text('id = "mine"\nversion = [\n')
    done = run("rulebooks", "check", "mine.toml")
    assert done.returncode == 1
    assert "mine.toml:" in done.stderr
    assert "no TOML" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere/r.csv", "there is no folder 'nowhere'"),
        (".", "'.' is a folder."),
        ("/dev/full", "'/dev/full' cannot be written: No space left on device."),
    ],
)
def test_a_result_cannot_be_written_there(run, kept, place, said):
    if place.startswith("/dev/") and not Path(place).exists():
        pytest.skip(f"this system has no {place}")
    refused(run("assess", *RULES, "--format", "csv", "--output", place), said)


def test_standard_output_cannot_be_written(market, tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    for command in (["assess", *RULES], ["--help"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "goodstanding", *command],
                cwd=tmp_path,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        said = "error: the answer cannot be written: No space left on device.\n"
        assert (done.returncode, done.stderr) == (1, said)


def test_quarantine_is_asked_for_a_table_that_is_not_there(run, kept):
    refused(
        run("quarantine", "show", "--table", "ordes"),
        "there is no table 'ordes'.",
        "Did you mean 'orders'?",
    )
    refused(run("quarantine", "show", "--limit", "-1"), "limit -1 is below 0.")
    refused(run("quarantine", "show", "--load", "99"), "there is no load 99.", "There is one: 1.")


def test_a_copy_of_a_rulebook_does_not_overwrite_a_file(run, tmp_path):
    (tmp_path / "mine.toml").write_text("mine")
    refused(run("rulebooks", "copy", "service-level", "mine.toml"), "'mine.toml' exists already.")
    assert (tmp_path / "mine.toml").read_text() == "mine"


# -------------------------------------------------------------------------------------- the facts


def test_a_first_load_that_does_not_say_how_to_make_the_market(run, exports, tmp_path):
    refused(
        run("load", "--from", "exports"),
        "market 'market.duckdb' does not exist yet, and this load does not say how to make it.",
        "Add --time-zone and --currency",
    )
    assert not (tmp_path / "market.duckdb").exists()


def test_a_market_is_not_made_anew_with_another_zone(run, kept, exports):
    refused(
        run("load", "--from", "exports", "--time-zone", "Europe/Berlin"),
        "--time-zone Europe/Berlin is not that of market 'market.duckdb', which was made with UTC.",
        "It cannot be changed.",
    )


def test_an_unknown_adapter(run, kept, exports):
    for market in ("market.duckdb", "first.duckdb"):
        refused(
            run("load", "--market", market, "--from", "exports", "--adapter", "olst"),
            "there is no adapter 'olst'.",
            "Did you mean 'olist'?",
        )


def test_a_mapping_and_an_adapter(run, kept, exports):
    refused(
        run("load", "--from", "exports", "--adapter", "olist", "--mapping", "mine.toml"),
        "--adapter and --mapping are two ways to say the same thing.",
    )


def test_a_sample_cannot_be_made_like_that(run, tmp_path):
    refused(run("sample", "--orders", "0", "--out", "sample"), "a sample cannot have 0 orders.")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "orders.parquet").write_text("mine")
    refused(run("sample", "--orders", "100", "--out", "photos"), "photos")
    assert (tmp_path / "photos" / "orders.parquet").read_text() == "mine"


def test_a_demo_replaces_nothing_but_a_demo(run, tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "market.duckdb").write_text("mine")
    refused(run("demo"), "'demo' holds something that no demo has put there", "--dir")
    assert (tmp_path / "demo" / "market.duckdb").read_text() == "mine"
    shutil.rmtree(tmp_path / "demo")


def test_a_market_that_may_not_be_written_is_read_but_not_loaded_into(run, market, monkeypatch):
    monkeypatch.setattr("goodstanding.database.duckdb._is_writable", lambda _path: False)
    assessed = run("assess", "--rulebook", "service-level", "--as-of", AS_OF)
    assert assessed.returncode == 0
    (market.parent / "orders.csv").write_text("order_id\nO1\n")
    loaded = run("load", "--from", "orders.csv")
    assert loaded.returncode == 1
    assert "market 'market.duckdb' cannot be written: you have no permission." in loaded.stderr
    assert "load into a copy" in loaded.stderr


def test_a_market_that_is_cut_off_is_no_bug(run, market):
    whole = market.read_bytes()
    market.write_bytes(whole[: len(whole) * 6 // 10])
    done = run("assess", "--rulebook", "service-level", "--as-of", AS_OF)
    assert done.returncode == 1
    assert "error: market 'market.duckdb' is damaged or not whole:" in done.stderr
    assert "load its facts anew" in done.stderr


def test_a_database_with_another_table_called_market_is_no_market(run, tmp_path):
    other = DuckDB.open(tmp_path / "market.duckdb", create=True)
    other.execute("create table market (a integer)")
    other.close()
    done = run("quarantine", "list")
    assert "'market.duckdb' is a database, but not a market." in done.stderr
