"""The tables of offers; they are only ever added to.

offers         one row for each offer, with what was counted when it was made
offer_reaches  whom an offer reaches: who qualified when it was made
offer_ends     by whom it was ended before its last day
offer_takings  who took it
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from goodstanding.effects.terms import Terms

if TYPE_CHECKING:
    from goodstanding.database.database import Database

DEFINED = {
    # discount: in hundredths of a per cent. could_reach: of whatever band, rounded down to 5.
    # is_for_unscored: who is not scored qualifies too.
    "offers": """(offer_no bigint primary key, offer_id varchar unique, seller_no bigint,
    band varchar, is_for_unscored boolean, to_whom varchar, discount bigint, first_on date,
    last_on date, cap bigint, could_reach bigint, made_on date, made_by varchar,
    made_at timestamp)""",
    "offer_reaches": "(offer_no bigint, buyer_no bigint, primary key (offer_no, buyer_no))",
    "offer_ends": """(offer_no bigint primary key, ended_on date, ended_by varchar,
    ended_at timestamp)""",
    "offer_takings": """(offer_no bigint, buyer_no bigint, taken_on date, taken_at timestamp,
    primary key (offer_no, buyer_no))""",
}
_NEW = "offers__new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An offer as it is kept. Of `taken_on` each entry is one buyer's."""

    number: int
    offer_id: str
    seller_no: int
    seller_id: str
    terms: Terms
    is_for_unscored: bool
    could_reach: int
    made_on: date
    made_by: str
    ended_on: date | None
    ended_by: str | None
    taken_on: tuple[date, ...]

    def is_over(self, on: date) -> bool:
        """Say whether it was ended by a day, or had its last day before it."""
        return self.terms.last_on < on or (self.ended_on is not None and self.ended_on <= on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """An offer to be kept; `made_at` is naive UTC."""

    seller_no: int
    seller_id: str
    terms: Terms
    is_for_unscored: bool
    could_reach: int
    made_on: date
    made_by: str
    made_at: datetime


def kept(
    database: Database, *, seller_no: int | None = None, offer_id: str | None = None
) -> list[Kept]:
    """Return offers in the order in which they were made: of one seller, or one of them."""
    rows = database.rows(
        """
        select offer_no, offer_id, seller_no, seller_id, band, to_whom, discount, first_on,
          last_on, cap, is_for_unscored, could_reach, made_on, made_by, ended_on, ended_by,
          taken_on
        from offers
        join seller_ids using (seller_no)
        left join offer_ends using (offer_no)
        left join (
          select offer_no, list(taken_on order by taken_on) as taken_on
          from offer_takings group by offer_no
        ) as takings using (offer_no)
        where ($seller_no is null or seller_no = $seller_no)
          and ($offer_id is null or offer_id = $offer_id)
        order by offer_no
        """,
        {"seller_no": seller_no, "offer_id": offer_id},
    )
    return [_kept(row) for row in rows]


def _kept(row: tuple[Any, ...]) -> Kept:
    number, offer_id, seller_no, seller_id, band, to, discount, first_on, last_on, cap, *rest = row
    is_for_unscored, could_reach, made_on, made_by, ended_on, ended_by, taken_on = rest
    return Kept(
        number=number,
        offer_id=offer_id,
        seller_no=seller_no,
        seller_id=seller_id,
        terms=Terms(
            band=band, to=to, discount=discount, first_on=first_on, last_on=last_on, cap=cap
        ),
        is_for_unscored=is_for_unscored,
        could_reach=could_reach,
        made_on=made_on,
        made_by=made_by,
        ended_on=ended_on,
        ended_by=ended_by,
        taken_on=tuple(taken_on or ()),
    )


def make(database: Database, making: Making, reaches: Collection[int]) -> str:
    """Keep an offer, and whom it reaches; return its id: the seller's, and a number of its own."""
    terms = making.terms
    database.register(_NEW, pa.table({"buyer_no": pa.array(sorted(reaches), pa.int64())}))
    try:
        with database.transaction():
            offer_id = f"{making.seller_id}:{len(kept(database, seller_no=making.seller_no)) + 1}"
            ((number,),) = database.rows("select coalesce(max(offer_no), 0) + 1 from offers")
            database.execute(
                """
                insert into offers values (
                  $number, $offer_id, $seller_no, $band, $is_for_unscored, $to, $discount,
                  $first_on, $last_on, $cap, $could_reach, $made_on, $made_by, $made_at
                )
                """,
                {
                    "number": number,
                    "offer_id": offer_id,
                    "seller_no": making.seller_no,
                    "band": terms.band,
                    "is_for_unscored": making.is_for_unscored,
                    "to": terms.to,
                    "discount": terms.discount,
                    "first_on": terms.first_on,
                    "last_on": terms.last_on,
                    "cap": terms.cap,
                    "could_reach": making.could_reach,
                    "made_on": making.made_on,
                    "made_by": making.made_by,
                    "made_at": making.made_at,
                },
            )
            database.execute(
                f"insert into offer_reaches select $number, buyer_no from {_NEW}",  # noqa: S608 -- our own name
                {"number": number},
            )
    finally:
        database.unregister(_NEW)
    return offer_id


def end(database: Database, offer: Kept, *, on: date, by: str, at: datetime) -> None:
    """Keep that an offer was ended; once."""
    database.execute(
        "insert into offer_ends values ($number, $on, $by, $at)",
        {"number": offer.number, "on": on, "by": by, "at": at},
    )


def take(database: Database, offer: Kept, buyer_no: int, *, on: date, at: datetime) -> None:
    """Keep that a buyer took an offer; once."""
    database.execute(
        "insert into offer_takings values ($number, $buyer_no, $on, $at)",
        {"number": offer.number, "buyer_no": buyer_no, "on": on, "at": at},
    )


def reached(database: Database, buyer_no: int) -> dict[int, date | None]:
    """Return the numbers of the offers that reach a buyer, and when this buyer took each."""
    return dict(
        database.rows(
            """
            select offer_no, taken_on
            from offer_reaches
            left join offer_takings using (offer_no, buyer_no)
            where buyer_no = $buyer_no
            """,
            {"buyer_no": buyer_no},
        )
    )
