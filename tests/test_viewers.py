"""Who may see what: every part by every viewer, and nothing that is not in the rule."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from goodstanding.viewers import (
    LEAST_STORES,
    BuyerPart,
    BuyerViewer,
    Part,
    Viewer,
    may_see,
    may_see_of_buyer,
)

# Part by part: the operator, the store itself, everybody else.
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
    "reason of an exclusion": (True, False, False),
}
VIEWERS = ("operator", "store", "public")


def test_the_matrix_names_every_part_and_every_viewer():
    assert set(MATRIX) == set(get_args(Part))
    assert set(VIEWERS) == set(get_args(Viewer))


@pytest.mark.parametrize("part", MATRIX)
@pytest.mark.parametrize(("place", "viewer"), list(enumerate(VIEWERS)))
def test_a_part_is_seen_by_whom_the_matrix_says(part: Any, place: int, viewer: Any):
    assert may_see(viewer, part, stores_n=1000) is MATRIX[part][place]


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


# Part by part: that buyer, the operator whose reason is logged, the operator whose reason is not.
OF_A_BUYER = {
    "buyer score": (True, True, False),
    "findings": (True, True, False),
    "notices": (True, True, False),
    "own view": (True, True, False),
    "order record": (True, True, False),
}
NEVER = ("seller", "other buyer", "public")


def test_the_matrix_of_a_buyer_names_every_part_and_every_viewer():
    assert set(OF_A_BUYER) == set(get_args(BuyerPart))
    assert {"buyer", "operator", *NEVER} == set(get_args(BuyerViewer))


@pytest.mark.parametrize("part", OF_A_BUYER)
def test_of_a_buyer_that_buyer_sees_and_the_operator_whose_reason_is_logged(part: Any):
    seen = (
        may_see_of_buyer("buyer", part),
        may_see_of_buyer("operator", part, is_logged=True),
        may_see_of_buyer("operator", part),
    )
    assert seen == OF_A_BUYER[part]


@pytest.mark.parametrize("part", OF_A_BUYER)
@pytest.mark.parametrize("viewer", NEVER)
@pytest.mark.parametrize("is_logged", [True, False])
def test_of_a_buyer_nobody_else_sees_anything_whatever_is_logged(part, viewer, is_logged):
    assert not may_see_of_buyer(viewer, part, is_logged=is_logged)


def test_of_a_buyer_what_the_rule_does_not_name_nobody_sees():
    unknown: Any = "address"
    nobody: Any = "nobody"
    for viewer in get_args(BuyerViewer):
        assert not may_see_of_buyer(viewer, unknown, is_logged=True)
    assert not may_see_of_buyer(nobody, "findings", is_logged=True)
