"""`effects list`, `decide`, `lift` and `notices`, as a person types them."""

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from goodstanding.cli.effects import EFFECT_KEYS
from goodstanding.cli.notices import NOTICE_KEYS
from goodstanding.effects.notices import KINDS
from tests.cli.conftest import AS_OF, on_a_terminal

pytestmark = pytest.mark.slow

RULES = ("--rulebook", "aliexpress-service-level", "--as-of", AS_OF)
PAGE = (Path(__file__).parents[2] / "docs" / "effects.md").read_text(encoding="utf-8")
OWN = """

[[effect]]
if = "grade = 'excellent'"
does = "showcase"
amount = 3
days = 7
confidence = "own design"

[[effect]]
if = "grade = 'fail'"
does = "restriction"
confidence = "own design"
"""


@pytest.fixture
def published(run, market, tmp_path):
    """A market that published the service level with effects of its own: S4 fails."""
    run("rulebooks", "copy", "service-level", "own.toml")
    with (tmp_path / "own.toml").open("a", encoding="utf-8") as own:
        own.write(OWN)
    done = run("publish", "--rulebook", "own.toml", "--as-of", AS_OF, "--despite-silence")
    assert done.returncode == 0, done.stderr
    return run


def test_what_is_in_force_and_proposed_is_listed_with_the_way_to_decide(published):
    lines = published("effects", "list", "--as-of", "2018-08-01").stdout.splitlines()
    assert lines[0].split() == ["id", "subject", "what", "from", "until", "status", "rulebook"]
    assert [line.split()[0] for line in lines[1:3]] == ["1:S1:showcase", "1:S4:restriction"]
    assert lines[-1] == ("1 waits for a person: goodstanding effects decide ID --by NAME --approve")
    of_one = published("effects", "list", "--as-of", "2018-08-01", "--subject", "S1").stdout
    assert "3 showcase slots  2018-08-01  2018-08-07  in force" in of_one
    assert "S4" not in of_one


def test_what_is_over_is_listed_with_all_and_not_without(published):
    later = ("effects", "list", "--as-of", "2018-09-01", "--subject", "S1")
    assert published(*later).stdout == "Nothing is in force, to come or proposed.\n"
    assert "2018-08-07  ended" in published(*later, "--all").stdout


def test_it_is_approved_and_lifted_by_name(published):
    said = ("effects", "decide", "1:S4:restriction", "--by", "Ana")
    on = ("--decided-at", "2018-08-02T09:00")
    assert published(*said, "--approve", *on).stdout == (
        "1:S4:restriction: in force (restriction, 2018-08-02).\n"
    )
    lifted = published(
        *("effects", "lift", "1:S4:restriction", "--by", "Bea"),
        *("--decided-at", "2018-08-05T09:00"),
    )
    assert lifted.stdout == "1:S4:restriction: lifted (restriction, 2018-08-02 to 2018-08-04).\n"
    records = published("effects", "list", "--all", "--format", "csv").stdout
    found = {each["effect_id"]: each for each in csv.DictReader(io.StringIO(records))}
    assert list(found["1:S4:restriction"]) == list(EFFECT_KEYS)
    assert found["1:S4:restriction"]["lifted_by"] == "Bea"


def test_what_is_lifted_on_its_first_day_was_in_force_on_no_day(published):
    on = ("--by", "Ana", "--decided-at", "2018-08-02T09:00")
    published("effects", "decide", "1:S4:restriction", "--approve", *on)
    assert published("effects", "lift", "1:S4:restriction", *on).stdout == (
        "1:S4:restriction: lifted (restriction, in force on no day).\n"
    )


@pytest.mark.parametrize("said", [(), ("--approve", "--decline")])
def test_it_is_either_approved_or_declined(published, said):
    done = published("effects", "decide", "1:S4:restriction", "--by", "Ana", *said)
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        1,
        "error: say either --approve or --decline.",
    )


def test_an_unknown_effect_is_refused_with_those_that_are_near(published):
    done = published("effects", "lift", "1:S4:restrict", "--by", "Ana")
    assert "no effect '1:S4:restrict' is known to this market." in done.stderr
    assert "Did you mean '1:S4:restriction'?" in done.stderr


def test_notices_are_read_by_people_and_programs_and_go_on_after_a_number(published):
    text = published("notices", "--kind", "proposed").stdout
    assert (
        "proposed  to seller S4\n  Restriction (may do less than others), from 2018-08-01" in text
    )
    lines = published("notices", "--format", "jsonl").stdout.splitlines()
    records = [json.loads(line) for line in lines]
    assert [each["number"] for each in records] == list(range(1, len(records) + 1))
    assert all(list(each) == list(NOTICE_KEYS) for each in records)
    proposed = next(each for each in records if each["kind"] == "proposed")
    assert proposed["effect"]["status"] == "proposed"
    assert {"decided_by", "lifted_by"}.isdisjoint(proposed["effect"])
    last = str(len(records))
    assert published("notices", "--after", last).stdout == "Nothing new.\n"
    assert published("notices", "--after", last, "--format", "jsonl").stdout == ""


def test_who_decided_is_told_to_nobody(published):
    published("effects", "decide", "1:S4:restriction", "--by", "Anastasia", "--decline")
    for form in ("table", "jsonl", "csv"):
        assert "Anastasia" not in published("notices", "--format", form).stdout
    ended = published("notices", "--kind", "ended").stdout
    assert "a person decided so" in " ".join(ended.split())


def test_notices_are_written_to_a_file_of_columns(published, tmp_path):
    published("notices", "--output", "told.parquet")
    table = pq.read_table(tmp_path / "told.parquet")
    assert table.column_names == list(NOTICE_KEYS)
    assert "bad experience rate 5/20 = 25.00 %" in table["figures"].to_pylist()


def test_before_anything_was_published_there_is_nothing_to_tell(run, market):
    assert run("notices").stdout == "Nobody is to be told anything.\n"
    assert run("effects", "list").stdout == "Nothing is in force, to come or proposed.\n"


def test_history_shows_what_each_edition_did(published):
    shown = published("history", "--rulebook", "own", "--subject", "S1").stdout
    assert "What it did:" in shown
    assert "1:S1:showcase" in shown
    (record,) = published(
        *("history", "--rulebook", "own", "--subject", "S1", "--format", "jsonl")
    ).stdout.splitlines()
    assert json.loads(record)["effects"] == ["3 showcase slots, 2018-08-01 to 2018-08-07: ended"]


def test_the_list_fits_a_narrow_terminal(published, tmp_path):
    shown = on_a_terminal("effects", "list", "--as-of", "2018-08-01", columns=60, cwd=tmp_path)
    assert max(map(len, shown.split("\n\n")[0].splitlines())) <= 60


def test_the_page_tells_every_column_and_every_kind_of_notice():
    columns, notices = PAGE.split("## Law")
    assert not [key for key in EFFECT_KEYS if f"`{key}`" not in columns]
    assert not [key for key in (*NOTICE_KEYS, *KINDS) if f"`{key}`" not in notices]
