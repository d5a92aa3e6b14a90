"""The whole way of a ticket, shown: S3, its event, the queue, the function, the results; and nothing may be lost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from handler.local import audit, clients, emulator, endpoint, function, readback, report, resources, screen, seed
from handler.local.audit import Evidence, Fate
from handler.local.clients import Aws
from handler.local.endpoint import Endpoint
from handler.local.ledger import Ledger
from handler.local.resources import Resources

SETTLE_SECONDS = 180
"""Longer than a first cold start on a slow machine. What failed once comes back after the queue's 360 seconds only."""


def run(
    environ: Mapping[str, str],
    model_dir: Path | None = None,
    port: int = 0,
    seconds: float = SETTLE_SECONDS,
    *,
    disposable: bool = False,
) -> int:
    """Runs the demo and shows what came of it; the exit code, 0 when nothing is lost. Raises LocalFailure."""
    console = screen.stderr()
    with _local_aws(environ, port, console, disposable=disposable) as where:
        aws = clients.connect(where)
        console.print("setting up buckets, queues, table and function", markup=False)
        made = resources.create(aws)
        function.deploy(aws, made, model_dir)
        ledger = seed.seed(aws, made)
        evidence = wait(aws, made, ledger, seconds, console)
        code = finish(aws, made, ledger, evidence)
        if code and where.ours:
            console.print(f"what the function said is in {_log()}", markup=False, soft_wrap=True)
        return code


@contextmanager
def _local_aws(environ: Mapping[str, str], port: int, console: Console, *, disposable: bool) -> Iterator[Endpoint]:
    """The endpoint that the user named, or an emulator of the demo's own."""
    if environ.get(endpoint.VARIABLE, "").strip():
        yield endpoint.chosen(environ, None, disposable=disposable)
        return
    announce = partial(console.print, markup=False, soft_wrap=True)
    endpoint.chosen(environ, "http://127.0.0.1", disposable=disposable)  # what is refused is so before anything starts
    with emulator.running(port, _log(), announce) as server:
        announce(f"the local AWS answers at {server.endpoint}; its log is {server.log}")
        yield endpoint.chosen(environ, server.endpoint, disposable=disposable)


def _log() -> Path:
    emulator.home().mkdir(parents=True, exist_ok=True)
    return emulator.home() / "demo.log"


def wait(aws: Aws, made: Resources, ledger: Ledger, seconds: float, console: Console) -> Evidence:
    """Waits until everything has become something, with a bar where somebody looks."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    console.print(f"{len(ledger)} objects are in {made.names.raw_bucket}; the function is at work", markup=False)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("settled", total=len(ledger))
        on_progress = partial(_advance, progress, task)
        return audit.wait_until_settled(ledger, lambda: readback.read(aws, made, ledger), seconds, on_progress)


def _advance(progress: Progress, task: TaskID, settled: int) -> None:
    progress.update(task, completed=settled)


def finish(aws: Aws, made: Resources, ledger: Ledger, evidence: Evidence) -> int:
    """Shows the results; 1 if anything is lost, each named on stderr, else 0."""
    fates = audit.classify(ledger, evidence)
    report.show(screen.stdout(), ledger, evidence, readback.results(aws, made, evidence))
    for entry, fate in zip(ledger, fates, strict=True):
        if fate is Fate.LOST:
            screen.stderr().print(screen.safe(f"lost: {entry.key} ({entry.label})"))
    return int(Fate.LOST in fates)
