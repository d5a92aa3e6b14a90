"""``enrich``: JSON lines of tickets in, one line out for each, in order; nothing is stored."""

import json
import math
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import Progress

from handler import bootstrap
from handler.cli.chosen import Backend, Profile, chosen_settings
from handler.cli.lines import Line, TicketALine, chunks, read_lines
from handler.domain.errors import EnrichmentError, ModelUnavailable
from handler.domain.message import Message, RecordOutcome
from handler.service import EnrichmentService
from handler.service.core import Ports
from handler.storage.memory import MemoryDeadLetters, MemorySource, NoStore

File = Annotated[str, typer.Argument(help="A file of JSON lines, one ticket each; - for standard input.")]


def enrich(file: File = "-", profile: Profile = None, backend: Backend = None) -> None:
    """Enriches tickets from JSON lines: one line out for each line in, in order. A bad line stops nothing."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader that goes away, as head does, ends it like any filter
    settings = chosen_settings(profile=profile, backend=backend)
    service = bootstrap.build(settings, Ports(TicketALine(), MemorySource(), NoStore(), MemoryDeadLetters()))
    failed = 0
    with ExitStack() as stack:
        source = _open(file, stack)
        lines = _with_progress(read_lines(source), file, stack)
        for chunk in chunks(lines, settings.batch_size):
            failed += _enrich_chunk(service, chunk)
            sys.stdout.flush()  # what is done is seen, and a full disk too
    raise typer.Exit(1 if failed else 0)


def _open(file: str, stack: ExitStack) -> BinaryIO:
    if file == "-":
        if sys.stdin is None:
            raise typer.BadParameter("standard input is closed")
        return sys.stdin.buffer
    try:
        return stack.enter_context(Path(file).open("rb"))
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None


def _with_progress(lines: Iterable[Line], file: str, stack: ExitStack) -> Iterator[Line]:
    """The same lines; on a terminal, with a bar of the bytes that were read."""
    console = Console(stderr=True)
    if not console.is_terminal or file == "-":
        yield from lines
        return
    progress = stack.enter_context(Progress(console=console, transient=True))
    task = progress.add_task("enrich", total=Path(file).stat().st_size)
    for line in lines:
        progress.advance(task, line.size)
        yield line


def _enrich_chunk(service: EnrichmentService, chunk: list[Line]) -> int:
    """Writes a line for each line of ``chunk``; how many of them failed."""
    messages = [Message(str(line.number), line.text) for line in chunk if line.error is None]
    outcomes = iter(service.process(messages, lambda: math.inf))
    records = [next(outcomes).records[0] if line.error is None else None for line in chunk]
    return sum(_write(line, record) for line, record in zip(chunk, records, strict=True))


def _write(line: Line, record: RecordOutcome | None) -> bool:
    """Writes one answer; whether it is an error."""
    if record and record.enriched and record.error is None:
        _print(record.enriched.to_json())
        return False
    error = record.error if record else line.error
    if isinstance(error, ModelUnavailable) or not isinstance(error, EnrichmentError):
        raise error or AssertionError(f"line {line.number} has no outcome")
    ticket_id = record.ticket_id if record else None
    _print(json.dumps(_error_line(line.number, ticket_id, error)))
    named = f"line {line.number}" + (f" ({ticket_id})" if ticket_id else "")
    typer.echo(f"{named}: {error.code}: {error}", err=True)
    return True


def _error_line(number: int, ticket_id: str | None, error: EnrichmentError) -> dict[str, object]:
    fault = {"code": error.code, "field": error.field, "message": str(error)}
    return {"line": number, "ticket_id": ticket_id, "error": fault}


def _print(text: str) -> None:
    sys.stdout.buffer.write(text.encode() + b"\n")
