"""Publishing a day once, and what is due; small markets written by hand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import goodstanding
from goodstanding.errors import PublicationRefused, RulebookChanged, RulebookUnknown
from goodstanding.rulebook import bundled
from goodstanding.standing import publishing
from goodstanding.standing.books import Publication
from tests.at_once import hold_back, meet, together
from tests.market_files import as_frames
from tests.oracle_facts import Row

JULY, AUGUST, SEPTEMBER = date(2018, 7, 31), date(2018, 8, 31), date(2018, 9, 30)


class Clock:
    """Tells the time that a test sets."""

    def __init__(self, now: str) -> None:
        self.now = datetime.fromisoformat(now)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def set(self, now: str) -> None:
        self.now = datetime.fromisoformat(now)


@pytest.fixture
def clock() -> Clock:
    return Clock("2018-08-01T13:00")


@pytest.fixture
def market(tmp_path: Path, clock: Clock) -> Iterator[goodstanding.Market]:
    goodstanding.new(tmp_path / "m.duckdb", time_zone="UTC", currency="EUR").close()
    with goodstanding.open(tmp_path / "m.duckdb", clock=clock) as opened:
        yield opened


def order(order_id: str, day: str, **said: Any) -> Row:
    at = datetime.fromisoformat(day)
    return {
        "order_id": order_id,
        "seller_id": "S1",
        "buyer_id": f"B{order_id}",
        "placed_at": at,
        "paid_at": at,
        "shipped_at": at + timedelta(days=1),
        **said,
    }


def review(order_id: str, day: str, stars: int, **said: Any) -> Row:
    given_at = datetime.fromisoformat(day)
    return {
        "feedback_id": f"F{order_id}",
        "given_at": given_at,
        "order_id": order_id,
        "stars": stars,
        **said,
    }


def load(market: goodstanding.Market, **facts: list[Row]) -> None:
    market.load(as_frames(facts), recorded="occurred")


def grades(market: goodstanding.Market) -> list[tuple[date, str | None, str]]:
    return [
        (edition.from_on, edition.grade, edition.status)
        for edition in market.history("service-level", subject="S1")
    ]


def test_a_day_is_published_once(market, clock):
    load(market, orders=[order("O1", "2018-07-10")])
    first = market.publish("service-level", as_of=JULY)
    assert (first.subjects_n, first.changed_n, first.restates) == (1, 1, None)
    assert first.known_at == datetime.fromisoformat("2018-08-01T12:00")
    clock.set("2018-08-05T09:00")
    load(market, orders=[order("O2", "2018-07-11", cancelled_at=datetime(2018, 7, 12))])
    assert market.publish("service-level", as_of=JULY) == first
    assert market.publications() == [first]


def test_it_is_refused_before_noon_of_the_next_day(market, clock):
    clock.set("2018-08-01T11:59")
    with pytest.raises(PublicationRefused, match="cannot be published yet") as refused:
        market.publish("service-level", as_of=JULY)
    assert "2018-08-01T12:00:00Z" in str(refused.value)


def test_a_late_run_publishes_what_a_punctual_one_does(market, clock):
    load(market, orders=[order("O1", "2018-07-10")])
    clock.set("2018-12-24T09:00")
    late = review("O1", "2018-07-20", 1, recorded_at=datetime(2018, 8, 1, 12, 0, 1))
    load(market, feedback=[late])
    market.publish("service-level", as_of=JULY)
    assert grades(market) == [(JULY, "excellent", "published")]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2018-07-30", "no day of assessment"),
        ("2014-12-31", "in force"),
    ],
)
def test_only_days_of_assessment_in_force_are_published(market, day, why):
    with pytest.raises((PublicationRefused, RulebookUnknown), match=why):
        market.publish("service-level", as_of=day)


def test_days_are_published_in_their_order(market, clock):
    clock.set("2018-10-02T09:00")
    market.publish("service-level", as_of=AUGUST)
    with pytest.raises(PublicationRefused, match="lies before it"):
        market.publish("service-level", as_of=JULY)


def test_no_day_that_is_due_is_left_out(market, clock):
    market.publish("service-level", as_of=JULY)
    clock.set("2018-10-02T09:00")
    with pytest.raises(PublicationRefused, match="2018-08-31 is due before 2018-09-30"):
        market.publish("service-level", as_of=SEPTEMBER)
    assert [each.as_of for each in market.publications()] == [JULY]
    assert [each.as_of for each in market.publish_due()] == [AUGUST, SEPTEMBER]


def test_an_unchanged_result_is_not_stored_again(market, clock):
    load(market, orders=[order("O1", "2018-07-30"), order("O2", "2018-08-20", seller_id="S2")])
    market.publish("service-level", as_of=JULY)
    clock.set("2018-10-02T09:00")
    changed = [each.changed_n for each in market.publish_due()]
    # In August S2 comes; in September nothing of S1 or S2 enters or leaves the window.
    assert changed == [1, 0]
    (edition,) = market.history("service-level", subject="S1")
    assert (edition.from_on, edition.until_on) == (JULY, SEPTEMBER)


def test_what_is_due_is_published_up_to_a_day_and_nothing_twice(market, clock):
    market.publish("service-level", as_of=JULY)
    assert list(market.publish_due()) == []
    clock.set("2019-01-15T09:00")
    published = [each.as_of for each in market.publish_due(until="2018-09-30")]
    assert published == [AUGUST, SEPTEMBER]
    published = [each.as_of for each in market.publish_due()]
    assert published == [date(2018, 10, 31), date(2018, 11, 30), date(2018, 12, 31)]
    assert list(market.publish_due()) == []


def written(path: Path, version: str = "2015-01-05", title: str = "Mine") -> Path:
    """Write a rulebook of one's own: the bundled one under another id and title."""
    text = bundled.text("service-level").replace('"service-level"', '"mine"')
    text = text.replace("version    = 2015-01-05", f"version    = {version}")
    path.write_text(text.replace('title      = "', f'title      = "{title}: ', 1), encoding="utf-8")
    return path


