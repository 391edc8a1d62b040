"""Reasons, orders, recourse and comparison."""
