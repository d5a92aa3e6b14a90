"""Where pods run: by Docker, or where that cannot be had as plain processes, which is said."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from handler.inference.artifacts import default_root
from handler.local.server import HOST
from tests.rehearsal.kubelet import Sandbox
from tests.rehearsal.sandbox import Container, Process
from tests.rehearsal.spec import Spec
from tests.sam_local import base, engine
from tests.sam_local.forward import forwarded
from tests.sam_local.project import stage


@dataclass(frozen=True)
class Place:
    """``make`` makes what a pod's container runs in; ``let_in`` tells the address where it finds a port of ours."""

    name: str
    make: Callable[[Spec, Mapping[str, str]], Sandbox]
    let_in: Callable[[int], AbstractContextManager[str]]


def choose(folder: Path, stack: ExitStack, *, processes: bool) -> Place:
    """Logs of processes go to ``folder``; a Docker that was started for this ends with ``stack``."""
    return (None if processes else _docker(stack)) or _plain(folder)


def _docker(stack: ExitStack) -> Place | None:
    """None where no container can be had."""
    try:
        stack.enter_context(engine.ready())
        image = stage(base.choose("auto"), "fast", default_root()).build("worker")
    except SystemExit:  # which has said why
        return None
    return Place("docker", partial(Container, image), partial(_let_in, engine.gateway()))


def _plain(folder: Path) -> Place:
    engine.say("WITHOUT DOCKER: plain processes. User, limits and the read-only root are NOT rehearsed.")
    return Place("processes", partial(Process, folder / "worker.log"), _let_in_loopback)


@contextmanager
def _let_in(host: str, port: int) -> Iterator[str]:
    with forwarded(host, port) as outer:
        yield f"http://{host}:{outer}"


@contextmanager
def _let_in_loopback(port: int) -> Iterator[str]:
    yield f"http://{HOST}:{port}"
