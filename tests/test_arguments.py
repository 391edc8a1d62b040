"""Whatever is handed in to the Python interface, what comes out is one of our errors."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

import goodstanding
from goodstanding import arguments
from goodstanding.errors import ArgumentInvalid, MarketClosed
from goodstanding.market import Market

JULY = date(2018, 7, 31)
OURS = {"rulebook": "service-level", "as_of": JULY}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with goodstanding.new(folder / "m.duckdb", time_zone="UTC", currency="EUR") as market:
        market.load({"sellers": pd.DataFrame({"seller_id": ["S1"], "country": ["DE"]})})
    return folder / "m.duckdb"


@pytest.fixture
def market(made, tmp_path):
    with goodstanding.open(shutil.copy(made, tmp_path / "m.duckdb")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        (datetime(2018, 7, 31, 12), "as-of day 2018-07-31 12:00:00 is an instant", r"\.date\(\)"),
        (pd.Timestamp("2018-07-31"), "as-of day 2018-07-31 00:00:00 is an instant", "2018-07-31"),
        (pd.NaT, "as-of day NaT is an instant", "2018-07-31"),
        (20180731, "as-of day 20180731 is not a day: it is of type int", "'2018-07-31'"),
        (None, "as-of day None is not a day", "'2018-07-31'"),
        ("31.07.2018", "as-of day '31.07.2018' is not a day", "2018-07-31"),
        (date(1989, 12, 31), "as-of day 1989-12-31 is out of range", "1990-01-01"),
    ],
)
def test_what_is_no_day_is_refused_by_name(market, given, said, hint):
    for ask in (
        lambda: market.assess("service-level", as_of=given),
        lambda: market.explain("service-level", as_of=given, subject="S1"),
        lambda: market.store_card("S1", as_of=given),
        lambda: market.compare("service-level", "service-level", as_of=given),
        lambda: market.rank([], as_of=given),
        lambda: market.modifiers(as_of=given),
        lambda: market.publish("service-level", as_of=given),
        lambda: market.sql("service-level", as_of=given),
    ):
        with pytest.raises(ArgumentInvalid, match=said) as caught:
            ask()
        assert caught.match(hint)


def test_next_steps_are_for_the_store_and_the_operator_and_by_a_list_of_rulebooks(market):
    with pytest.raises(ArgumentInvalid, match="may not see a store's next steps") as caught:
        market.next_steps("S1", as_of=JULY, viewer="public")
    assert caught.match("It is for operator and store")
    with pytest.raises(ArgumentInvalid, match="viewer 'buyer' is not known"):
        market.next_steps("S1", as_of=JULY, viewer="buyer")
    for given in ("service-level", Path("mine.toml"), 5):
        with pytest.raises(ArgumentInvalid, match="is not a list of them"):
            market.next_steps("S1", as_of=JULY, rulebooks=given)
    with pytest.raises(ArgumentInvalid, match="store 1 is not a text"):
        market.next_steps(1, as_of=JULY)


@pytest.mark.parametrize(
    ("method", "asked", "said"),
    [
        ("assess", {**OURS, "subject": 5}, "subject 5 is not a text: it is of type int"),
        ("assess", {**OURS, "subject": "\udcff"}, "subject '.*' holds what is no text in UTF-8"),
        ("assess", {**OURS, "rulebook": None}, "rulebook None is not a name or a path"),
        ("assess", {**OURS, "version": 2015}, "version 2015 is not a day"),
        ("assess", {**OURS, "known_at": JULY}, "known-at .* is not an instant: it is of type date"),
        ("assess", {**OURS, "known_at": 5}, "known-at 5 is not an instant"),
        ("assess", {**OURS, "known_at": pd.NaT}, "known-at NaT is not an instant"),
        ("assess", {**OURS, "known_at": datetime(1, 1, 1)}, "known-at 0001-01-01 is out of range"),
        ("explain", {**OURS, "subject": None}, "subject None is not a text"),
        ("store_card", {"store": 5, "as_of": JULY}, "store 5 is not a text"),
        ("store_card", {"store": "S1", "as_of": JULY, "known_at": 5}, "known-at 5 is not an inst"),
        ("store_card", {"store": "S1", "as_of": JULY, "viewer": 5}, "viewer 5 is not a text"),
        ("service", {"subject": 5, "as_of": JULY}, "store 5 is not a text"),
        ("service", {"subject": 5, "as_of": JULY, "is_listing": True}, "listing 5 is not a text"),
        ("service", {"subject": "S1", "as_of": JULY, "viewer": 5}, "viewer 5 is not a text"),
        ("rulebook", {**OURS, "rulebook": 5}, "rulebook 5 is not a name or a path"),
        ("compare", {**OURS, "other": 5}, "rulebook 5 is not a name or a path"),
        ("rank", {**OURS, "results": [], "version": 2015}, "version 2015 is not a day"),
        ("modifiers", {**OURS, "known_at": 5}, "known-at 5 is not an instant"),
        ("exposure", {**OURS, "rulebook": 5}, "rulebook 5 is not a name or a path"),
        ("publish", {**OURS, "rulebook": b"x"}, "rulebook b'x' is not a name or a path"),
        ("publish_due", {"until": 5}, "last day 5 is not a day"),
        ("restate", {"rulebook": 5}, "rulebook 5 is not a text"),
        ("differences", {"rulebook": 5}, "rulebook 5 is not a text"),
        ("publications", {"rulebook": 5}, "rulebook 5 is not a text"),
        ("replay", {"publication": 1}, "publication 1 is not one: it is of type int"),
        ("history", {"rulebook": "service-level", "subject": 5}, "subject 5 is not a text"),
        ("history", {"rulebook": None, "subject": "S1"}, "rulebook None is not a text"),
        ("sql", {**OURS, "dialect": 5}, "there is no database '5'"),
        ("quarantined_rows", {"limit": "5"}, "limit '5' is not a whole number"),
        ("quarantined_rows", {"limit": 2**70}, "limit 1180591620717411303424 is too large"),
        ("quarantined_rows", {"load_no": 1.5}, "load 1.5 is not a whole number"),
        ("quarantined_rows", {"table": 5}, "table 5 is not a text"),
        ("load", {"source": {}, "recorded": "then"}, "recorded 'then' is not known"),
        ("load", {"source": {}, "table": 5}, "table 5 is not a text"),
        ("load", {"source": {}, "mapping": 5}, "mapping 5 is not a path"),
        ("load", {"source": {}, "adapter": 5}, "adapter 5 is not a text"),
        ("load", {"source": {}, "progress": 5}, "progress 5 is not something to call"),
    ],
)
def test_an_argument_of_another_kind_is_refused_by_name(market, method, asked, said):
    with pytest.raises(ArgumentInvalid, match=said):
        list(getattr(market, method)(**asked))  # what comes one by one is asked for only now


@pytest.mark.parametrize("given", [5, None, b"m.duckdb"])
def test_what_is_no_path_is_refused(given):
    with pytest.raises(ArgumentInvalid, match="is not a path"):
        goodstanding.open(given)
    with pytest.raises(ArgumentInvalid, match="is not a path"):
        goodstanding.new(given, time_zone="UTC", currency="EUR")


def test_what_a_market_is_made_and_opened_with_is_checked(made, tmp_path):
    for wrong in ({"time_zone": 5}, {"currency": None}):
        with pytest.raises(ArgumentInvalid, match="is not a text"):
            goodstanding.new(
                tmp_path / "n.duckdb", **({"time_zone": "UTC", "currency": "EUR"} | wrong)
            )
    with pytest.raises(ArgumentInvalid, match="clock 5 is not something to call"):
        goodstanding.open(made, clock=5)  # type: ignore[arg-type] # the mistake
    assert not (tmp_path / "n.duckdb").exists()


@pytest.mark.parametrize(
    "given",
    [
        "2018-08-01T12:00:00Z",
        datetime(2018, 8, 1, 9),  # in the market's zone
        datetime(2018, 8, 1, 12, tzinfo=UTC),
        pd.Timestamp("2018-08-01T09:00:00.000000001"),
        pd.Timestamp("2018-08-01T14:00", tz="Europe/Berlin"),
    ],
)
def test_an_instant_is_taken_as_text_or_in_any_zone(given):
    found = arguments.instant(given, "America/Sao_Paulo", "known-at")
    assert (found, type(found)) == (datetime(2018, 8, 1, 12), datetime)


@pytest.mark.parametrize(
    "use",
    [
        lambda market: market.known_until,
        lambda market: market.load({"sellers": pd.DataFrame({"seller_id": ["S1"]})}),
        lambda market: market.assess(**OURS),
        lambda market: market.explain(**OURS, subject="S1"),
        lambda market: market.store_card("S1", as_of=JULY),
        lambda market: market.service("S1", as_of=JULY),
        lambda market: market.compare(**OURS, other="service-level"),
        lambda market: market.publish(**OURS),
        lambda market: list(market.publish_due()),
        lambda market: list(market.restate()),
        lambda market: list(market.differences()),
        lambda market: market.publications(),
        lambda market: market.history("service-level", subject="S1"),
        lambda market: market.rulebook(**OURS),
        lambda market: market.sql(**OURS),
        lambda market: market.quarantined(),
        lambda market: market.quarantined_rows(),
    ],
)
def test_a_market_that_is_closed_says_so(market: Market, use):
    market.close()
    market.close()  # once more does no harm
    market.interrupt()
    with pytest.raises(MarketClosed, match=r"market '.*m\.duckdb' is closed.") as caught:
        use(market)
    assert caught.match("Open it again")


# What looks at a market and changes nothing of it but who looked.
READS = {
    *(
        "assess",
        "assess_in_parts",
        "buyer_view",
        "compare",
        "decisions",
        "differences",
        "effect_switches",
        "effects",
    ),
    *("effects_wait", "explain", "exposure", "finding", "findings", "history", "known_until"),
    *("modifiers", "next_steps", "notices", "notices_to_buyers_n", "offers", "offers_to"),
    *("order_record", "publications", "quarantined", "quarantined_rows", "queue", "rank"),
    *("replay", "rulebook", "service", "silent_since", "sql", "store_card", "today"),
}
IN_TURNS_OF_THEIR_OWN = {"publish_due", "restate"}  # one for each day, between which others write
OF_ITSELF = {"close", "interrupt"}


def test_every_call_that_writes_does_so_in_its_turn():
    calls = {name for name in dir(Market) if not name.startswith("_")}
    in_turn = {name for name in calls if hasattr(getattr(Market, name), "__wrapped__")}
    assert in_turn == calls - READS - IN_TURNS_OF_THEIR_OWN - OF_ITSELF
