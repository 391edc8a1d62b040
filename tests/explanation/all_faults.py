"""A rulebook in which everything that can go wrong with an order counts, in every way it can."""

from __future__ import annotations

from goodstanding.rulebook.reading import read_rulebook

TEXT = """\
id = "all-faults"
version = 2010-01-01
title = "All faults"
subject = "seller"
confidence = "own design"
adding_may_lower = "Whoever has fewer than 5 orders is not graded."
calendar = { assessed = "daily" }
window.quarter = { days = 90 }
rows.orders = { from = "order" }

[measure.ended]
of = "orders"
any.received = "within(closed_on)"
any.cancelled = "cancelled_by <> 'buyer' and within(cancelled_on)"
any.disputed = "within(dispute_opened_on)"
any.decided = "within(dispute_closed_on)"
any.refunded = "within(refunded_on)"
any.charged_back = "within(charged_back_on)"
any.due = "within(ship_by_on)"
any.delivered = "within(delivered_on)"
any.reviewed = "within(feedback_on)"

[measure.bad]
of = "ended"
any.low_review = "(stars <= 3 or logistics_stars = 1) and within(feedback_on)"
any.cancelled_by_seller = "cancelled_by = 'seller' and within(cancelled_on)"
any.never_shipped = "missing(shipped_on) and within(unshipped_on)"
any.arbitrated = "within(dispute_escalated_on) or within(arbitration_ended_on)"
any.unanswered = "within(dispute_unanswered_on)"

[measure.late]
of = "ended"
any.shipped_late = "is_shipped_late and within(shipped_on)"
any.delivered_late = "is_delivered_late and within(delivered_on)"

[measure.costly]
of = "orders"
any.refunded = "refund_reason <> 'changed_mind' and within(refunded_on)"
any.charged_back = "within(charged_back_on)"
any.lost = "dispute_liable = 'seller' and within(dispute_closed_on)"
any.disputed = "dispute_reason = 'not_received' and within(dispute_opened_on)"

[measure.rated]
of = "orders"
when = "known(stars) and within(feedback_on)"

[measure.praised]
of = "rated"
when = "stars >= 4"

[measure.unhappy]
of = "bad"
distinct = "buyer_id"

[indicator.bad_rate]
ratio = ["bad", "ended"]
better = "lower"
not_assessed_if = "unhappy <= 1"
if_not_assessed = "passes"

[indicator.late_rate]
ratio = ["late", "ended"]
better = "lower"
if_not_assessed = "passes"

[indicator.costs]
count = "costly"
better = "lower"

[indicator.praise]
ratio = ["praised", "rated"]
better = "higher"
if_not_assessed = "passes"

[[not_graded]]
id = "too_few"
if = "ended < 5"
because = "Fewer than 5 orders ended."

[[grade]]
name = "gold"
all = ["bad_rate < 10 %", "late_rate < 20 %", "costs <= 1", "praise >= 80 %"]

[[grade]]
name = "silver"
all = ["bad_rate < 30 %", { that = "costs <= 3", unless = "ended >= 20" }, "praise >= 50 %"]

[[grade]]
name = "bronze"
"""
ALL_FAULTS = read_rulebook(TEXT, "all-faults.toml")
