"""A rulebook to named SQL steps, and the steps to results."""
