"""`goodstanding rank`: search results in their order, and the table of modifiers."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import on_a_terminal
from tests.effects.listing_rulebook import LISTINGS
from tests.effects.small_market import AS_OF, facts, market_of

ASKED = ("--rulebook", "./listings.toml", "--as-of", AS_OF)
RESULTS = "listing_id,relevance,title\nBAD,10.4,x\nGOOD,10,y\nNOBODY,9.9,z\nNEVER,9.8,\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    with market_of(facts(), folder):
        pass
    return folder / "m.duckdb"


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Path:
    """The folder in which `run` runs, with a market, a rulebook and search results."""
    shutil.copy(kept, tmp_path / "market.duckdb")
    (tmp_path / "listings.toml").write_text(LISTINGS, encoding="utf-8")
    (tmp_path / "results.csv").write_text(RESULTS, encoding="utf-8")
    return tmp_path


def test_search_results_are_listed_with_their_place_and_what_moved_them(run, place):
    done = run("rank", "--from", "results.csv", *ASKED)
    assert (done.returncode, done.stderr) == (0, "")
    shown, _, told = done.stdout.partition("\n\n")
    assert [line.split(None, 5)[:5] for line in shown.splitlines()] == [
        ["place", "without", "listing", "relevance", "modifier"],
        ["1", "2", "GOOD", "10", "+0.050000"],
        ["2", "4", "NEVER", "9.8", "+0.044800"],
        ["3", "3", "NOBODY", "9.9", "+0.000000"],
        ["4", "1", "BAD", "10.4", "-0.050000"],
    ]
    assert shown.splitlines()[1].endswith("Its own score: 100.00, of 2 order lines.")
    assert "no listing passes one that is more than 10.53 % more relevant" in told
    assert "not measured   what this does to sales\n" in told
    assert "results        4: 2 by their own score, 1 by their store's, 1 without a score\n" in told
    assert "moved          2 up, 1 down, 3 places at most\n" in told


def test_records_hold_what_was_handed_in_and_what_was_added(run, place):
    done = run("rank", "--from", "results.csv", *ASKED, "--format", "jsonl")
    first, *_, last = map(json.loads, done.stdout.splitlines())
    assert first == {
        "listing_id": "GOOD",
        "relevance": "10",
        "title": "y",
        "place": 1,
        "place_without": 2,
        "weighed_relevance": 10.5,
        "modifier": 0.05,
        "modifier_millionths": 50000,
        "service_score": 100.0,
        "score_from": "listing",
        "because": "Its own score: 100.00, of 2 order lines.",
    }
    assert (last["listing_id"], last["place_without"]) == ("BAD", 1)
    assert "ranked by      relevance times (1 + m)" in done.stderr


def test_the_table_of_modifiers_goes_to_a_file(run, place):
    done = run("rank", "--modifiers", *ASKED, "--output", "modifiers.parquet")
    assert (done.returncode, done.stdout) == (0, "")
    assert "listings       6: 3 by their own score, 2 by their store's, 1 without a score" in (
        done.stderr
    )
    table = pq.read_table(place / "modifiers.parquet")
    assert str(table.schema.field("modifier").type) == "decimal128(7, 6)"
    run("rank", "--modifiers", *ASKED, "--output", "modifiers.csv")
    with (place / "modifiers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["listing_id"] for row in rows] == table["listing_id"].to_pylist()
    assert (rows[1]["listing_id"], rows[1]["modifier"]) == ("BAD", "-0.050000")


def test_modifiers_are_listed(run, place):
    lines = run("rank", "--modifiers", *ASKED).stdout.splitlines()
    assert lines[0].split() == ["listing", "modifier", "score", "from", "counted"]
    assert lines[1].split() == ["ALONE", "+0.000000", "none", "0"]
    assert lines[4].split() == ["GOOD", "+0.050000", "100.00", "listing", "2"]


def test_queries_have_a_column_and_long_tables_end_in_how_many_more(run, place):
    rows = [f"q{n % 3},GOOD,{n}" for n in range(50)]
    text = "\n".join(["query_id,listing_id,relevance", *rows, ""])
    (place / "results.csv").write_text(text, encoding="utf-8")
    lines = run("rank", "--from", "results.csv", *ASKED).stdout.splitlines()
    assert lines[0].split()[:3] == ["query", "place", "without"]
    assert lines[41] == "… and 10 more: --all prints them, --output FILE keeps them."
    shown = run("rank", "--from", "results.csv", *ASKED, "--all").stdout.partition("\n\n")[0]
    assert len(shown.splitlines()) == 51


def test_on_a_terminal_it_fits(place):
    shown = on_a_terminal("rank", "--from", "results.csv", *ASKED, columns=60, cwd=place)
    assert max(map(len, shown.splitlines())) <= 60
    assert "(no room for: because)" in shown


def test_nothing_is_printed_where_a_row_cannot_be_ranked(run, place):
    (place / "results.csv").write_text("listing_id,relevance\nGOOD,1\nBAD,high\n", encoding="utf-8")
    done = run("rank", "--from", "results.csv", *ASKED, "--output", "ranked.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "error: 1 of 2 search results cannot be ranked, and none was:\n"
        "results.csv row 2  relevance: 'high' is no number\n"
        "A relevance is a number from 0 up"
    )
    assert not (place / "ranked.csv").exists()


@pytest.mark.parametrize("given", [(), ("--from", "results.csv", "--modifiers")])
def test_search_results_or_modifiers_are_asked_for(run, place, given):
    done = run("rank", *given, *ASKED)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: say either --from FILE or --modifiers.\n")


def test_no_results_and_no_listings_are_said_to_be_none(run, place):
    (place / "results.csv").write_text("listing_id,relevance\n", encoding="utf-8")
    done = run("rank", "--from", "results.csv", *ASKED)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "No search results.")
    assert "moved          0 up, 0 down, 0 places at most" in done.stdout
    early = run("rank", "--modifiers", *ASKED, "--known-at", "2018-01-01")
    assert early.stdout.splitlines()[0] == "The market knows no listing yet."


def test_a_day_on_which_nothing_is_known_or_nothing_is_in_force_is_said_to_be_one(run, place):
    asked = ("rank", "--modifiers", "--rulebook", "./listings.toml", "--as-of")
    assert "Nothing is known after 2018-09-30" in run(*asked, "2018-12-31").stdout
    assert "listings: not in force on the as-of day" in run(*asked, "2015-10-01").stdout


def test_whoever_stops_reading_is_not_bothered(place):
    command = ["rank", "--modifiers", *ASKED, "--format", "jsonl"]
    process = subprocess.Popen(
        [sys.executable, "-m", "goodstanding", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=place,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 141
    assert said == b""
