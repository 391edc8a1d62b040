"""`publish`, `restate` and `history`, as a person types them."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from tests.commands import goodstanding

JULY = ("publish", "--rulebook", "service-level", "--as-of", "2018-07-31")
SILENCE = "Nothing is known after 2018-06-20: of later days only deadlines that ran out count."
REMOVED = "feedback_id,given_at,removed_at\nF-S4-00,2018-06-20T08:00:00Z,2018-08-10T09:00:00Z\n"


def test_a_day_is_published_once_and_goes_on_with_what_is_due(run, market):
    done = run(*JULY)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "Published service-level (version 2015-01-05) as of 2018-07-31, known at "
        "2018-08-01T12:00:00Z: 5 judged, 5 new or changed.\n"
        f"{SILENCE}\n"
    )
    again = run(*JULY)
    assert again.returncode == 0
    assert again.stdout.startswith("service-level is published as of 2018-07-31 already: on ")
    due = run("publish", "--due", "--until", "2018-09-30")
    assert [line.split(",")[0] for line in due.stdout.splitlines()] == [
        "Published service-level (version 2015-01-05) as of 2018-08-31",
        SILENCE.split(",", maxsplit=1)[0],
        "Published service-level (version 2015-01-05) as of 2018-09-30",
    ]
    assert run("publish", "--due", "--until", "2018-09-30").stdout == "Nothing is due.\n"


def test_effects_of_days_of_which_nothing_was_heard_wait_and_that_is_said_once(run, market):
    wait = "Effects wait until something is heard again; to carry them out: --despite-silence."
    asked = ("publish", "--rulebook", "aliexpress-violations", "--as-of", "2018-07-31")
    assert run(*asked).stdout.splitlines()[1:] == [SILENCE, wait]
    due = run("publish", "--due", "--until", "2018-08-03").stdout.splitlines()
    assert [line for line in due if not line.startswith("Published")] == [SILENCE, wait]
    assert len(due) == 5
    told = run("publish", "--due", "--until", "2018-08-04", "--despite-silence").stdout
    assert wait not in told
    assert SILENCE in told


def test_a_seller_whom_a_late_order_makes_known_was_not_there(run, market, tmp_path):
    run(*JULY)
    late = "order_id,seller_id,buyer_id,placed_at\nO-late,S9,B9,2018-06-01T08:00:00Z\n"
    (tmp_path / "orders.csv").write_text(late, encoding="utf-8")
    run("load", "--from", "orders.csv")
    listed = run("restate", "--check").stdout.splitlines()
    assert listed[1].split(maxsplit=4)[2:] == [
        "S9",
        "late",
        "fact  not there  no grade  whether it is there",
    ]


def test_a_correction_is_listed_then_restated_and_both_editions_are_shown(run, market, tmp_path):
    run(*JULY)
    assert run("restate", "--check").stdout == "Everybody would come out as published.\n"
    (tmp_path / "feedback.csv").write_text(REMOVED, encoding="utf-8")
    run("load", "--from", "feedback.csv", "--recorded", "occurred")
    listed = run("restate", "--check").stdout.splitlines()
    assert listed[:2] == [
        "as of       rulebook       seller  by a        published  would be  what differs",
        "2018-07-31  service-level  S4      correction  fail       fail      bad experience rate",
    ]
    (record,) = csv.DictReader(io.StringIO(run("restate", "--check", "--format", "csv").stdout))
    assert (record["subject_id"], record["cause"], record["grade"]) == ("S4", "correction", "fail")
    assert record["changed"] == "bad_experience_rate"
    assert run("restate").stdout.endswith(": 1 changed.\n")
    assert run("restate").stdout.startswith("Nothing to restate")
    told = run("history", "--rulebook", "service-level", "--subject", "S4").stdout.splitlines()
    assert [line.split()[3] for line in told[1:]] == ["5/20", "4/20"]
    assert [line.split()[-1] for line in told[1:]] == ["superseded", "restated"]
    records = run(
        *("history", "--rulebook", "service-level", "--subject", "S4", "--format", "jsonl")
    ).stdout.splitlines()
    rates = [json.loads(line)["indicators"]["bad_experience_rate"] for line in records]
    assert [rate["numerator"] for rate in rates] == [5, 4]


def test_a_call_that_cannot_be_meant_says_what_to_write(run, market):
    neither = run("publish")
    assert neither.returncode == 1
    assert "say either --due, or --rulebook NAME and --as-of DAY" in neither.stderr
    both = run(*JULY, "--due")
    assert both.returncode == 1
    assert "say either" in both.stderr
    half = run("publish", "--rulebook", "service-level")
    assert half.returncode == 1
    assert "belong together" in half.stderr
    nothing = run("publish", "--due")
    assert nothing.returncode == 1
    assert "nothing has been published here yet" in nothing.stderr
    useless = run("restate", "--format", "csv")
    assert useless.returncode == 1
    assert "for the list that --check makes" in useless.stderr


def test_nobody_and_nothing_published_are_told(run, market):
    nothing = run("history", "--rulebook", "service-level", "--subject", "S1")
    assert nothing.returncode == 1
    assert "has published nothing in this market" in nothing.stderr
    run(*JULY)
    nobody = run("history", "--rulebook", "service-level", "--subject", "S9")
    assert nobody.returncode == 1
    assert "seller 'S9' is not known to this market" in nobody.stderr


MINE = ("--rulebook", "mine")
JUDGED = (*MINE, "--as-of", "2018-07-31")


@pytest.fixture(scope="module")
def published_mine(loaded, tmp_path_factory) -> Path:
    """A market in which a rulebook of one's own, 'mine', has published, without its file."""
    folder = tmp_path_factory.mktemp("mine")
    shutil.copy(loaded / "market.duckdb", folder / "market.duckdb")
    for arguments in (
        ("rulebooks", "copy", "service-level", "mine.toml"),
        ("publish", "--rulebook", "mine.toml", "--as-of", "2018-07-31"),
    ):
        done = goodstanding(*arguments, cwd=folder)
        assert done.returncode == 0, done.stderr
    (folder / "mine.toml").unlink()
    market: Path = folder / "market.duckdb"
    return market


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("assess", *JUDGED), "(mine, version 2015-01-05)"),
        (("assess", *JUDGED, "--version", "2015-01-05"), "(mine, version 2015-01-05)"),
        (("assess", *JUDGED, "--format", "csv", "--subject", "S4"), ",mine,2015-01-05,"),
        (("assess", *JUDGED, "--show-sql"), "FROM results"),
        (("explain", *JUDGED, "--subject", "S4"), "changed (mine)"),
        (("compare", *JUDGED, "--with", "service-level"), "mine"),
        (("compare", "--with", "mine", *JUDGED[2:], "--rulebook", "service-level"), "mine"),
        (("publish", *JUDGED), "mine is published as of 2018-07-31 already"),
        (("publish", *MINE, "--as-of", "2018-08-31"), "Published mine (version 2015-01-05)"),
        (("publish", "--due", "--until", "2018-08-31"), "Published mine (version 2015-01-05)"),
        (("restate", *MINE), "Nothing to restate"),
        (("restate", *MINE, "--check"), "Everybody would come out as published."),
        (("history", *MINE, "--subject", "S4"), "2018-07-31"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_rulebook_that_has_published_needs_its_file_in_no_command(
    run, tmp_path, published_mine, arguments, said
):
    shutil.copy(published_mine, tmp_path / "market.duckdb")
    (tmp_path / "mine").mkdir()  # a folder of that name is not what is meant
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
