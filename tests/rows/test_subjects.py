"""What subjects are called, and which numbers stand for them in the market."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodstanding.database.duckdb import DuckDB
from goodstanding.errors import SubjectUnknown
from goodstanding.rows.subjects import PLACES, SUBJECT_KINDS, called, number_of

SELLERS = ("S1", "S/1", "S~1", "S~01", "S~", "a/b/c", "ä ö")
CATEGORIES = ("C1", "1/C1", "C~1", "b/c/C1")


@pytest.fixture(scope="module")
def market() -> DuckDB:
    database = DuckDB.open(None)
    for register, ids in (("seller", SELLERS), ("category", CATEGORIES)):
        database.execute(f"create table {register}_ids ({register}_no bigint, {register}_id text)")
        for number, each in enumerate(ids, start=1):
            database.execute(f"insert into {register}_ids values ({number}, '{each}')")
    return database


def id_of(market: DuckDB, kind: str, number: int) -> str:
    sql = called(kind, "of.number")
    ((found,),) = market.rows(f"select {sql.id} from (select {number} as number) as of {sql.joins}")
    return str(found)


def test_every_seller_within_every_category_has_an_id_of_its_own(market):
    numbers = [s * PLACES + c for s in range(1, 8) for c in range(1, 5)]
    ids = [id_of(market, "seller_category", number) for number in numbers]
    assert len(set(ids)) == len(ids)
    assert [number_of(market, "seller_category", each) for each in ids] == numbers


@pytest.mark.parametrize(
    ("seller", "category", "called_so"),
    [
        ("S1", "C1", "S1/C1"),
        ("S/1", "C1", "S~11/C1"),
        ("S1", "1/C1", "S1/1/C1"),
        ("S~1", "C~1", "S~01/C~1"),
        ("a/b/c", "b/c/C1", "a~1b~1c/b/c/C1"),
    ],
)
def test_an_id_is_made_of_both(market, seller, category, called_so):
    number = (SELLERS.index(seller) + 1) * PLACES + CATEGORIES.index(category) + 1
    assert id_of(market, "seller_category_l2", number) == called_so


def test_whoever_is_whole_keeps_the_id_of_the_source(market):
    assert id_of(market, "seller", 2) == "S/1"
    assert number_of(market, "seller", "S~01") == 4


@settings(max_examples=30)
@given(seller=st.integers(1, 2**31 - 1), category=st.integers(1, PLACES - 1))
def test_a_number_is_made_of_both_and_fits_into_64_bits(seller: int, category: int):
    kind = SUBJECT_KINDS["seller_category"]
    number = seller * PLACES + category
    assert number < 2**63
    assert kind.numbers(number) == {"seller": seller, "category": category}
    assert kind.values(number) == {"subject_no": number, "register_no": seller}


@pytest.mark.parametrize(
    ("kind", "asked", "message", "hint"),
    [
        ("seller", "S11", "seller 'S11' is not known to this market.", "Did you mean 'S1'?"),
        ("seller_category", "S11/C1", "seller 'S11' is not known", "Did you mean 'S1'?"),
        ("seller_category", "S1/C11", "category 'C11' is not known", "Did you mean 'C1'?"),
        ("seller_category", "S1", "'S1' is no seller in a category", "'S1/CATEGORY'"),
        ("seller_category", "S/1", "seller 'S' is not known", "Known: S/1, S1"),
    ],
)
def test_who_is_not_known_is_refused_with_those_that_look_alike(market, kind, asked, message, hint):
    with pytest.raises(SubjectUnknown) as caught:
        number_of(market, kind, asked)
    assert message in str(caught.value)
    assert hint in str(caught.value)


def test_a_market_without_facts_says_so(market):
    empty = DuckDB.open(None)
    empty.execute("create table seller_ids (seller_no bigint, seller_id text)")
    with pytest.raises(SubjectUnknown, match="The market has no facts yet"):
        number_of(empty, "seller", "S1")


def test_they_are_counted_in_words():
    assert SUBJECT_KINDS["seller"].counted(1) == "1 seller"
    assert SUBJECT_KINDS["seller_category_l2"].counted(2_000) == "2,000 sellers in categories"
