"""What `make bench` says of planted abusers and honest buyers: its arithmetic, and who is who."""

from __future__ import annotations

from pathlib import Path

import pytest

from goodstanding.sample import generate

separation = pytest.importorskip("bench.separation", reason="the sources are not here")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ([1, 2], [3, 4], 1.0),
        ([3, 4], [1, 2], 0.0),
        ([2], [2], 0.5),
        ([1, 3], [2, 3], (1 + 1 + 0 + 0.5) / 4),
    ],
)
def test_the_share_of_pairs_in_order_counts_a_tie_as_a_half(
    low: list[float], high: list[float], expected: float
) -> None:
    assert separation.auc(low, high) == expected


def test_who_returns_much_as_the_law_allows_is_honest_and_not_planted(tmp_path: Path) -> None:
    generate(orders=20_000, seed=7, out=tmp_path / "sample")
    groups = separation.groups_in(tmp_path / "sample")
    assert {"false_claims", "return_abuse", "extortion", "non_payment"} <= set(groups.abusers)
    assert groups.returning
    assert not groups.returning & groups.planted
    assert groups.proposed & groups.planted


def test_lines_of_the_printed_table_are_lines_of_the_page() -> None:
    figures = {
        "as decided: how many": {"abusers": 1250, "many returns": 12, "other honest": 98000},
        "as decided: score below 40": {"abusers": 0.25, "many returns": 0.0, "other honest": 0.001},
        "as decided: AUC of abusers against": {"many returns": 0.9875, "other honest": 0.5},
    }
    assert separation.as_table(figures)[2:] == [
        "| as decided: how many | 1,250 | 12 | 98,000 |",
        "| as decided: score below 40 | 25.00% | 0.00% | 0.10% |",
        "| as decided: AUC of abusers against |  | 0.988 | 0.500 |",
    ]
