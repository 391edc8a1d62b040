"""`goodstanding me`: a buyer's own view and the record of an order, in text and JSON."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.explanation.buyer_rulebook import TEXT

AS_OF = "2018-03-31"
ORDERS = """\
order_id,buyer_id,seller_id,placed_at,paid_at,closed_at
O1,B1,S1,2018-02-20T12:00:00Z,2018-02-20T12:00:00Z,2018-03-10T12:00:00Z
O2,B1,S2,2018-03-25T12:00:00Z,,
O3,B2,S2,2018-03-25T12:00:00Z,,
"""


@pytest.fixture
def asked(run: Run, tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "buyers.toml").write_text(TEXT, encoding="utf-8")
    loaded = run("load", "--from", "orders.csv", "--time-zone", "UTC", "--currency", "EUR")
    assert loaded.returncode == 0, loaded.stderr
    return ("me", "B1", "--as-of", AS_OF)


def test_a_buyer_is_shown_the_score_the_open_orders_and_what_to_do(run: Run, asked):
    done = run(*asked, "--rulebook", "buyers.toml")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Buyer B1: where you stand"
    assert "Your score is 65.71" in lines
    assert "  - Order O2 of S2, not paid" in lines
    assert "  - Pay for order O2, or cancel it: 14 days left, the last is 2018-04-14." in lines
    assert "O3" not in done.stdout


def test_for_programs_it_is_one_object_and_goes_to_a_file(run: Run, asked, tmp_path: Path):
    told = run(*asked, "--rulebook", "buyers.toml", "--output", "me.json")
    assert (told.returncode, told.stdout) == (0, "")
    view = json.loads((tmp_path / "me.json").read_text("utf-8"))
    assert (view["buyer_id"], view["score"]["rulebook"]) == ("B1", "small-buyers")


def test_the_record_of_an_order_ends_with_its_digest(run: Run, asked):
    done = run(*asked, "--order", "O1")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(run(*asked, "--order", "O1", "--format", "json").stdout)
    assert done.stdout.splitlines()[0] == "The record of order O1 of buyer B1 from seller S1"
    digest = done.stdout.split("Digest of the record:")[1]
    assert "".join(digest.split()) == told["digest"]
    assert [act["what"] for act in told["record"]["acts"]] == ["placed", "paid", "closed"]


def test_the_order_of_another_buyer_is_refused(run: Run, asked):
    done = run(*asked, "--order", "O3")
    assert done.returncode == 1
    assert done.stderr.startswith("error: 'O3' is no order of buyer 'B1' on 2018-03-31.")


def test_an_operator_without_a_reason_is_refused(run: Run, asked):
    done = run(*asked, "--by", "Ana")
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not say by whom and why" in done.stderr
