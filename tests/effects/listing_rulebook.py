"""A rulebook that scores listings, as small as one can be: by the mean of their stars."""

LISTINGS = """\
id = "listings"
version = 2015-10-08
title = "Listings by their stars"
subject = "listing"
source = "the terms"
confidence = "own design"
calendar = { assessed = "daily" }
window.month = { days = 30 }
rows.lines = { from = "line" }

[measure.given]
of = "lines"
when = "within(feedback_on)"
sum = "stars"

[indicator.stars_mean]
mean = "given"
better = "higher"

[points.stars_points]
is = "stars_mean"
curve = [[1, 0], [5, 100]]
if_not_assessed = 50

[score]
range = [0, 100]
"""
