"""A synthetic market, with what public data lacks and with abuse that was planted."""

from goodstanding.sample.generation import Progress, SampleSummary, generate

__all__ = ["Progress", "SampleSummary", "generate"]
