"""Kinds of subject: what one is called, and which number stands for it in the market.

A seller within a category is a subject of its own. Its number is made of the two numbers that
the market gave to both, its id of both ids: `S1/C2`. A slash within the seller's id is written
`~1` there and a tilde `~0`, as in JSON pointers (RFC 6901), so that no two ids are alike.
"""
# ruff: noqa: S608 -- names are our own; values are bound

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from goodstanding.database.alike import most_alike
from goodstanding.database.steps import bound
from goodstanding.errors import SubjectUnknown, near

if TYPE_CHECKING:
    from goodstanding.database.database import Database

# Numbers of categories stay below it, and those of sellers below 2^31.
PLACES = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKind:
    """A kind of subject.

    `register` is where the market numbers it, or whom it is a part of; `within` the column of
    lines that says which part, None where it is whole.
    """

    name: str
    noun: str
    plural: str
    register: str
    within: str | None = None

    def counted(self, n: int) -> str:
        """Say how many there are: 1 seller, 2 sellers."""
        return f"{n:,} {self.noun if n == 1 else self.plural}"

    def numbers(self, number: int) -> dict[str, int]:
        """Return what stands for a subject in each of its registers."""
        if self.within is None:
            return {self.register: number}
        whole, part = divmod(number, PLACES)
        return {self.register: whole, "category": part}

    def values(self, number: int | None) -> dict[str, int | None]:
        """Return what SQL binds for the one subject looked at; None looks at every one.

        `$subject_no` is the subject's number, `$register_no` that in its register.
        """
        whole = None if number is None else self.numbers(number)[self.register]
        return {"subject_no": number, "register_no": whole}


def _whole(name: str) -> SubjectKind:
    return SubjectKind(name=name, noun=name, plural=f"{name}s", register=name)


def _within(name: str, column: str) -> SubjectKind:
    return SubjectKind(
        name=name,
        noun="seller in a category",
        plural="sellers in categories",
        register="seller",
        within=column,
    )


SUBJECT_KINDS: dict[str, SubjectKind] = {
    kind.name: kind
    for kind in (
        _whole("seller"),
        _whole("listing"),
        _whole("buyer"),
        _within("seller_category", "category_id"),
        _within("seller_category_l1", "category_l1_id"),
        _within("seller_category_l2", "category_l2_id"),
    )
}


@dataclass(frozen=True, slots=True)
class Called:
    """SQL that names the subjects of a relation: what is joined to it, and then their ids.

    `within_id` is the id of what a subject is within, None of a kind that is whole.
    """

    joins: str
    id: str
    within_id: str | None


def called(kind: str, number: str) -> Called:
    """Return the SQL that names subjects of a kind by the column that holds their number."""
    register, within = SUBJECT_KINDS[kind].register, SUBJECT_KINDS[kind].within
    ids = f"{register}_ids"
    if within is None:
        return Called(
            joins=f"join {ids} on {ids}.{register}_no = {number}",
            id=f"{ids}.{register}_id",
            within_id=None,
        )
    whole = f"({number} // {PLACES})"
    escaped = f"replace(replace({ids}.{register}_id, '~', '~0'), '/', '~1')"
    return Called(
        joins=f"join {ids} on {ids}.{register}_no = {whole} "
        f"join category_ids on category_ids.category_no = {number} - {whole} * {PLACES}",
        id=f"{escaped} || '/' || category_ids.category_id",
        within_id="category_ids.category_id",
    )


def is_looked_at(column: exp.Expr, kind: str) -> exp.Expr:
    """Return the condition that a column holds the one subject looked at, `$subject_no`."""
    number = bound("subject_no")
    if SUBJECT_KINDS[kind].within is None:
        return column.eq(number)
    # DuckDB 2.0.0 has an error where it moves a comparison with what an outer join made below
    # that join; the number of a part is made so. It does not move this one.
    return column.isin(query=exp.select(exp.cast(number, exp.DataType.Type.BIGINT)))


def number_of(database: Database, kind: str, subject_id: str) -> int:
    """Return the market's number of a subject.

    A seller within a category is known where both are. Raises `SubjectUnknown`, with ids that
    look alike, for one that the market never heard of.
    """
    subject = SUBJECT_KINDS[kind]
    if subject.within is None:
        return _number(database, subject.register, subject_id)
    written, slash, category_id = subject_id.partition("/")
    if not slash:
        raise SubjectUnknown(
            f"'{subject_id}' is no {subject.noun}: it names no category.",
            hint=f"Write both, with a slash between: '{subject_id}/CATEGORY'.",
        )
    seller_id = written.replace("~1", "/").replace("~0", "~")
    seller_no = _number(database, subject.register, seller_id)
    return seller_no * PLACES + _number(database, "category", category_id)


def check_known(database: Database, subject_id: str) -> None:
    """Raise `SubjectUnknown` for an id that no subject of any kind has in the market."""
    faults: list[SubjectUnknown] = []
    for kind in SUBJECT_KINDS.values():
        try:
            number_of(database, kind.name, subject_id)
        except SubjectUnknown as fault:
            faults.append(fault)
        else:
            return
    raise SubjectUnknown(
        f"'{subject_id}' is no seller, listing or buyer that is known to this market.",
        hint=faults[0].hint,
    )


def is_buyer(database: Database, subject_id: str) -> bool:
    """Say whether a buyer has that id; another subject may have the same one."""
    found = database.rows("select 1 from buyer_ids where buyer_id = $id", {"id": subject_id})
    return bool(found)


def _number(database: Database, register: str, of: str) -> int:
    # There is one at most: with a limit the search ends where it is found.
    found = database.rows(
        f"select {register}_no from {register}_ids where {register}_id = $id limit 1", {"id": of}
    )
    if found:
        return int(found[0][0])
    alike = most_alike(database, f"{register}_ids", f"{register}_id", of)
    raise SubjectUnknown(
        f"{register} '{of}' is not known to this market.",
        hint=near(of, alike) or "The market has no facts yet.",
    )
