"""Hostile input, made by the thousand: ``python -m tests.fuzz 100000`` for a figure, a few hundred in the tests."""
