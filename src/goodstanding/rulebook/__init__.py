"""Rulebooks: what counts, over which days, against which limits, as dated, cited data."""
