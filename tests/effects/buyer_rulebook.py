"""A rulebook with bands of buyers, as small as one can be: by how many orders they paid."""

BUYERS = """\
id = "buyers"
version = 2015-01-01
title = "Buyers by their orders"
subject = "buyer"
source = "the terms"
confidence = "own design"
calendar = { assessed = "daily" }
window.year = { days = 365 }
rows.orders = { from = "order" }

[measure.paid]
of = "orders"
when = "within(paid_on)"

[indicator.orders_paid]
count = "paid"
better = "higher"

[points.orders_points]
is = "orders_paid"
curve = [[0, 3.171], [10, 93.171]]

[score]
range = [0, 100]

[[not_graded]]
id = "new"
if = "orders_paid < 2"
because = "Fewer than two orders so far."

[grades]
by = "score"
steps = [["limited", "-"], ["standard", 25], ["trusted", 35], ["excellent", 70]]
"""
# So many orders paid in a year lead to each band; with fewer than two a buyer is new.
ORDERS_PAID = {"new": 1, "limited": 2, "standard": 3, "trusted": 4, "excellent": 8}
# The scores of so many orders, as far as they are always printed: 3.171, and 9 for each.
SCORES = [f"{3.171 + 9 * n:.2f}" for n in range(1, 11)]