def test_a_rulebook_of_ones_own_goes_on_by_the_text_that_was_kept(market, clock, tmp_path):
    mine = written(tmp_path / "mine.toml")
    market.publish(mine, as_of=JULY)
    mine.unlink()
    clock.set("2018-09-02T09:00")
    assert [(each.rulebook_id, each.as_of) for each in market.publish_due()] == [("mine", AUGUST)]
    clock.set("2018-10-02T09:00")
    assert market.publish("mine", as_of=SEPTEMBER).rulebook_id == "mine"


def test_a_rulebook_of_ones_own_is_known_by_its_id_once_it_has_published(market, clock, tmp_path):
    load(market, orders=[order("O1", "2018-07-10")])
    mine = written(tmp_path / "mine.toml")
    with pytest.raises(RulebookUnknown, match="there is no rulebook 'mine'"):
        market.assess("mine", as_of=JULY)
    market.publish(mine, as_of=JULY)
    by_path = market.assess(mine, as_of=JULY)
    mine.unlink()
    assert market.assess("mine", as_of=JULY).equals(by_path)
    assert market.assess("mine", as_of=JULY, version="2015-01-05").equals(by_path)
    assert market.explain("mine", as_of=JULY, subject="S1").result["rulebook"] == "mine"
    with pytest.raises(RulebookUnknown, match="no version of rulebook 'mine' is in force"):
        market.assess("mine", as_of="2014-12-31")
    with pytest.raises(RulebookUnknown) as caught:
        market.assess("mien", as_of=JULY)
    assert "Did you mean 'mine'?" in str(caught.value.hint)


