"""Where things are shown: data on stdout, everything else on stderr, and nobody's text as it came.

A ticket may hold rich's markup, or control characters that a terminal would obey.
"""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from handler.domain.shown import shown

WIDTH_OF_A_FILE = 160  # what a table is laid out for when nobody looks at it


def stdout() -> Console:
    """For data."""
    return _console(Console(file=sys.stdout, highlight=False))


def stderr() -> Console:
    """For everything else."""
    return _console(Console(file=sys.stderr, highlight=False))


def _console(console: Console) -> Console:
    if not console.is_terminal:
        console.width = WIDTH_OF_A_FILE
    return console


def safe(value: object) -> Text:
    """``value`` as text that changes nothing but its cell: no markup, no line breaks, no control characters."""
    return Text(shown(value))


def table(title: str, columns: list[str], rows: list[list[object]]) -> Table:
    """A table whose cells are all made safe."""
    made = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        made.add_column(column)
    for row in rows:
        made.add_row(*map(safe, row))
    return made
