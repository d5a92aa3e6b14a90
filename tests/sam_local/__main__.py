"""``python -m tests.sam_local SAM``: SAM is the environment that has the sam command. Exit code 1 if a check fails."""

import argparse
import json
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from handler.inference.artifacts import default_root
from handler.local import clearing, clients, emulator, resources
from handler.local.endpoint import VARIABLE, Endpoint, chosen
from handler.local.failures import LocalFailure
from handler.local.server import free_port
from handler.operations.doctor.document import read
from handler.operations.doctor.parameters import refuse as refuse_parameters
from tests.invocations import event, put
from tests.rie.emulator import binary
from tests.sam_local import base, engine, figures
from tests.sam_local.base import ROOT
from tests.sam_local.checks import CHECKS, MEMORY_MB, Field
from tests.sam_local.forward import forwarded
from tests.sam_local.project import stage, write_variables
from tests.sam_local.sam import Sam, refuse_taken


def main() -> None:
    """Runs every check, or takes the figures."""
    asked = _arguments()
    parameters = {"MemoryMb": str(MEMORY_MB), **_parameters(asked.parameter)}
    refuse_taken(asked.port)
    begun = time.monotonic()
    with engine.ready(), _local_aws() as endpoint, tempfile.TemporaryDirectory(prefix="sam-local-") as folder:
        bottom, program = base.choose(asked.base), asked.sam / "bin/sam"
        for profile in asked.figures.split(",") if asked.figures else ["fast"]:
            project = stage(bottom, profile, MODELS[profile]())
            sam = Sam(program, project, parameters)
            engine.say(f"building {sam.build()}, {time.monotonic() - begun:.0f} s after the start")
            with _field(sam, endpoint, asked, Path(folder)) as field:
                _task(asked)(field)
    engine.say(f"everything took {time.monotonic() - begun:.0f} s")


def _task(asked: argparse.Namespace) -> Callable[[Field], None]:
    return _figures if asked.figures else _hold if asked.hold else _checks


def _checks(field: Field) -> None:
    for check in CHECKS:
        begun = time.monotonic()
        check(field)
        engine.say(f"    ({time.monotonic() - begun:.1f} s)")


def _figures(field: Field) -> None:
    print(json.dumps(figures.take(field), indent=1), flush=True)


def _hold(field: Field) -> None:
    """Leaves the local AWS and a seeded ticket to who invokes by hand, until Ctrl+C or the end of stdin."""
    write_variables(field.sam.project, field.variables())
    print(
        f"the local AWS: {field.aws.endpoint.url}, for containers {field.address}; an event of one ticket is seeded:\n"
    )
    print(shlex.join(field.sam.invocation(event(put(field, "T-1")))), flush=True)
    with suppress(KeyboardInterrupt):
        sys.stdin.read()


def _benchmark_models() -> Path:
    """Those that ``make bench`` measures: nobody has the large models' own weights here."""
    from benchmarks.weights import root  # noqa: PLC0415 - for the full profile alone

    try:
        return root()
    except ImportError:
        engine.refuse("torch makes the full profile's random weights: make torch, or leave it out with --figures fast")


MODELS: dict[str, Callable[[], Path]] = {"fast": default_root, "full": _benchmark_models}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make sam-local", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sam", type=Path, metavar="SAM", help="the virtual environment of aws-sam-cli")
    parser.add_argument("--base", choices=base.WISHES, default="auto", help="where the base image comes from")
    parser.add_argument("--port", type=int, default=0, help="of sam local start-lambda; 0 is a free one")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE", help="of template.yaml")
    parser.add_argument("--hold", action="store_true", help="build, seed a ticket, and wait for you to invoke by hand")
    parser.add_argument("--figures", metavar="PROFILES", help="measure the images of these profiles: fast,full")
    return parser.parse_args()


def _parameters(given: list[str]) -> dict[str, str]:
    """Checked as CloudFormation would, since ``sam local`` takes any value."""
    parameters = dict(one.partition("=")[::2] for one in given)
    try:
        refuse_parameters(read(ROOT / "template.yaml")["Parameters"], parameters)
    except ValueError as error:
        engine.refuse(f"template.yaml: {error}")
    return parameters


@contextmanager
def _local_aws() -> Iterator[Endpoint]:
    """The one that the environment names (LocalStack, say; it is emptied), else our own for as long as the block."""
    try:
        if os.environ.get(VARIABLE):
            yield _only(chosen(os.environ, None))
            return
        with emulator.running(announce=engine.say) as server:
            yield Endpoint(server.endpoint, ours=True)
    except LocalFailure as failure:
        engine.refuse(str(failure))


def _only(endpoint: Endpoint) -> Endpoint:
    if endpoint.overrides:
        engine.refuse(f"one address has to be all services': unset {VARIABLE}_{min(endpoint.overrides).upper()}")
    return endpoint


@contextmanager
def _field(sam: Sam, endpoint: Endpoint, asked: argparse.Namespace, folder: Path) -> Iterator[Field]:
    """An emptied local AWS that containers reach."""
    aws, host = clients.connect(endpoint), engine.gateway()
    clearing.clear(aws)
    made = resources.create(aws)
    emulated = next(asked.sam.glob("lib/python3*/site-packages/samcli/local/rapid"))
    with forwarded(host, urlsplit(endpoint.url).port or 80) as port:
        address = f"http://{host}:{port}"
        yield Field(sam, binary(emulated), aws, made, address, asked.port or free_port(), folder)


if __name__ == "__main__":
    main()
