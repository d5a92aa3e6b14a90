"""``ticket-processor local up|down|setup|seed|status|reset|logs`` and ``ticket-processor demo``: the words only."""

import json
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from handler.inference.artifacts import default_root
from handler.inference.pins import model_pins
from handler.inference.provision import provision
from handler.local import clearing, clients, emulator, endpoint, function, inventory, resources, screen
from handler.local import demo as demonstration
from handler.local import seed as seeding
from handler.local.clients import Aws
from handler.local.failures import LocalFailure, NothingRunning

AGAIN_LATER = 75

app = typer.Typer(help="A local AWS, to try things out.", no_args_is_help=True)

Disposable = Annotated[
    bool, typer.Option("--endpoint-is-disposable", help="Use an endpoint that is not on this machine all the same.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout instead of a table.")]
ModelDir = Annotated[
    Path | None, typer.Option(help="Where the models are; the user's cache by default.", envvar="TICKETS_MODEL_DIR")
]
Port = Annotated[int, typer.Option(help="The port to listen on; 0 for a free one.", min=0, max=65_535)]


@contextmanager
def reported() -> Iterator[None]:
    """Failures as one message on stderr and the exit code, never as a traceback."""
    try:
        yield
    except LocalFailure as failure:
        _say(str(failure))
        raise typer.Exit(failure.exit_code) from None
    except clients.unreachable() as error:
        _say(f"the local AWS does not answer: {error}")
        raise typer.Exit(AGAIN_LATER) from None
    except clients.refused() as error:
        _say(f"the local AWS refused: {error}")
        raise typer.Exit(1) from None


def _say(message: str) -> None:
    screen.stderr().print(message, markup=False, soft_wrap=True)


def _provide_models(model_dir: Path | None) -> None:
    """The function that is deployed has the fast profile, and finds its models where this puts them."""
    root = model_dir or default_root()
    for pin in model_pins(root).values():
        if "fast" in pin.profiles:
            provision(pin, root, _say)


def _connect(*, disposable: bool) -> Aws:
    running = emulator.find()
    address = None if running is None else running.endpoint
    return clients.connect(endpoint.chosen(os.environ, address, disposable=disposable))


@app.command()
def up(*, port: Port = emulator.DEFAULT_PORT, endpoint_is_disposable: Disposable = False) -> None:
    """Start the local AWS, unless it runs or AWS_ENDPOINT_URL names another; its address on stdout."""
    with reported():
        if os.environ.get(endpoint.VARIABLE, "").strip():
            address = endpoint.chosen(os.environ, None, disposable=endpoint_is_disposable).url
            _say(f"{endpoint.VARIABLE} is set: nothing is started")
        else:
            server = emulator.up(port, announce=_say)
            address = server.endpoint
            _say(f"process {server.pid}, log {server.log}; stop it with `ticket-processor local down`")
        typer.echo(address)


@app.command()
def down() -> None:
    """Stop the local AWS that `up` started; nothing that it held is kept."""
    with reported():
        server = emulator.down()
        _say("nothing was running" if server is None else f"stopped process {server.pid}")


@app.command()
def setup(*, model_dir: ModelDir = None, endpoint_is_disposable: Disposable = False, as_json: AsJson = False) -> None:
    """Create buckets, queues, table, notification and function where they are missing; their settings on stdout."""
    with reported():
        aws = _connect(disposable=endpoint_is_disposable)
        _provide_models(model_dir)
        made = resources.create(aws)
        function.deploy(aws, made, model_dir)
        _show("Settings", ["setting", "value"], made.settings() | aws.endpoint.environment(), as_json=as_json)


@app.command()
def seed(*, endpoint_is_disposable: Disposable = False, as_json: AsJson = False) -> None:
    """Put the sample tickets, and some odd ones, into the raw bucket; what was put on stdout."""
    with reported():
        aws = _connect(disposable=endpoint_is_disposable)
        ledger = seeding.seed(aws, resources.create(aws))
        if as_json:
            typer.echo(json.dumps([entry.to_row() for entry in ledger], indent=1))
            return
        rows: list[list[object]] = [[e.order, e.label, e.key, e.content_hash or ""] for e in ledger]
        screen.stdout().print(screen.table("Put", ["", "what", "key", "content hash"], rows))


@app.command()
def status(*, endpoint_is_disposable: Disposable = False, as_json: AsJson = False) -> None:
    """Show whether a local AWS runs, and how much is in it."""
    with reported():
        server = emulator.find()
        try:
            aws = _connect(disposable=endpoint_is_disposable)
        except NothingRunning as nothing:
            _say(str(nothing))
            _show("Local AWS", ["what", "value"], {"running": False}, as_json=as_json)
            return
        ours = asdict(server) if server is not None and aws.endpoint.ours else {}
        ours.pop("token", None)
        state = {"running": True, "endpoint": aws.endpoint.url, **ours, **inventory.count(aws)}
        _show("Local AWS", ["what", "value"], state, as_json=as_json)


@app.command()
def reset(*, endpoint_is_disposable: Disposable = False) -> None:
    """Take everything away again: all that our local AWS holds, or on another endpoint our resources by name."""
    with reported():
        clearing.clear(_connect(disposable=endpoint_is_disposable))
        _say("everything is gone; `ticket-processor local setup` makes it anew")


@app.command()
def logs(*, lines: Annotated[int, typer.Option(help="How many of the last lines.", min=1)] = 50) -> None:
    """Show the last lines of the local AWS's log, with the function's output."""
    with reported():
        path = emulator.home() / "emulator.log"
        if not path.exists():
            raise NothingRunning("there is no log: `ticket-processor local up` has not been used yet")
        with path.open(errors="replace") as file:
            for line in deque(file, maxlen=lines):
                typer.echo(screen.safe(line.rstrip("\n")).plain)


def demo(
    *,
    model_dir: ModelDir = None,
    port: Port = 0,
    seconds: Annotated[
        int, typer.Option(help="How long to wait for the results.", min=0)
    ] = demonstration.SETTLE_SECONDS,
    endpoint_is_disposable: Disposable = False,
) -> None:
    """Show the whole way of a ticket on a local AWS: started, filled, processed, audited and stopped."""
    with reported():
        _provide_models(model_dir)
        code = demonstration.run(os.environ, model_dir, port, seconds, disposable=endpoint_is_disposable)
    raise typer.Exit(code)


def _show(title: str, columns: list[str], values: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(values, indent=1))
        return
    rows: list[list[object]] = [[name, "-" if value is None else value] for name, value in values.items()]
    screen.stdout().print(screen.table(title, columns, rows))
