"""The function under Lambda's own Runtime Interface Emulator and runtime client, without a container: ``make rie``.

Not part of the test run: the emulator is a program that comes with sam. ``emulator.py`` starts it, ``checks.py`` says
what has to be true, ``__main__.py`` runs them.
"""
