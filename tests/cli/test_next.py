"""`goodstanding next`: what a store has to do next, in text and JSON."""

import json
from typing import Any, get_args

import pytest

from goodstanding.explanation.answer import Arithmetic, Forecast, Recourse
from goodstanding.explanation.next_answer import DeadlineKind, NextSteps
from tests.cli.conftest import AS_OF
from tests.cli.test_commands_page import DOCS, keys, listed

pytestmark = pytest.mark.slow

PAGE = (DOCS / "next.md").read_text(encoding="utf-8")
ARTICLE = ("--rulebook", "service-level")


def test_a_store_is_told_what_moves_its_level(run, market):
    done = run("next", "S3", "--as-of", AS_OF, *ARTICLE)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Store S3: what to do next"
    assert "Nothing is open: no order to ship, no dispute to answer." in lines
    assert "By Service level, as the article tells it (service-level), now pass" in lines
    assert "To reach good, any one of these" in lines


def test_without_a_day_it_is_the_last_of_which_anything_is_known(run, market):
    done = run("next", "S3", *ARTICLE)
    assert "As of 2018-06-20, known at 2018-06-20T08:00:00Z, days in UTC." in done.stdout
    early = run("next", "S3", *ARTICLE, "--known-at", "2018-06-05T12:00")
    assert "As of 2018-06-05, known at 2018-06-05T12:00:00Z, days in UTC." in early.stdout


def test_for_programs_it_is_one_object_and_goes_to_a_file(run, market, tmp_path):
    asked = ("next", "S3", "--as-of", AS_OF, *ARTICLE, *ARTICLE)
    done = run(*asked, "--output", "next.json")
    assert (done.returncode, done.stdout) == (0, "")
    told = json.loads((tmp_path / "next.json").read_text())
    assert (told["store_id"], told["as_of"], told["to_do"]) == ("S3", AS_OF, [])
    assert [each["rulebook"] for each in told["ways_up"]] == ["service-level"]


def test_by_default_the_level_and_the_score_of_the_day_are_asked(run, market):
    done = run("next", "S3", "--as-of", "2014-12-31")
    assert done.stdout.splitlines()[-1].startswith("Nothing is open")
    for name in ("aliexpress-service-level", "aliexpress-daily-service-score"):
        assert f"No version of rulebook '{name}' is in force on 2014-12-31" in done.stdout


def test_an_unknown_store_is_refused_with_those_that_look_alike(run, market):
    done = run("next", "S33", "--as-of", AS_OF)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "error: seller 'S33' is not known to this market.\nDid you mean 'S3'"
    )


def test_a_rulebook_about_others_than_stores_is_refused(run, market):
    done = run("next", "S3", "--as-of", AS_OF, "--rulebook", "aliexpress-category")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "error: rulebook aliexpress-category is about every seller in a category, not about stores."
    )


def test_every_key_of_the_next_steps_is_described():
    of_explanations: set[Any] = {Arithmetic, Forecast, Recourse}
    kinds = get_args(DeadlineKind)
    described = sorted(name for name in listed(PAGE) if name not in kinds)
    assert described == sorted(keys(NextSteps, "", of_explanations))
