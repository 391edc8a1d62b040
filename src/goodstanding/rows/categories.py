"""Where a category stands in the tree of goods: the two uppermost on the way to it."""

from __future__ import annotations

from sqlglot import exp

from goodstanding.database.steps import Step, parse
from goodstanding.facts import known
from goodstanding.facts.catalogue import BY_NAME

LEVELS = "category_levels"
COLUMNS = frozenset(
    {"category_l1_id", "category_l2_id", "seller_category_l1_id", "seller_category_l2_id"}
)
DEEPEST = 8  # categories on the way; further ones stand where the eighth does not lead


def category_steps() -> list[Step]:
    """Return the steps that end in `category_levels`.

    It has a row for each category that a root leads to in at most eight steps: `category_no`,
    `first_no` (the root) and `second_no` (the one below it, null of the root itself). A parent
    that nobody described is a root. The tree is that of known-at, for every as-of day.
    """
    steps = known.known_steps(BY_NAME["categories"], ["parent_id"])
    steps.append(Step("categories_there", "every category, and the one above it", _there()))
    for depth in range(1, DEEPEST + 1):
        steps.append(
            Step(f"categories_{depth}", f"categories in place {depth} from above", _at(depth))
        )
    every: exp.Query = exp.select("*").from_("categories_1")
    for depth in range(2, DEEPEST + 1):
        every = exp.union(every, exp.select("*").from_(f"categories_{depth}"), distinct=False)
    return [*steps, Step(LEVELS, "the two uppermost categories above each", every)]


def _there() -> exp.Query:
    return parse(
        """
        select category_no, parent_no from known_categories
        union
        select above.parent_no as category_no, cast(null as bigint) as parent_no
        from known_categories as above
        left join known_categories as described on described.category_no = above.parent_no
        where above.parent_no is not null and described.category_no is null
        """
    )


def _at(depth: int) -> exp.Query:
    if depth == 1:
        return parse(
            """
            select category_no, category_no as first_no, cast(null as bigint) as second_no
            from categories_there
            where parent_no is null
            """
        )
    return parse(
        f"""
        select
          below.category_no,
          above.first_no,
          coalesce(above.second_no, below.category_no) as second_no
        from categories_there as below
        join categories_{depth - 1} as above on above.category_no = below.parent_no
        """  # noqa: S608 -- our own names
    )
