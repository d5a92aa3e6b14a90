"""What the image costs: bytes by layer, cold and warm calls, memory, and the bytes that a cold start reads."""

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.tickets import bodies
from tests.invocations import event, put
from tests.sam_local.checks import SETTLED, Field
from tests.sam_local.container import Container, processors, running
from tests.sam_local.engine import docker

MEMORIES = (2048, 3538)
STARTS = 3
CALLS = 10
LAYERS = {"libraries": "/opt/venv", "models": "/opt/models", "code": "/opt/app"}
DOCKER_FILES = "/var/lib/docker"
CHUNK_KB = 512  # in which Lambda loads an image
CACHES = Path("/proc/sys/vm/drop_caches")


def take(field: Field) -> dict[str, Any]:
    """Every figure of one profile's image, with how it came about."""
    image = field.sam.project.build("function")
    return {
        "profile": field.sam.project.profile,
        "base": field.sam.project.base.python,
        "processors of this machine": os.cpu_count(),
        "load": os.getloadavg()[0],
        "bytes by layer": layers(image, field.sam.project.base.python),
        **{f"{memory} MB": _under(field, memory) for memory in MEMORIES},
    }


def layers(image: str, base: str) -> dict[str, int]:
    """What each COPY added, as Docker counts it; the base is the rest of the image."""
    history = docker(
        "history", "--no-trunc", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}", image
    ).splitlines()
    found = {name: _size(history, place) for name, place in LAYERS.items()}
    beyond = sum(found.values())
    whole, bottom = (int(docker("image", "inspect", one, "--format", "{{.Size}}")) for one in (image, base))
    if whole != bottom + beyond:
        raise SystemExit(f"FAILED: the layers do not add up to the image: {whole}, {bottom}, {found}")
    return {"base": bottom, **found, "beyond the base": beyond, "all": whole}


def _size(history: list[str], place: str) -> int:
    [size] = [line.split()[0] for line in history if place in line and "COPY" in line]
    return int(size)


def _under(field: Field, memory_mb: int) -> dict[str, Any]:
    """Median of some starts, and of some calls to the last of them."""
    cold = [_start(field, memory_mb, start) for start in range(STARTS)]
    found = {"processors": round(processors(memory_mb), 2), "cold start, s": _median(cold, "answered")}
    found |= {"its first call, s": _median(cold, "first call")}
    found |= {"warm call, s": _median(cold, "warm"), "peak resident, bytes": max(one["resident"] for one in cold)}
    if os.geteuid() == 0:
        with _nothing_cached():
            empty = _start(field, memory_mb, STARTS)
        found |= {
            "cold start with nothing cached, s": round(empty["answered"], 2),
            "bytes read by it": int(empty["read"]),
        }
    return found


@contextmanager
def _nothing_cached() -> Iterator[None]:
    """What is read comes from the disk, in pieces of Lambda's size. The machine is left as it was."""
    device = Path(DOCKER_FILES).stat().st_dev
    ahead = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/bdi/read_ahead_kb")
    before = ahead.read_text()
    ahead.write_text(str(CHUNK_KB))
    try:
        CACHES.write_text("3")
        yield
    finally:
        ahead.write_text(before)


def _median(starts: list[dict[str, float]], name: str) -> float:
    return round(statistics.median(one[name] for one in starts), 3)


def _start(field: Field, memory_mb: int, start: int) -> dict[str, float]:
    """One container, from the wish for it to its end."""
    names = _tickets(field, f"{memory_mb}-{start}")
    with running(field.sam.project.tag("function"), field.emulator, memory_mb, field.variables()) as container:
        first, answered = _call(container, names(0)), container.age()
        read = float(container.bytes_read()) if os.geteuid() == 0 else 0.0
        warm = [_call(container, names(call)) for call in range(1, CALLS + 1)]
        resident = float(container.peak_resident())
    return {
        "answered": answered,
        "first call": first,
        "warm": statistics.median(warm),
        "resident": resident,
        "read": read,
    }


def _call(container: Container, asked: dict[str, Any]) -> float:
    answer = container.invoke(asked)
    if answer.body != SETTLED:
        raise SystemExit(f"FAILED: a call was not answered: {answer}\n{container.log()[-1_500:]}")
    return answer.seconds


def _tickets(field: Field, start: str) -> Callable[[int], dict[str, Any]]:
    """Events of one ticket of about 95 word pieces, each another one."""
    texts = bodies(CALLS + 1)
    return lambda number: event(put(field, f"T-{start}-{number}", body=f"{start}: {texts[number]}"))
