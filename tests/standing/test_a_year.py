"""A synthetic market published month by month as its facts arrive: two months, slowly a year."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import goodstanding
from goodstanding.assessment.questions import Question
from goodstanding.days import end_of_day, month_end, months_later
from goodstanding.facts.catalogue import BY_NAME
from goodstanding.rulebook import bundled
from goodstanding.rulebook.reading import read_rulebook
from goodstanding.sample import generate
from goodstanding.standing import books
from goodstanding.standing.due import due_at
from goodstanding.standing.outcome import outcomes

pytestmark = pytest.mark.recount

# The scheme of 2015, which knows decisions, as a rulebook of one's own that is still in force.
CAREFUL = re.sub(
    r"(?m)^in_force_until .*\n",
    "",
    bundled.text("aliexpress-service-level", date(2015, 1, 5)).replace(
        '"aliexpress-service-level"', '"careful"'
    ),
)
RULES = {
    "service-level": bundled.load("service-level"),
    "careful": read_rulebook(CAREFUL, "careful.toml"),
}
FIRST = date(2024, 6, 1)
FACTS = (
    *("orders", "order_lines", "feedback", "disputes", "refunds"),
    *("sellers", "buyers", "exclusions", "retractions"),
)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2024, 1, 1)

    def __call__(self) -> datetime:
        return self.now


def known_by(name: str, rows: pa.Table, until: datetime) -> pa.Table:
    """Return a table's rows as the source would have written them at an instant.

    What was recorded, or came true, only later is not there yet.
    """
    limit = pa.scalar(until, pa.timestamp("us"))
    table = BY_NAME[name]

    def is_there(instant: str) -> pa.ChunkedArray:
        known = pc.less_equal(pc.cast(rows[instant], pa.timestamp("us")), limit)
        return pc.fill_null(known, True)

    columns = {}
    for column in rows.column_names:
        since = table.column(column).since if column != "recorded_at" else None
        columns[column] = rows[column]
        if since is not None and since in rows.column_names:
            columns[column] = pc.if_else(is_there(since), rows[column], None)
    kept = pa.table(columns)
    if "recorded_at" in rows.column_names:
        kept = kept.filter(is_there("recorded_at"))
    for key in table.key:
        kept = kept.filter(pc.is_valid(kept[key]))
    return kept


def month_ends(months: int) -> list[date]:
    return [month_end(months_later(FIRST, n)) for n in range(months)]


@pytest.fixture(scope="module", params=[2, pytest.param(12, marks=pytest.mark.slow)])
def market(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[goodstanding.Market]:
    """Load a market's whole export each month, as it was then, and publish what falls due."""
    folder: Path = tmp_path_factory.mktemp("year")
    generate(orders=600, seed=3, out=folder / "files")
    files = {name: pq.read_table(folder / "files" / f"{name}.parquet") for name in FACTS}
    ends = month_ends(request.param)
    clock = Clock()
    path, careful = folder / "m.duckdb", folder / "careful.toml"
    careful.write_text(CAREFUL, encoding="utf-8")
    goodstanding.new(path, time_zone="Europe/Berlin", currency="EUR").close()
    with goodstanding.open(path, clock=clock) as opened:
        for day in [*ends, date(2026, 1, 31)]:
            until = due_at(day, "Europe/Berlin")
            clock.now = until + timedelta(seconds=1)
            export = {name: known_by(name, rows, until) for name, rows in files.items()}
            opened.load({n: r for n, r in export.items() if r.num_rows}, recorded="occurred")
            if day == ends[0]:
                for rulebook in ("service-level", careful):
                    opened.publish(rulebook, as_of=day)
            else:
                list(opened.publish_due(until=ends[-1]))
        opened.load({"feedback": removed(files["feedback"])}, recorded="occurred")
        for order in files["orders"]["order_id"].to_pylist()[::60]:
            opened.exclude(order=order, reason="malicious buyer", decided_by="Ana")
        yield opened


def removed(feedback: pa.Table) -> pa.Table:
    """Return the removal, long after the year, of one review in ten."""
    some = feedback.take(list(range(0, feedback.num_rows, 10))).select(["feedback_id", "given_at"])
    when = pa.repeat(pa.scalar(datetime(2026, 1, 31), pa.timestamp("us")), some.num_rows)
    return some.append_column("removed_at", when)


def standing(market: goodstanding.Market, first: books.Publication) -> dict[int, tuple[str, str]]:
    sql, values = books.standing_sql(first, up_to=0)
    rows = market._database.rows(f"select subject_no, result, rows_digest from ({sql})", values)
    return {number: (result, digest) for number, result, digest in rows}


def test_each_month_is_what_an_assessment_with_its_known_at_gives_afterwards(market):
    published = market.publications()
    for name in RULES:
        days = [each.as_of for each in published if each.rulebook_id == name]
        assert days == month_ends(len(published) // len(RULES))
    for first in published:
        rules = RULES[first.rulebook_id]
        question = Question(rulebook=rules, as_of=first.as_of, known_at=first.known_at)
        judged = outcomes(market._database, market.settings, question)
        rows = {
            row["subject_no"]: (row["result"], row["rows_digest"])
            for part in judged
            for row in part.to_pylist()
        }
        assert standing(market, first) == rows


def test_every_publication_is_replayed_to_the_same_digest(market):
    for publication in market.publications():
        assert market.replay(publication) == []


def test_fewer_results_are_stored_than_judged(market):
    later = [each for each in market.publications() if each.as_of > month_ends(1)[0]]
    assert sum(each.changed_n for each in later) < sum(each.subjects_n for each in later)


def test_corrections_restate_exactly_what_they_concern(market):
    foretold = {
        (each.rulebook_id, each.as_of, each.subject_id)
        for each in market.differences()
        if each.cause == "correction"
    }
    assert {rulebook for rulebook, *_ in foretold} == set(RULES)
    before = {first.number: standing(market, first) for first in market.publications()}
    firsts = [each for each in market.publications() if each.restates is None]
    restated = list(market.restate())
    ids = dict(market._database.rows("select seller_no, seller_id from seller_ids"))
    done = {
        (publication.rulebook_id, publication.as_of, ids[number])
        for publication in restated
        for (number,) in market._database.rows(
            "select subject_no from standings where publication_no = $n",
            {"n": publication.number},
        )
    }
    assert done == foretold
    assert before == {first.number: standing(market, first) for first in firsts}
    assert all(market.replay(each) == [] for each in market.publications())
    assert list(market.restate()) == []


def test_a_month_ends_at_noon_of_the_day_after():
    assert due_at(date(2024, 6, 30), "Europe/Berlin") == datetime(2024, 7, 1, 10)
    assert end_of_day(date(2024, 6, 30), "Europe/Berlin") == datetime(2024, 6, 30, 22)
