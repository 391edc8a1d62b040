"""Whatever a seller is given of the queue and of offers, no buyer's standing is in it.

Each buyer of the market has a score that stands nowhere else, and a band; both are looked for,
and so is the secret that lots are made with.
"""

import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import goodstanding
from tests.effects.buyer_rulebook import SCORES
from tests.effects.buyers_market import (
    AS_OF,
    BEGAN,
    TODAY,
    account,
    market_of,
    rules,
    stood,
    waiting,
)

KNOWN = ["new", "limited", "standard", "trusted", "excellent"]
BANDS = {f"B{n:02}": KNOWN[n % 5] for n in range(25)}
ASKED = ("--seller", "S1", "--as-of")
RULES = ("--rulebook", "./buyers.toml")
FORMS = ("table", "jsonl", "csv")
ADD = (
    *("offers", "add", "--seller", "S1", "--to", "past", "--band", "trusted", "--discount", "10"),
    *("--from", TODAY, "--until", "2026-03-20", "--cap", "9", "--by", "Sam", "--as-of", TODAY),
    *RULES,
)
OFFERED = "trusted"  # the seller's own word, in its own offer


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    own = [row for buyer in BANDS for row in stood(buyer, "standard", seller="S1")]
    own = [row | {"paid_at": None} for row in own]  # completed, and no part of anybody's band
    buyers = [account(buyer, marketing_consent_at=BEGAN) for buyer in BANDS]
    facts = waiting(BANDS, orders=own, buyers=buyers)
    with market_of(facts, folder) as market:
        market._database.execute("update effect_secret set secret = 'S3CR3T'")
    return folder / "market.duckdb"


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Path:
    shutil.copy(kept, tmp_path / "market.duckdb")
    rules(tmp_path)
    return tmp_path


def canaries(*, but: str | None = None) -> re.Pattern[str]:
    """Return what may stand nowhere: scores, the names of bands, the secret."""
    bands = [band for band in (*KNOWN, "objected") if band != but]
    scores = [re.escape(score) for score in SCORES]
    return re.compile("|".join([*(rf"\b{band}\b" for band in bands), *scores, "S3CR3T", "first_"]))


def test_the_canaries_are_found_where_they_may_stand(run, place):
    who = ("--by", "Ana", "--reason", "a test")
    told = run("assess", *RULES, "--as-of", "2025-12-31", "--format", "csv", *who).stdout
    assert {"limited", "trusted", "excellent"} <= set(canaries().findall(told))


def test_no_form_of_the_queue_tells_a_standing(run, place):
    given = [run("queue", *ASKED, AS_OF, "--format", form) for form in FORMS]
    given.append(run("queue", *ASKED, "2027-02-01"))
    texts = [done.stdout + done.stderr for done in given]
    run("queue", *ASKED, AS_OF, "--output", "queue.parquet")
    texts.append(str(pq.read_table(place / "queue.parquet").to_pylist()))
    texts.append(str(pq.read_table(place / "queue.parquet").schema))
    assert all(done.returncode == 0 for done in given)
    assert all("O-B07" in text for text in texts[:5])
    assert [canaries().findall(text) for text in texts] == [[]] * len(texts)
    assert not any(re.search(r"\bB\d\d\b(?<!O-B\d\d)", text) for text in texts)


def test_nothing_that_a_seller_is_told_of_its_offers_tells_whose_standing_is_which(run, place):
    given = [run(*ADD)]
    on = ("--as-of", TODAY)
    taken = [run("offers", "take", "S1:1", "--buyer", b, "--agree", *on) for b in ("B03", "B04")]
    given += [run("offers", "list", *ASKED, TODAY, "--format", form) for form in FORMS]
    given.append(run("offers", "end", "S1:1", "--by", "Sam", *on))
    texts = [done.stdout + done.stderr for done in given]
    assert [done.returncode for done in (*given, *taken)] == [0] * 7
    found = [canaries(but=OFFERED).findall(text.replace("first_on", "")) for text in texts]
    assert found == [[]] * len(texts)
    assert not any(re.search(r"\bB\d\d\b", text) for text in texts)


TABLES = ("effect_switches", "offers", "offer_reaches", "offer_ends", "offer_takings")


def test_no_table_that_the_queue_or_offers_keep_holds_a_buyers_band_or_score(run, place):
    run(*ADD)
    with goodstanding.open(place / "market.duckdb", read_only=True) as market:
        tables = [market._database.arrow(f"select * from {name}") for name in TABLES]
    assert len(tables[TABLES.index("offer_reaches")]) == 15
    for name, table in zip(TABLES, tables, strict=True):
        told = str(table.to_pylist()).replace("first_on", "")
        assert not canaries(but=OFFERED).findall(told), name