def test_a_bundled_rulebook_and_a_version_of_ones_own_are_found_alike_by_all(
    market, clock, tmp_path
):
    """What `publish_due` goes on by is what an assessment takes by the name."""
    text = bundled.text("service-level")
    ours = text.replace("version    = 2015-01-05", "version    = 2018-07-01")
    (tmp_path / "ours.toml").write_text(ours, encoding="utf-8")
    load(market, orders=[order("O1", "2018-07-10")])
    market.publish(tmp_path / "ours.toml", as_of=JULY)
    found = {
        day: market.rulebook("service-level", as_of=day).version
        for day in (date(2018, 6, 30), JULY, AUGUST)
    }
    assert found == {
        date(2018, 6, 30): date(2015, 1, 5),
        JULY: date(2018, 7, 1),
        AUGUST: date(2018, 7, 1),
    }
    (version,) = set(market.assess("service-level", as_of=JULY)["version"].to_pylist())
    assert str(version) == "2018-07-01"
    by_name = market.rulebook("service-level", as_of=JULY, version="2015-01-05")
    assert by_name.version == date(2015, 1, 5)
    clock.set("2018-09-02T09:00")
    assert market.publish("service-level", as_of=AUGUST).version == date(2018, 7, 1)


def test_to_publish_no_version_is_offered_that_is_not_in_force(market, tmp_path):
    market.publish(written(tmp_path / "mine.toml"), as_of=JULY)
    for name in ("service-level", "mine"):
        with pytest.raises(RulebookUnknown, match="is in force on 2014-12-31") as refused:
            market.publish(name, as_of="2014-12-31")
        assert refused.value.hint == "Only days on which a version is in force are published."
    with pytest.raises(RulebookUnknown) as refused:
        market.publish(tmp_path / "none.toml", as_of=JULY)
    assert "Copy one to begin with" in str(refused.value.hint)


def test_a_version_that_published_keeps_its_content(market, clock, tmp_path):
    mine = written(tmp_path / "mine.toml")
    market.publish(mine, as_of=JULY)
    clock.set("2018-09-02T09:00")
    text = mine.read_text(encoding="utf-8")
    mine.write_text(
        text.replace("published_before_day = 3", "published_before_day = 4"), encoding="utf-8"
    )
    for day in (JULY, AUGUST):
        with pytest.raises(RulebookChanged, match="published on 2018-08-01 with another content"):
            market.publish(mine, as_of=day)
    assert len(market.publications()) == 1


def test_a_new_title_is_no_new_content(market, clock, tmp_path):
    market.publish(written(tmp_path / "mine.toml"), as_of=JULY)
    clock.set("2018-09-02T09:00")
    market.publish(written(tmp_path / "mine.toml", title="Ours"), as_of=AUGUST)
    assert [each.as_of for each in market.publications()] == [JULY, AUGUST]


def test_what_an_earlier_program_kept_is_known_again_by_its_text(market, clock, tmp_path):
    """An earlier program may have digested less of the text: the text says what was meant."""
    mine = written(tmp_path / "mine.toml")
    market.publish(mine, as_of=JULY)
    market._database.execute("update rulebook_texts set digest = 'sha256:of-another-program'")
    clock.set("2018-10-02T09:00")
    market.publish(mine, as_of=AUGUST)
    assert [each.as_of for each in market.publish_due()] == [SEPTEMBER]


def test_a_new_version_joins_and_the_old_one_publishes_no_day_of_its_own(market, clock, tmp_path):
    old = written(tmp_path / "old.toml")
    new = written(tmp_path / "new.toml", version="2018-08-15")
    market.publish(old, as_of=JULY)
    clock.set("2018-09-02T09:00")
    assert market.publish(new, as_of=AUGUST).version == date(2018, 8, 15)
    with pytest.raises(PublicationRefused, match="by its version 2018-08-15, not by"):
        market.publish(old, as_of=AUGUST)
    clock.set("2018-10-02T09:00")
    with pytest.raises(PublicationRefused, match="in force in its version 2018-08-15"):
        market.publish(old, as_of=SEPTEMBER)
    assert [each.version for each in market.publish_due()] == [date(2018, 8, 15)]


def test_who_is_no_longer_there_is_told_so(market, clock):
    load(market, orders=[order("O1", "2018-07-10")])
    market.publish("service-level", as_of=JULY)
    clock.set("2018-09-02T09:00")
    back = {
        "table_name": "orders",
        "key": "O1",
        "column_name": "*",
        "retracted_at": datetime(2018, 8, 3),
    }
    load(market, retractions=[back])
    list(market.publish_due())
    assert grades(market) == [(JULY, "excellent", "published"), (AUGUST, None, "published")]


