"""`exclusions add`, `list` and `lift`, as a person types them."""

import csv
import io
import json

import pytest

from tests.cli.conftest import on_a_terminal

JULY = (
    *("--rulebook", "aliexpress-service-level", "--version", "2015-01-05"),
    *("--as-of", "2018-07-31"),
)
PROTECTED = ("exclusions", "add", "--order", "S4-00", "--reason", "order protection", "--by", "Ana")


def test_a_decision_is_noted_listed_and_lifted(run, market):
    assert run("exclusions", "list").stdout == "Nothing is excluded.\n"
    added = run(*PROTECTED)
    assert (added.returncode, added.stdout) == (
        0,
        (
            "Noted: order:S4-00:order protection\n"
            "Bundled rulebooks that name this reason: aliexpress-daily-service-score, "
            "aliexpress-service-level, listing-service-score, service-links, "
            "service-links-listing.\n"
        ),
    )
    shouted = run(*PROTECTED[:4], "--reason", "Order Protection", "--by", "Ana").stdout
    assert "Bundled rulebooks that name this reason: aliexpress-daily-service-score, " in shouted
    assert run(*PROTECTED).stdout.startswith("That is decided already: order:S4-00:")
    head, line = run("exclusions", "list").stdout.splitlines()
    assert head.split() == ["id", "what", "reason", "by", "decided"]
    assert line.startswith("order:S4-00:order protection  order S4-00  order protection  Ana")
    lift = ("exclusions", "lift", "order:S4-00:order protection", "--by", "Bea")
    assert run(*lift).stdout == "Lifted: order:S4-00:order protection\n"
    assert run(*lift).stdout == "That was lifted already: order:S4-00:order protection\n"
    assert run("exclusions", "list").stdout == "Nothing is excluded.\n"
    records = run("exclusions", "list", "--all", "--format", "csv").stdout
    (record,) = csv.DictReader(io.StringIO(records))
    assert (record["about"], record["key"], record["lifted_by"]) == ("order", "S4-00", "Bea")


def test_an_excluded_buyer_is_counted_by_reason_and_named_to_no_seller(run, market):
    run("exclusions", "add", "--buyer", "B0", "--reason", "malicious buyer", "--by", "Ana")
    summary = run("assess", *JULY).stdout
    assert "76 counted, 4 excluded (4 malicious buyer)" in summary
    told = run("explain", *JULY, "--subject", "S4").stdout
    assert "The marketplace decided a report against the buyer." in told
    assert "Ana" not in told
    records = run("explain", *JULY, "--subject", "S4", "--format", "json").stdout
    assert "Ana" not in records
    assert json.loads(records)["not_counted"]["by_reason"]["excluded"] == 1


def test_a_rating_is_taken_away_and_what_that_restates_is_named(run, market):
    run("publish", "--rulebook", "service-level", "--as-of", "2018-07-31")
    added = run("exclusions", "add", "--rating", "F-S4-00", "--reason", "abusive", "--by", "Ana")
    assert added.stdout.splitlines() == [
        "Noted: rating:F-S4-00",
        "A rating that was taken away counts in no rulebook.",
        "What it changes of what was published: goodstanding restate --check",
    ]
    listed = run("restate", "--check").stdout.splitlines()
    assert listed[1].split()[:6] == [
        *("2018-07-31", "service-level", "S4", "correction", "fail", "fail")
    ]


def test_an_incident_has_days_and_says_what_it_concerns(run, market):
    added = run(
        *("exclusions", "add", "--incident", "strike", "--from", "2018-06-01", "--until"),
        *(
            "2018-06-09",
            "--carrier",
            "Posta",
            "--region",
            "BR",
            "--reason",
            "strike",
            "--by",
            "Ana",
        ),
    )
    assert added.stdout.splitlines()[0] == "Noted: incident:strike"
    _, line = run("exclusions", "list").stdout.splitlines()
    assert "incident carrier Posta, region BR" in line
    assert "2018-06-01 to 2018-06-09" in line
    assert run("exclusions", "lift", "incident:strike", "--by", "Bea").returncode == 0
    assert run("exclusions", "list").stdout == "Nothing is excluded.\n"
    head, line = run("exclusions", "list", "--all").stdout.splitlines()
    assert head.endswith("lifted      lifted by")
    assert line.startswith("incident:strike  incident carrier Posta, region BR  strike")
    assert line.endswith("Bea")


WHY = ("--reason", "fraud", "--by", "Ana")


@pytest.mark.parametrize(
    ("said", "complaint", "way_out"),
    [
        (WHY, "say one of --order, --buyer, --rating and --incident", "exclusions add --order O1"),
        (("--order", "S1-00", "--buyer", "B1", *WHY), "say one of --order", "exclusions add"),
        (("--order", "S1-0", *WHY), "order 'S1-0' is not known to this market", "S1-00"),
        (("--order", "S1-00", "--carrier", "P", *WHY), "--carrier is for an incident", "Leave it"),
        (("--incident", "strike", *WHY), "an incident has a first day", "--from DAY"),
        (
            ("--incident", "s", "--from", "2018-06-02", "--until", "2018-06-01", *WHY),
            "the last day, 2018-06-01, lies before the first, 2018-06-02",
            "Both are days",
        ),
        (
            ("--incident", "s", "--from", "Tuesday", *WHY),
            "first day 'Tuesday' is not a day",
            "2018-07-31",
        ),
    ],
)
def test_what_cannot_be_decided_says_what_to_write(run, market, said, complaint, way_out):
    refused = run("exclusions", "add", *said)
    assert refused.returncode == 1
    assert complaint in refused.stderr
    assert way_out in refused.stderr
    assert run("exclusions", "list").stdout == "Nothing is excluded.\n"


def test_lifting_what_nobody_decided_names_what_was(run, market):
    run(*PROTECTED)
    refused = run("exclusions", "lift", "order:S4-00:protection", "--by", "Bea")
    assert refused.returncode == 1
    assert "no decision 'order:S4-00:protection' is known" in refused.stderr
    assert "Did you mean 'order:S4-00:order protection'?" in refused.stderr


def test_the_list_fits_a_narrow_terminal(run, market, tmp_path):
    run(*PROTECTED)
    shown = on_a_terminal("exclusions", "list", columns=50, cwd=tmp_path)
    assert all(len(line) <= 50 for line in shown.splitlines())
    assert "order:S4-00:order protection" in shown
