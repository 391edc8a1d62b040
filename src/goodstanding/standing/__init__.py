"""What was published, when, from which facts and which rules; never edited, only restated."""