def test_history_of_nobody_and_of_nothing_says_what_there_is(market):
    with pytest.raises(RulebookUnknown, match="has published nothing"):
        market.history("service-level", subject="S1")


def test_an_explanation_says_what_was_published(market, clock):
    load(market, orders=[order("O1", "2018-07-10")])
    before = market.explain("service-level", as_of=JULY, subject="S1")
    assert (before.published, before.coming.assessed_on) == (None, JULY)
    market.publish("service-level", as_of=JULY)
    told = market.explain("service-level", as_of=JULY, subject="S1")
    published = told.published
    assert published is not None
    assert (told.coming.assessed_on, told.coming.published_before) == (AUGUST, date(2018, 9, 3))
    assert (published.on, published.grade, published.is_same) == (
        date(2018, 8, 1),
        "excellent",
        True,
    )
    load(market, feedback=[review("O1", "2018-07-20", 1, recorded_at=datetime(2018, 8, 2))])
    published = market.explain("service-level", as_of=JULY, subject="S1").published
    assert published is not None
    assert (published.grade, published.is_same) == ("excellent", False)


def test_two_that_publish_the_same_day_at_once_publish_it_once(market, clock, monkeypatch):
    load(market, orders=[order("O1", "2018-07-10")])
    meet(monkeypatch, publishing, "judged")
    mine: list[Publication] = []

    def publish(market: goodstanding.Market) -> None:
        mine.append(market.publish("service-level", as_of=JULY))

    assert not together(market, clock, publish, publish)
    assert mine == market.publications() * 2
    assert len(market.history("service-level", subject="S1")) == 1


def test_what_is_published_at_once_of_two_rulebooks_gets_two_numbers(market, clock, monkeypatch):
    load(market, orders=[order("O1", "2018-07-10")])
    meet(monkeypatch, publishing, "judged")
    assert not together(
        market,
        clock,
        lambda market: market.publish("service-level", as_of=JULY),
        lambda market: market.publish("store-rating", as_of=JULY),
    )
    found = market.publications()
    assert [each.number for each in found] == [1, 2]
    assert {each.rulebook_id for each in found} == {"service-level", "store-rating"}


def test_of_two_first_days_at_once_none_is_published_after_a_later_one(market, clock, monkeypatch):
    clock.set("2018-09-02T13:00")
    load(market, orders=[order("O1", "2018-07-10")])
    done = Event()
    waits = hold_back(monkeypatch, publishing, "judged", done)

    def august(market: goodstanding.Market) -> None:
        assert waits.wait(timeout=30)
        market.publish("service-level", as_of=AUGUST)
        done.set()

    assert not together(
        market, clock, lambda market: market.publish("service-level", as_of=JULY), august
    )
    found = market.publications()
    assert [each.as_of for each in found] == [JULY, AUGUST]
    assert [market.replay(each) for each in found] == [[], []]


def test_what_is_due_is_published_once_by_two_at_once(market, clock, monkeypatch):
    load(market, orders=[order("O1", "2018-07-10")])
    market.publish("service-level", as_of=JULY)
    clock.set("2018-10-02T09:00")
    meet(monkeypatch, publishing, "judged")
    found: list[date] = []

    def publish(market: goodstanding.Market) -> None:
        found.extend(each.as_of for each in market.publish_due())

    assert not together(market, clock, publish, publish)
    assert sorted(found) == [AUGUST, SEPTEMBER]
    assert [each.as_of for each in market.publications()] == [JULY, AUGUST, SEPTEMBER]


def test_what_another_publishes_between_two_days_that_are_due_is_not_in_the_way(market, clock):
    load(market, orders=[order("O1", "2018-07-10")])
    market.publish("service-level", as_of=JULY)
    clock.set("2018-11-02T09:00")
    due = market.publish_due()
    assert next(due).as_of == AUGUST
    assert [each.as_of for each in market.publish_due(until=SEPTEMBER)] == [SEPTEMBER]
    assert [each.as_of for each in due] == [date(2018, 10, 31)]
