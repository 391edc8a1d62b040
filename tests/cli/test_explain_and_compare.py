"""`goodstanding explain` and `compare`: what is behind a result, and what limits would change."""

import csv
import json
import re

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import AS_OF

RULES = ("--rulebook", "service-level", "--as-of", AS_OF)
EXPLAIN = ("explain", *RULES, "--subject", "S2")


def test_an_explanation_says_the_grade_the_arithmetic_and_the_order_behind_it(run, market):
    done = run(*EXPLAIN)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Seller S2: good\n")
    assert "1 bad / 20 assessed = 5.00 %, limit below 3.5 %" in " ".join(done.stdout.split())
    assert "S2-00" in done.stdout
    assert re.search(r"A review of 1 star on 2018-06-20\.", done.stdout)
    assert all(len(line) <= 100 for line in done.stdout.splitlines())


def test_an_explanation_for_programs_has_the_result_and_every_order(run, market):
    done = run(*EXPLAIN, "--format", "json")
    told = json.loads(done.stdout)
    assert told["result"]["grade"] == "good"
    assert len(told["rows"]) == 20
    assert told["dates"]["known_at"] == "2018-06-20T08:00:00Z"


def test_an_explanation_goes_to_a_file(run, market, tmp_path):
    done = run(*EXPLAIN, "--output", "why.txt")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "why.txt").read_text().startswith("Seller S2: good\n")


def test_an_explanation_can_be_asked_for_as_the_store_may_see_it(run, market):
    done = run(*EXPLAIN, "--for", "store")
    assert (done.returncode, done.stdout) == (0, run(*EXPLAIN).stdout)  # nothing is excluded
    assert run(*EXPLAIN, "--for", "public").returncode == 2


@pytest.fixture
def mine(run, market, tmp_path):
    """A rulebook of one's own: 12 % is now 30 %, and 6 % is 4 %."""
    assert run("rulebooks", "copy", "service-level", "mine.toml").returncode == 0
    text = (tmp_path / "mine.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace("< 12 %", "< 30 %").replace("< 6 %", "< 4 %"))
    return "mine.toml"


def test_a_comparison_says_how_many_move_and_who(run, mine):
    done = run("compare", *RULES, "--with", mine)
    assert (done.returncode, done.stderr) == (0, "")
    said = " ".join(done.stdout.split())
    assert "Of 5 sellers 2 would move: 1 up, 1 down" in said
    assert re.search(r"S2 +good -> pass", done.stdout)
    assert re.search(r"S4 +fail -> pass", done.stdout)


def test_a_comparison_for_programs_lists_who_moves_or_everybody(run, mine, tmp_path):
    done = run("compare", *RULES, "--with", mine, "--format", "jsonl")
    movers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["subject_id"], each["moved"], each["places_up"]) for each in movers] == [
        ("S2", "down", -1),
        ("S4", "up", 1),
    ]
    assert done.stderr == (
        "Nothing is known after 2018-06-20: of later days only deadlines that ran out count.\n"
        "of 5 sellers 1 down, 0 no longer graded, 1 up, 0 newly graded, 2 unchanged, 1 not graded\n"
    )
    done = run("compare", *RULES, "--with", mine, "--format", "csv", "--all")
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [row["subject_id"] for row in rows] == ["S1", "S2", "S3", "S4", "S5"]
    run("compare", *RULES, "--with", mine, "--all", "--output", "all.parquet")
    assert pq.read_table(tmp_path / "all.parquet").num_rows == 5


def test_a_comparison_of_rulebooks_with_ladders_counts_the_sanctions_that_move(run, market):
    rulebook = "aliexpress-violations"
    asked = ("--rulebook", rulebook, "--with", rulebook, "--as-of", "2018-06-20")
    done = run("compare", *asked)
    assert "- ipr: 0 began, 0 changed, 0 ended, 0 unchanged" in done.stdout
    done = run("compare", *asked, "--format", "jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert "sanctions of serious ipr: 0 began, 0 changed, 0 ended, 0 unchanged\n" in done.stderr


def test_limits_of_ones_own_are_reached_with_copy_edit_check_and_compare(run, mine):
    assert (
        run("rulebooks", "check", mine).stdout
        == "mine.toml: in order (mine, version 2015-01-05).\n"
    )
    done = run("assess", "--rulebook", mine, "--as-of", AS_OF, "--format", "jsonl")
    grades = {
        line["subject_id"]: line["grade"] for line in map(json.loads, done.stdout.splitlines())
    }
    assert grades == {"S1": "excellent", "S2": "pass", "S3": "pass", "S4": "pass", "S5": None}


def test_a_rulebook_of_ones_own_that_is_not_yet_in_force_judges_and_says_so(run, mine, tmp_path):
    text = (tmp_path / "mine.toml").read_text()
    (tmp_path / "mine.toml").write_text(re.sub(r"(?m)^version .*$", "version = 2026-01-01", text))
    not_yet = "not in force on the as-of day (in force from 2026-01-01)"
    done = run("assess", "--rulebook", mine, "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    assert f"\n               {not_yet}\n" in done.stdout
    done = run("compare", *RULES, "--with", mine)
    assert f"(mine.toml), {not_yet}, " in " ".join(done.stdout.split())
    done = run("explain", "--rulebook", mine, "--as-of", AS_OF, "--subject", "S2")
    assert not_yet in " ".join(done.stdout.split())
