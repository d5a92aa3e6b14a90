"""Fits heads to labelled tickets: ``make heads`` the shipped ones, ``ticket-processor fit`` the user's own.

``material.py`` makes numbers of tickets, ``folds.py`` parts them, ``head.py`` fits and finds the
temperature, ``verdict.py`` says whether it got better, ``fit.py`` is the whole of it.
"""
