"""Who may see what: every part by every viewer, and nothing that is not in the rule."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from goodstanding.viewers import LEAST_STORES, BuyerPart, BuyerViewer, Part, Viewer, may_see

# Part by part: the operator, the store itself, everybody else, and the buyer who is told of.
MATRIX = {
    "feedback": (True, True, True),
    "positive rate": (True, True, True),
    "medal": (True, True, True),
    "ratings": (True, True, True),
    "published level": (True, True, True),
    "category figures": (True, True, True),  # of enough stores
    "level": (True, True, False),
    "daily score": (True, True, False),
    "violations": (True, True, False),
    "category standing": (True, True, False),
    "other figures": (True, True, False),
    "what comes": (True, True, False),
    "next steps": (True, True, False),
    "way to the detail": (True, True, False),
    "service": (True, True, False),  # and of its listings
    "queue": (True, True, False),
    "offers": (True, True, False),
    "buyer score": (False, False, False),  # to the operator whose reason is logged
    "effects": (False, False, False),  # on buyers; likewise
    "exclusions": (False, False, False),  # of buyers; likewise
    "findings": (False, False, False),  # likewise
    "notices": (False, False, False),  # to buyers; likewise
    "offers that reach": (False, False, False),  # likewise
    "own view": (False, False, False),  # of a buyer; likewise
    "order record": (False, False, False),  # of a buyer's order; likewise
    "reason of an exclusion": (True, False, False),
}
VIEWERS = ("operator", "store", "public")
# Of stores a buyer sees what everybody does.
BUYER_SEES = {part for part, seen in MATRIX.items() if seen[2]} | {*get_args(BuyerPart)}


def test_the_matrix_names_every_part_and_every_viewer():
    assert set(MATRIX) == {*get_args(Part), *get_args(BuyerPart)}
    assert set(VIEWERS) == set(get_args(Viewer))
    assert get_args(BuyerViewer) == ("buyer",)


@pytest.mark.parametrize("part", MATRIX)
@pytest.mark.parametrize(("place", "viewer"), list(enumerate(VIEWERS)))
def test_a_part_is_seen_by_whom_the_matrix_says(part: Any, place: int, viewer: Any):
    assert may_see(viewer, part, stores_n=1000) is MATRIX[part][place]


@pytest.mark.parametrize("part", MATRIX)
def test_a_buyer_sees_their_own_score_and_what_everybody_sees_of_stores(part: Any):
    assert may_see("buyer", part, stores_n=1000) is (part in BUYER_SEES)


def test_no_store_and_no_public_viewer_ever_sees_a_buyers_score():
    for stores_n in (None, 0, 10, 1000):
        assert not may_see("store", "buyer score", stores_n=stores_n)
        assert not may_see("public", "buyer score", stores_n=stores_n)


@pytest.mark.parametrize(
    ("viewer", "stores_n", "is_seen"),
    [
        *(("operator", n, True) for n in (None, 1, LEAST_STORES)),
        *((who, n, False) for who in ("store", "public") for n in (None, 0, 9)),
        *((who, n, True) for who in ("store", "public") for n in (10, 11)),
    ],
)
def test_figures_of_a_category_are_shown_from_ten_stores_up(viewer, stores_n, is_seen):
    assert may_see(viewer, "category figures", stores_n=stores_n) is is_seen


def test_what_the_rule_does_not_name_nobody_sees():
    unknown: Any = "buyer's score"
    nobody: Any = "nobody"
    assert not any(may_see(viewer, unknown) for viewer in get_args(Viewer))
    assert not any(may_see(nobody, part, stores_n=1000) for part in get_args(Part))


@pytest.mark.parametrize("part", get_args(BuyerPart))
def test_an_operator_sees_what_is_told_of_a_buyer_only_with_a_reason_that_is_logged(part: Any):
    assert may_see("operator", part, is_logged=True)
    assert not may_see("operator", part)


@pytest.mark.parametrize("part", get_args(BuyerPart))
@pytest.mark.parametrize("viewer", ["store", "public"])
def test_of_a_buyer_no_store_and_nobody_else_sees_anything_whatever_is_logged(
    viewer: Any, part: Any
):
    assert not may_see(viewer, part, is_logged=True)
