"""By which way what of a buyer's standing leaves the market: every command, by whoever runs it.

Each buyer of the market has a score, a band, an effect or a finding that stands nowhere else; all
are looked for in what every command prints and writes, in every form. A command that opens a market
and is not here fails the first test: say what it shows to whom.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from goodstanding.cli import commands
from goodstanding.decisions.access_log import place_of
from tests.access_market import DAY, ME, OTHER, canaries, write_market, write_rules
from tests.cli.test_commands_page import options
from tests.effects.buyer_rulebook import SCORES
from tests.effects.buyers_market import TODAY

RULES = ("--rulebook", "bands.toml", "--as-of", DAY)
SELLERS = ("--rulebook", "service-level", "--as-of", DAY)
WHO = ("--by", "Ana", "--reason", "a test")
TABLES, TEXTS = ("table", "jsonl", "csv", "parquet"), ("text", "json")
TOLD = {"explain", "store", "next", "service", "me", "findings show"}  # as a text, or as JSON
OFFER = (
    *("--seller", "S1", "--to", "past", "--discount", "10", "--from", TODAY),
    *("--until", "2026-03-20", "--cap", "9", "--by", "Sam", "--as-of", TODAY),
    *("--rulebook", "bands.toml"),
)
# What an operator is shown who says why, and whose look is logged: nobody else, and in no form.
LOGGED: dict[str, tuple[str, ...]] = {
    "assess": RULES,
    "explain": (*RULES, "--subject", ME),
    "compare": (*RULES, "--with", "others.toml"),
    "history": ("--rulebook", "buyers", "--subject", ME),
    "effects list": ("--as-of", TODAY),
    "exclusions list": (),
    "findings list": (),
    "findings show": ("finding-1",),
    "notices": (),
    "quarantine show": (),
    "restate": ("--check",),
    "me": (ME, "--rulebook", "bands.toml", "--as-of", DAY),
}
# What shows nothing of a buyer's standing to anybody, so that no reason is asked for.
FINDING = ("finding-1", "--by", "Bea")
SILENT: dict[str, list[tuple[str, ...]]] = {
    "load": [("--from", "late.csv", "--table", "orders", "--check")],
    "quarantine list": [()],
    "quarantine show": [("--table", "orders"), ("--load", "1")],
    "exclusions add": [("--buyer", ME, "--reason", "another", "--by", "Ana")],
    "exclusions lift": [("buyer:B05:another", "--by", "Ana")],
    "findings propose": [
        (
            *(
                "--buyer",
                OTHER,
                "--kind",
                "false_claims",
                "--order",
                f"O-{OTHER}",
                "--gravity",
                "2",
            ),
            *("--intent", "unknown", "--rule", "Terms 2", "--summary", "seen", "--by", "Ana"),
        )
    ],
    "findings warn": [FINDING],
    "findings answer": [("finding-1", "--text", "no")],
    "findings confirm": [
        (*FINDING, "--reasons", "so", "--follows", "this", "--until", "2026-04-01")
    ],
    "findings dismiss": [(*FINDING, "--reasons", "so")],
    "findings appeal": [("finding-1", "--text", "no")],
    "findings uphold": [(*FINDING, "--reasons", "so")],
    "findings overturn": [(*FINDING, "--reasons", "so")],
    "assess": [SELLERS],
    "explain": [(*SELLERS, "--subject", "S1"), (*SELLERS, "--subject", "S1", "--for", "store")],
    "compare": [(*SELLERS, "--with", "service-level")],
    "store": [
        ("S1", "--as-of", DAY),
        ("S1", "--as-of", DAY, "--for", "store"),
        ("S1", "--as-of", DAY, "--for", "public"),
    ],
    "next": [("S1", "--as-of", DAY)],
    "service": [("S1", "--as-of", DAY)],
    "publish": [
        ("--rulebook", "bands.toml", "--as-of", "2026-03-05"),
        ("--rulebook", "bands.toml", "--as-of", DAY),
        ("--due",),
    ],
    "restate": [(), ("--check", "--rulebook", "service-level")],
    "history": [("--rulebook", "service-level", "--subject", "S1")],
    "effects list": [("--as-of", TODAY, "--rulebook", "service-level")],
    "effects decide": [("3:S1:warning", "--by", "Ana", "--approve")],
    "effects lift": [("3:S1:warning", "--by", "Ana")],
    "effects on": [("offers", "--by", "Ana")],
    "effects off": [("offers", "--by", "Ana")],
    "effects switches": [()],
    "migrate": [()],
    "rank": [("--modifiers", "--as-of", DAY)],
    "queue": [("--seller", "S1", "--as-of", "2026-03-05")],
    "offers add": [OFFER],
    "offers list": [("--as-of", TODAY), ("--seller", "S1", "--as-of", TODAY)],
    "offers end": [("S1:1", "--by", "Sam", "--as-of", TODAY)],
}
# What is a buyer's own to ask for, and to do; whoever asks is taken to be that buyer.
OWN: dict[str, tuple[str, ...]] = {
    "me": (),
    "offers list": ("--buyer", "ID", "--for", "buyer", "--as-of", TODAY),
    "offers take": ("S1:1", "--buyer", "ID", "--agree", "--as-of", TODAY),
}
OPENING = [each.name for each in commands.COMMANDS if "--market" in options(each)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_market(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def place(kept: Path, tmp_path: Path) -> Path:
    shutil.copy(kept, tmp_path / "market.duckdb")
    write_rules(tmp_path)
    (tmp_path / "late.csv").write_text("order_id,seller_id\nO-B01,S1\n", encoding="utf-8")
    return tmp_path


def forms(name: str) -> tuple[str | None, ...]:
    command = next(each for each in commands.COMMANDS if each.name == name)
    if "--format" not in options(command):
        return (None,)
    return TEXTS if name in TOLD else TABLES


def given(run: Any, place: Path, name: str, asked: tuple[str, ...], form: str | None) -> str:
    """Run a command and return how it ended and all that it printed, or wrote to a file."""
    said = [*name.split(), *asked]
    if form is None or (name == "restate" and "--check" not in asked):
        done = run(*said)
        return f"{done.returncode}\n{done.stdout}{done.stderr}"
    file = place / "written"
    is_written = form in {"json", "csv", "parquet"}
    done = run(*said, "--format", form, *(("--output", file) if is_written else ()))
    text = f"{done.returncode}\n{done.stdout}{done.stderr}"
    if file.exists():
        is_table = form == "parquet"
        text += str(pq.read_table(file).to_pylist()) if is_table else file.read_text("utf-8")
        file.unlink()
    return text


def logged(place: Path) -> list[str]:
    log = place_of(place / "market.duckdb")
    return log.read_text("utf-8").splitlines() if log.exists() else []


def test_every_command_that_opens_a_market_is_here():
    assert {*LOGGED, *SILENT, *OWN} == set(OPENING)


def test_what_is_no_answer_about_one_market_opens_none():
    others = {each.name for each in commands.COMMANDS} - set(OPENING)
    assert {name for name in others if not name.startswith("rulebooks ")} == {
        *("demo", "sample", "new", "tables")
    }


@pytest.mark.parametrize("name", [name for name in LOGGED if name != "me"])
def test_an_operator_who_says_no_reason_is_shown_nothing(run, place, name):
    for form in forms(name):
        text = given(run, place, name, LOGGED[name], form)
        assert canaries().findall(text) == [], form
        assert logged(place) == []
        if name == "notices":  # of sellers too: what buyers are told is left out
            assert "to buyers left out" in text
        else:
            assert text.startswith(("1\n", "2\n"))
            assert "--by" in text


@pytest.mark.parametrize("name", LOGGED)
def test_an_operator_who_says_why_is_shown_it_and_stands_in_the_log(run, place, name):
    for form in forms(name):
        before = len(logged(place))
        text = given(run, place, name, (*LOGGED[name], *WHO), form)
        assert text.startswith("0\n"), text
        assert canaries().findall(text), form
        assert len(logged(place)) > before
    told = [re.sub(r'"at":"[^"]*"', "", line) for line in logged(place)]  # 39.17 s is no score
    assert canaries().findall("\n".join(told)) == []


@pytest.mark.parametrize("name", LOGGED)
def test_what_cannot_be_logged_is_not_shown(run, place, name):
    place_of(place / "market.duckdb").mkdir()
    text = given(run, place, name, (*LOGGED[name], *WHO), forms(name)[-1])
    assert text.startswith("1\n")
    assert canaries().findall(text) == []
    assert "is not shown, since the access log" in text


@pytest.mark.parametrize("table", ["findings", "retractions", "violations"])
def test_a_row_in_quarantine_that_tells_of_a_buyer_is_shown_to_whom_says_why(run, place, table):
    asked = ("quarantine", "show", "--table", table)
    refused = run(*asked)
    assert (refused.returncode, refused.stdout, logged(place)) == (1, "", [])
    assert canaries().findall(run(*asked, *WHO).stdout)
    assert len(logged(place)) == 1


PROPOSAL = (
    *("findings", "propose", "--buyer", ME, "--kind", "extortion", "--gravity", "3"),
    *("--intent", "unknown", "--rule", "Terms 1", "--summary", "seen", "--by", "Ana"),
)


def test_whoever_proposes_what_was_found_already_is_told_so_and_stands_in_the_log(run, place):
    asked = (*PROPOSAL, "--order", f"O-{ME}")
    assert "finding-1: that is done already; it is warned." in run(*asked).stdout
    (line,) = logged(place)
    told = {"by": "Ana", "reason": "what was found already", "part": "findings", "buyer": ME}
    assert told.items() <= json.loads(line).items()
    place_of(place / "market.duckdb").unlink()
    place_of(place / "market.duckdb").mkdir()
    refused = run(*asked)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "finding-1" not in refused.stderr
    assert "is not shown, since the access log" in refused.stderr


def silent() -> Iterator[Any]:
    """Give each call that shows nothing of buyers; what reads no rulebook about them last."""
    for name, calls in SILENT.items():
        marks = [pytest.mark.slow] if name in {"next", "publish", "service"} else []
        for each in calls:
            is_quick = name != "store" or "store" in each
            yield pytest.param(name, each, marks=marks if is_quick else [pytest.mark.slow])


@pytest.mark.parametrize(("name", "asked"), list(silent()))
def test_nobody_is_shown_a_standing_where_no_reason_is_asked_for(run, place, name, asked):
    if name.startswith("offers") and asked != OFFER:
        run("offers", "add", *OFFER)
    for form in forms(name)[::2]:
        text = given(run, place, name, asked, form)
        assert not text.startswith("2\n"), text
        assert canaries().findall(text) == [], form
    assert logged(place) == []


def test_the_sql_of_a_score_holds_rules_and_nobodys_result(run, place):
    done = run("assess", *RULES, "--show-sql")
    assert done.returncode == 0
    assert not re.search(r"\bB\d\d\b", done.stdout)
    assert [score for score in SCORES if score in done.stdout] == []
    assert logged(place) == []


def own(name: str, buyer: str) -> tuple[str, ...]:
    if name == "me":
        return (buyer, "--rulebook", "bands.toml", "--as-of", DAY)
    return tuple(buyer if each == "ID" else each for each in OWN[name])


def test_a_buyer_is_shown_their_own_and_nothing_of_another(run, place):
    told = {buyer: given(run, place, "me", own("me", buyer), "json") for buyer in (ME, OTHER)}
    scores = {who: json.loads(text[2:])["score"]["score"] for who, text in told.items()}
    assert scores == {ME: 93.171, OTHER: 30.171}
    assert ME not in told[OTHER].replace(f"-{ME}", "")
    assert logged(place) == []


def test_a_buyer_asks_which_offers_reach_and_takes_one_without_being_logged(run, place):
    run("offers", "add", *OFFER, "--band", "trusted")
    reach = {
        buyer: [
            given(run, place, "offers list", own("offers list", buyer), form) for form in TABLES
        ]
        for buyer in (ME, OTHER)
    }
    assert all("S1:1" in text for text in reach[ME])
    assert not any("S1:1" in text for text in reach[OTHER])
    taken = {buyer: run("offers", "take", *own("offers take", buyer)) for buyer in (ME, OTHER)}
    assert [done.returncode for done in taken.values()] == [0, 1]
    texts = [*reach[ME], *reach[OTHER], *(done.stdout + done.stderr for done in taken.values())]
    assert [canaries(but="trusted").findall(text) for text in texts] == [[]] * len(texts)
    assert logged(place) == []


def test_an_operator_who_asks_which_offers_reach_a_buyer_says_why(run, place):
    run("offers", "add", *OFFER, "--band", "trusted")
    asked = ("--buyer", ME, "--as-of", TODAY)
    refused = given(run, place, "offers list", asked, "csv")
    assert "which offers reach a buyer is shown to nobody who does not say by whom" in refused
    assert "S1:1" not in refused
    assert "S1:1" in given(run, place, "offers list", (*asked, *WHO), "csv")
    assert len(logged(place)) == 1


def test_the_offers_of_sellers_reach_no_one_buyer(run, market):
    done = run("offers", "list", "--seller", "S1", "--for", "buyer")
    assert done.returncode == 1
    assert "--for buyer is for the offers that reach one" in done.stderr


def test_nothing_is_left_beside_the_market_but_the_log(run, place):
    before = {each.name for each in place.iterdir()}
    for name, asked in LOGGED.items():
        run(*name.split(), *asked, *WHO)
    assert {each.name for each in place.iterdir()} - before == {"market.duckdb.access.jsonl"}
