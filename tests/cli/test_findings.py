"""`findings …` as a person types it, and what it never shows."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.conftest import on_a_terminal
from tests.commands import done, killed

PROPOSE = (
    *("findings", "propose", "--buyer", "B1", "--kind", "false_claims"),
    *("--order", "S1-01", "--order", "S2-01", "--gravity", "6", "--intent", "deliberate"),
    *("--rule", "Terms 7.2", "--summary", "Both were signed for.", "--by", "Ana"),
)
WARN = ("findings", "warn", "finding-1", "--by", "Ana")
ANSWER = ("findings", "answer", "finding-1", "--text", "They never came.")
CONFIRM = (
    *("findings", "confirm", "finding-1", "--reasons", "The photographs show them."),
    *("--follows", "refunds once goods are back", "--by", "Bea", "--until"),
)
APPEAL = ("findings", "appeal", "finding-1", "--text", "I was abroad.")
OVERTURN = ("findings", "overturn", "finding-1", "--reasons", "You were.", "--by")
LOOK = ("--by", "Ana", "--reason", "weekly review")


@pytest.fixture
def until(run, market):
    """A day on which what follows may end: half a year ahead, as far as the appeal goes."""
    run(*PROPOSE)
    told = run(*WARN).stdout
    return told.split("until ")[1].split(";")[0]


def test_a_finding_is_taken_through_its_steps(run, market, until):
    assert run(*PROPOSE).stdout == "finding-1: that is done already; it is warned.\n"
    early = run(*CONFIRM, until)
    assert early.returncode == 1
    assert f"cannot be confirmed yet: the buyer has until {until} to answer" in early.stderr
    assert run(*ANSWER).stdout.startswith("finding-1: warned\n")
    assert run(*CONFIRM, until).stdout.startswith("finding-1: confirmed\nThe buyer is told why")
    assert run(*APPEAL).stdout.splitlines()[0] == "finding-1: appealed"
    refused = run(*OVERTURN, "b e a")
    assert refused.returncode == 1
    assert "'b e a' decided finding 'finding-1', and cannot decide the appeal" in refused.stderr
    assert run(*OVERTURN, "Cem").stdout == (
        "finding-1: overturned\nIt counts for no day; the buyer is told.\n"
    )
    assert run("findings", "list", *LOOK).stdout == "Nothing is found, proposed or appealed.\n"
    (record,) = csv.DictReader(
        io.StringIO(run("findings", "list", "--all", "--format", "csv", *LOOK).stdout)
    )
    assert (record["status"], record["rests_on"]) == ("overturned", "S1-01; S2-01")


def test_a_list_says_what_is_next_and_a_finding_what_the_buyer_reads(run, market, until):
    head, line = run("findings", "list", *LOOK).stdout.splitlines()
    assert head.split() == ["id", "buyer", "status", "kind", "orders", "gravity", "intent", "next"]
    assert line.split("  ")[0] == "finding-1"
    assert line.endswith(f"confirm or dismiss, after {until}")
    shown = run("findings", "show", "finding-1", *LOOK).stdout
    assert "Buyer B1: false_claims (claims about orders that were not true)" in shown
    assert "What the buyer is told\n  A warning, of " in shown
    assert "proposed by Ana: Both were signed for." in shown
    told = json.loads(run("findings", "show", "finding-1", "--format", "json", *LOOK).stdout)
    assert told["statement"]["factors"] == {
        "count": 2,
        "share": {"numerator": 2, "denominator": 5},
        "gravity": 6,
        "intent": "deliberate",
    }
    assert told["missing"] == []


def test_one_that_was_loaded_without_its_reasons_says_what_is_missing(run, market, tmp_path):
    (tmp_path / "findings.csv").write_text(
        "finding_id,buyer_id,kind,proposed_at,decided_at\nN1,B1,extortion,2018-07-01,2018-07-20\n",
        encoding="utf-8",
    )
    run("load", "--from", "findings.csv")
    shown = run("findings", "show", "N1", *LOOK).stdout
    assert (
        "There is no whole statement of reasons: nobody said its rests_on, rule, summary" in shown
    )
    told = json.loads(run("findings", "show", "N1", "--format", "json", *LOOK).stdout)
    assert told["statement"] is None
    assert told["missing"][-3:] == ["reasons", "consequence", "until_on"]


@pytest.mark.parametrize(
    "command", [("list",), ("show", "finding-1")], ids=lambda command: command[0]
)
def test_nobody_reads_findings_without_saying_who_and_why(run, market, until, command):
    for given in ((), ("--by", "Ana"), ("--reason", "weekly review")):
        refused = run("findings", *command, *given)
        assert (refused.returncode, refused.stdout) == (2, "")
    assert not market.with_name("market.duckdb.access.jsonl").exists()


def test_a_log_that_cannot_be_written_shows_nothing(run, market, until):
    market.with_name("market.duckdb.access.jsonl").mkdir()
    for command in (("findings", "list"), ("findings", "show", "finding-1"), ("notices",)):
        refused = run(*command, *LOOK)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "the access log 'market.duckdb.access.jsonl' cannot be written" in refused.stderr


def test_the_log_of_who_looks_is_replaced_by_no_output(run, market, until):
    run("findings", "list", *LOOK)
    log = "market.duckdb.access.jsonl"
    refused = run("findings", "list", *LOOK, "--format", "jsonl", "--output", log)
    assert refused.returncode == 1
    assert f"'{log}' is a market, its access log or a rulebook" in refused.stderr


def test_notices_leave_out_what_buyers_are_told_and_say_so(run, market, until):
    quiet = run("notices")
    assert quiet.stdout == "Nobody else is to be told anything.\n"
    assert quiet.stderr == "1 notice to buyers left out: say --by NAME and --reason TEXT.\n"
    assert run("notices", "--format", "jsonl").stdout == ""
    told = json.loads(run("notices", "--format", "jsonl", *LOOK).stdout)
    assert (told["kind"], told["to_kind"], told["to_id"]) == ("warned", "buyer", "B1")
    assert told["statement"]["stage"] == "warned"
    assert (told["rulebook"], told["version"], told["effect"]) == (None, None, None)
    (record,) = csv.DictReader(io.StringIO(run("notices", "--format", "csv", *LOOK).stdout))
    assert record["statement"] == "finding-1"


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.4, 0.7, 0.95])
def test_a_step_that_is_killed_is_taken_once_by_the_next(run, market, tmp_path, share):
    run(*PROPOSE)
    before = market.read_bytes()
    whole = done(tmp_path, *WARN)
    market.write_bytes(before)
    killed(tmp_path, *WARN, after=share * whole)
    done(tmp_path, *WARN)
    records = run("findings", "list", "--format", "jsonl", *LOOK).stdout
    assert json.loads(records)["status"] == "warned"
    assert len(run("notices", "--format", "jsonl", *LOOK).stdout.splitlines()) == 1


CANARY = "CANARY-7391"


def test_nothing_that_is_handed_to_others_shows_a_finding(run, market, until):
    """Every command that asks for no reason, as operators, stores and the public ask it."""
    run(*ANSWER[:-1], CANARY)
    run("publish", "--rulebook", "service-level", "--as-of", "2018-07-31")
    of_s1 = ("--as-of", "2018-07-31")
    asked = [
        ("store", "S1", *of_s1),
        ("store", "S1", *of_s1, "--for", "store", "--format", "json"),
        ("store", "S1", *of_s1, "--for", "public"),
        ("explain", "--rulebook", "service-level", *of_s1, "--subject", "S1", "--format", "json"),
        ("assess", "--rulebook", "service-level", *of_s1, "--format", "jsonl"),
        ("next", "S1", *of_s1),
        ("notices", "--format", "jsonl"),
        ("effects", "list"),
        ("exclusions", "list", "--all"),
        ("history", "--rulebook", "service-level", "--subject", "S1"),
        ("quarantine", "list"),
    ]
    for command in asked:
        shown = run(*command)
        assert shown.returncode == 0, shown.stderr
        for word in (CANARY, "finding-1", "false_claims", "Both were signed for"):
            assert word not in shown.stdout + shown.stderr, command


def test_the_list_fits_a_narrow_terminal(run, market, until, tmp_path):
    shown = on_a_terminal("findings", "list", *LOOK, columns=50, cwd=tmp_path)
    assert all(len(line) <= 50 for line in shown.splitlines())
    assert "finding-1" in shown
