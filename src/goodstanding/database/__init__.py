"""Connections that run named SQL steps, and how a step is written for each database."""
