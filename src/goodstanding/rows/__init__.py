"""Facts to rows: one per countable thing, everything known about it, each value with its day."""
