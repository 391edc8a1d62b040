"""`queue`, `offers` and `effects on`, as a person types them."""

import csv
import io
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.effects.buyers_market import AS_OF, BEGAN, account, market_of, opened, rules, waiting

pytestmark = pytest.mark.slow

KNOWN = ["new", "limited", "standard", "trusted", "excellent"]
BANDS = {f"B{n:02}": KNOWN[n % 5] for n in range(25)}
QUEUE = ("queue", "--seller", "S1", "--as-of", AS_OF)
ADD = (
    *("offers", "add", "--seller", "S1", "--to", "all", "--band", "trusted", "--discount", "10"),
    *("--from", "2026-03-06", "--until", "2026-03-20", "--cap", "3", "--by", "Sam"),
    *("--as-of", "2026-03-06", "--rulebook", "./buyers.toml"),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    buyers = [account(buyer, marketing_consent_at=BEGAN) for buyer in BANDS]
    orders = [opened("unsaid", "B00", None)]
    with market_of(waiting(BANDS, orders=orders, buyers=buyers), folder) as market:
        market._database.execute("update effect_secret set secret = 'of this test'")
    return folder / "market.duckdb"


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Path:
    shutil.copy(kept, tmp_path / "market.duckdb")
    rules(tmp_path)
    return tmp_path


def test_the_queue_is_a_list_of_orders_and_a_count_that_is_told_in_words(run, place):
    done = run(*QUEUE)
    assert (done.returncode, done.stderr) == (0, "")
    shown, _, told = done.stdout.partition("\n\n")
    assert shown.splitlines()[0].split() == ["place", "order", "ship", "by"]
    assert [line.split()[0] for line in shown.splitlines()[1:]] == [str(n) for n in range(1, 27)]
    assert shown.splitlines()[-1].split() == ["26", "unsaid"]
    first, second, third = told.splitlines()
    assert first == "26 open orders of 25 buyers at the end of 2026-03-05, by ship-by day in UTC."
    assert second.startswith("About ")
    assert second.endswith(
        " of your 26 open orders are from buyers in good standing, give or take 15."
    )
    assert third == "The count and the order within a day are made by lots (docs/queue.md)."


def test_records_of_the_queue_go_to_a_file_and_what_is_told_to_standard_error(run, place):
    done = run(*QUEUE, "--format", "jsonl")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert set(records[0]) == {"place", "order_id", "ship_by", "is_past"}
    assert records[-1] == {"place": 26, "order_id": "unsaid", "ship_by": None, "is_past": False}
    assert "About " in done.stderr
    run(*QUEUE, "--output", "queue.csv")
    run(*QUEUE, "--output", "queue.parquet")
    rows = list(csv.DictReader(io.StringIO((place / "queue.csv").read_text(encoding="utf-8"))))
    table = pq.read_table(place / "queue.parquet")
    assert [row["order_id"] for row in rows] == table["order_id"].to_pylist()
    assert table["order_id"].to_pylist() == [record["order_id"] for record in records]


def test_the_queue_says_so_where_standing_breaks_no_ties(run, place):
    run("effects", "off", "queue", "--by", "Ana")
    told = run(*QUEUE).stdout
    assert told.endswith("Within a day by ship-by instant, and by nobody's standing.\n")
    empty = run("queue", "--seller", "S9", "--as-of", AS_OF)
    assert empty.stdout == f"Nothing waits to be sent at the end of {AS_OF}.\n"


def test_the_queue_and_offers_are_turned_on_and_off_and_that_is_listed(run, place):
    assert run("effects", "on", "queue", "--by", "Eve").stdout == "queue was on already.\n"
    assert run("effects", "off", "queue", "--by", "Bea").stdout == "queue: off.\n"
    listed = run("effects", "switches").stdout.splitlines()
    assert [line.split()[:2] for line in listed[:4]] == [
        ["effect", "turned"],
        ["queue", "on"],
        ["offers", "on"],
        ["queue", "off"],
    ]
    assert listed[-1] == "Now: queue off, offers on."
    records = run("effects", "switches", "--format", "csv").stdout
    assert [row["said_by"] for row in csv.DictReader(io.StringIO(records))] == ["Ana", "Ana", "Bea"]
    refused = run("effects", "on", "rank", "--by", "Ana")
    assert (refused.returncode, "effect 'rank' is not known" in refused.stderr) == (1, True)


def test_an_offer_is_made_listed_taken_and_ended(run, place):
    assert run("offers", "list").stdout == "No offers.\n"
    made = run(*ADD)
    assert made.stdout == (
        "Made: S1:1\nOf 25 buyers or a few more, who agreed to offers, it is shown to those at "
        "trusted or better.\n"
    )
    assert run(*ADD).stdout.startswith("That is offered already: S1:1\n")
    on = ("--as-of", "2026-03-06")
    own = ("--buyer", "B04", "--for", "buyer")
    told = run("offers", "list", *own, *on).stdout
    assert told.startswith(
        "S1:1: 10 % from S1, 2026-03-06 to 2026-03-20.\n  Whoever takes it tells"
    )
    take = ("offers", "take", "S1:1", "--buyer", "B04", *on)
    refused = run(*take)
    assert (refused.returncode, "nothing is taken yet" in refused.stderr) == (1, True)
    assert run(*take, "--agree").stdout == "Taken: S1:1, 10 % from S1.\n"
    assert "Taken on 2026-03-06." in run("offers", "list", *own, *on).stdout
    head, line = run("offers", "list", "--seller", "S1", *on).stdout.splitlines()
    assert head.split()[:3] == ["id", "to", "standing"]
    assert line.split() == [
        *("S1:1", "all", "trusted", "or", "better", "10", "%", "2026-03-06", "2026-03-20"),
        *("25", "1", "of", "3", "live"),
    ]
    record = json.loads(run("offers", "list", "--format", "jsonl", *on).stdout)
    assert (record["could_reach"], record["taken_n"], record["made_by"]) == (25, 1, "Sam")
    (mine,) = csv.DictReader(
        io.StringIO(run("offers", "list", *own, "--format", "csv", *on).stdout)
    )
    assert mine["taken_on"] == "2026-03-06"
    ended = run("offers", "end", "S1:1", "--by", "Sam", *on).stdout
    assert ended == "Ended: S1:1, from 2026-03-06, by Sam.\n"


def test_what_is_refused_is_told_with_the_reason(run, place):
    both = run("offers", "list", "--seller", "S1", "--buyer", "B1")
    assert (both.returncode, "say either --seller or --buyer" in both.stderr) == (1, True)
    priced = run(*ADD, "--discount", "trusted=5,excellent=10")
    assert priced.returncode != 0
    by_band = [each if each != "10" else "trusted=5,excellent=10" for each in ADD]
    refused = run(*by_band)
    assert (refused.returncode, "prices by score are refused" in refused.stderr) == (1, True)
