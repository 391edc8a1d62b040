"""`goodstanding demo` is a tour: it runs, runs again, and shows real figures."""

import re
import shlex

import pytest

from goodstanding.cli.app import application
from tests.commands import goodstanding

ORDERS = 6_000  # enough for sellers of every grade


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What a demo prints, and where it was made."""
    folder = tmp_path_factory.mktemp("tour")
    done = goodstanding("demo", "--orders", ORDERS, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, folder


def test_it_shows_a_few_sellers_of_each_grade_and_who_moves(shown):
    said, _ = shown
    for grade in ("excellent", "good", "pass", "fail"):
        assert re.search(rf"(?m)^S\d+ +{grade} +\d+/\d+ = \d", said)
    assert re.search(r"would move: [1-9]", said)
    steps = re.findall(r"(?m)^(\d)\. ", said)
    assert steps == ["1", "2", "3", "4", "5"]


def test_the_seller_that_is_explained_is_just_below_the_best(shown):
    said, _ = shown
    (subject,) = re.findall(r"4\. Why (\S+) is where it is", said)
    assert f"Seller {subject}: good" in said
    assert "To reach excellent" in said


def test_every_command_that_it_names_is_one_that_can_be_called(shown):
    said, _ = shown
    commands = re.findall(r"(?m)^  goodstanding (.+)$", said)
    assert len(commands) >= 10
    for command in commands:
        application().parse_args(shlex.split(command), print_error=False, exit_on_error=False)


def test_it_replaces_its_own_files_and_leaves_what_was_added(shown):
    said, folder = shown
    (folder / "demo" / "notes.txt").write_text("mine")
    done = goodstanding("demo", "--orders", ORDERS, cwd=folder)
    assert (done.returncode, done.stdout) == (0, said)
    assert (folder / "demo" / "notes.txt").read_text() == "mine"


def test_a_market_without_any_graded_seller_makes_a_short_tour(run):
    done = run("demo", "--orders", 1, "--dir", "tiny")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Now try" in done.stdout
