"""The market's own numbers for the ids of orders, sellers, buyers, listings and categories.

A number is given once and stays. New ids are numbered in the order of their text, so that
the same batch gives the same numbers.
"""

# ruff: noqa: S608 -- names come from the catalogue or are quoted; values are bound

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from goodstanding.facts.catalogue import BY_NAME
from goodstanding.facts.tables import REGISTERS, Column

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.facts.home import Home


def number_ids(database: Database, home: Home, relation: str, columns: Sequence[Column]) -> None:
    """Give numbers to the ids in a relation's columns that have none yet."""
    for register in REGISTERS:
        named = [column.name for column in columns if column.numbered == register]
        if named:
            ids = " union all ".join(f"select {name} as id from {relation}" for name in named)
            _number(database, home, register, ids)


def number_charged(database: Database, home: Home, load_no: int) -> None:
    """Give numbers to those whom a load's violations charge, and whom no other fact names."""
    kinds = BY_NAME["violations"].column("subject_kind").codes
    for register in kinds:
        ids = f"""
            select named.subject_id as id
            from violations as named
            join violations as told using (violation_no)
            where told.subject_kind = '{register}' and {load_no} in (named.load_no, told.load_no)
        """
        _number(database, home, register, ids)


def _number(database: Database, home: Home, register: str, ids: str) -> None:
    home.bring_ids(register, ids)
    database.execute(
        f"""
        insert into {register}_ids
        select
          (select coalesce(max({register}_no), 0) from {register}_ids)
            + row_number() over (order by id),
          id
        from (
          select distinct id
          from ({ids}) as named
          anti join {register}_ids on {register}_id = id
          where id is not null
        )
        """
    )


def numbered(columns: Sequence[Column], relation: str) -> tuple[dict[str, str], str]:
    """Return columns as the market stores them, by name, and the joins that find their numbers."""
    found = {column.name: f"{relation}.{column.name}" for column in columns}
    joins = []
    for column in columns:
        if column.numbered is not None:
            register = f"{column.name}_register"
            found[column.name] = f"{register}.{column.numbered}_no"
            joins.append(
                f"left join {column.numbered}_ids as {register} "
                f"on {register}.{column.numbered}_id = {relation}.{column.name}"
            )
    return found, "\n".join(joins)


def named(columns: Sequence[Column], relation: str) -> tuple[dict[str, str], str]:
    """Return stored columns as the source named them, and the joins that find their ids."""
    found = {column.name: f"{relation}.{column.name}" for column in columns}
    joins = []
    for column in columns:
        if column.numbered is not None:
            register = f"{column.name}_register"
            found[column.name] = f"{register}.{column.numbered}_id"
            joins.append(
                f"left join {column.numbered}_ids as {register} "
                f"on {register}.{column.numbered}_no = {relation}.{column.stored_name}"
            )
    return found, "\n".join(joins)
