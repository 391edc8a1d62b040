"""The page on findings tells every kind, column and key that there is, and nothing else."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from goodstanding.decisions.findings import (
    ANSWER_DAYS,
    APPEAL_MONTHS,
    GRAVEST,
    KINDS,
    LONGEST_DAYS,
    Finding,
)
from goodstanding.decisions.statement import statement_of
from goodstanding.facts.catalogue import BY_NAME
from tests.decisions.test_statement import WHOLE

PAGE = (Path(__file__).parents[2] / "docs" / "findings.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_page_tells_every_kind_in_the_words_of_the_statement():
    told = dict(re.findall(r"(?m)^\| `(\w+)` \| ([^|]+) \|$", PAGE.split("## One, from")[0]))
    assert {kind: told.get(kind) for kind in KINDS} == KINDS


def test_the_page_tells_every_column_of_records():
    records = section("The statement of reasons").split("**Records**")[1].split("The\ncolumns")[0]
    names = re.findall(r"`(\w+)`", records)
    assert set(names) - {"jsonl", "csv", "parquet"} == {each.name for each in fields(Finding)}


def test_every_column_of_the_facts_is_one_of_records():
    records = {each.name for each in fields(Finding)}
    assert {column.name for column in BY_NAME["findings"].columns} <= records


def test_the_page_tells_every_key_of_a_statement():
    rows = re.findall(r"(?m)^\| (`[^|]*) \| ([^|]*) \|$", section("The statement of reasons"))
    keys = [key for row, _ in rows for key in re.findall(r"`(\w+)`", row)]
    said = statement_of(WHOLE, "confirmed", "UTC").as_dict()
    assert keys == list(said)
    inner = {key for value in said.values() if isinstance(value, dict) for key in value}
    meanings = " ".join(meaning for _, meaning in rows)
    assert inner <= set(re.findall(r"`(\w+)`", meanings))


def test_the_page_tells_the_periods():
    assert (ANSWER_DAYS, APPEAL_MONTHS, LONGEST_DAYS, GRAVEST) == (7, 6, 365, 10)
    for said in ("seven days since the warning", "six months since the decision", "365 days ahead"):
        assert said in PAGE
