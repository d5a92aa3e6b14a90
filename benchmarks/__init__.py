"""Measurements: each a ratio to something that ran beside it."""
