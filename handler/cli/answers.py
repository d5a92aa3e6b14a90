"""How the operator's commands answer: JSON or lines on stdout, made safe for a terminal."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.progress import Progress

from handler.local import screen

AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout instead of lines.")]


def say_json(row: dict[str, Any]) -> None:
    """One JSON object, indented."""
    typer.echo(json.dumps(row, indent=1))


def say(line: str) -> None:
    """One line of data, whatever ids it holds."""
    typer.echo(screen.safe(line).plain)


def complain(line: str) -> None:
    """One line on stderr."""
    typer.echo(screen.safe(line).plain, err=True)


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number and what is counted."""
    return f"{number} {one if number == 1 else many or one + 's'}"


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr, if that is a terminal; inside, what to call with how much more was done."""
    console = screen.stderr()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total or None)
        yield lambda more: progress.advance(task, more)


@contextmanager
def reporting(report: Callable[[], None], begun: Callable[[], bool]) -> Iterator[None]:
    """Reports at the end; after an error only if something was done by then, for that stays done."""
    try:
        yield
    except BaseException:
        if begun():
            report()
        raise
    report()
