"""One Runtime Interface Emulator, with the function's process below it."""

import http.client
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from handler.local.server import free_port
from tests.invocations import Answer, metric, parsed

ROOT = Path(__file__).parents[2]
ENTRY = (
    sys.executable,
    "-c",
    "import sys; sys.argv[0] = 'ticket-processor-lambda'\nfrom handler.runtime import main; main()",
)
INVOCATIONS = "/2015-03-31/functions/function/invocations"
MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}
UID = "993"  # as Lambda's own user is: one that owns nothing
LOCKED = (
    "mount --make-rprivate / && mount -t tmpfs tmpfs /tmp && mount -o remount,bind,ro / && cd /"
    f" && exec setpriv --reuid {UID} --regid {UID} --clear-groups --inh-caps=-all,+dac_read_search"
    ' --ambient-caps=+dac_read_search --bounding-set=-all,+dac_read_search "$@"'
)
"""Root is read-only, /tmp fresh, the user nobody, but one that may read: Python and models lie in somebody's home."""


@dataclass(frozen=True)
class Rie:
    """A running emulator; ``log`` holds what it and the function print."""

    port: int
    log: Path

    def invoke(self, event: object) -> Answer:
        """One invocation; the emulator takes no two at once."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        begun = time.monotonic()
        connection.request("POST", INVOCATIONS, json.dumps(event))
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return Answer(response.status, parsed(text), time.monotonic() - begun)

    def metrics(self, name: str) -> list[float]:
        """Every value of a metric that the function has written."""
        return metric(self.log.read_text(errors="replace"), name)


def binary(folder: Path) -> Path:
    """The emulator's program for this machine, as sam's wheel brings it."""
    found = folder.resolve() / f"aws-lambda-rie-{MACHINES.get(platform.machine(), platform.machine())}"
    if not found.is_file():
        raise SystemExit(f"there is no {found}: `make rie` installs it with sam")
    return found


def in_lock(*command: str) -> tuple[str, ...]:
    """``command`` in a namespace of its own, as LOCKED says. Only root may do that."""
    return (str(shutil.which("unshare")), "--mount", "sh", "-c", LOCKED, "sh", *command)


@contextmanager
def running(program: Path, variables: Mapping[str, str], log: Path, *, locked: bool = False) -> Iterator[Rie]:
    """The emulator on a free port. ``locked``: see in_lock."""
    port = free_port()
    command: Sequence[str] = (
        str(program),
        *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{free_port()}"),
        *ENTRY,
    )
    if locked:
        command = in_lock(*command)
    passed_on = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**passed_on, **variables}, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _await(process, port, log)
        yield Rie(port, log)
    finally:
        with suppress(ProcessLookupError):  # it did not even start
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"the Runtime Interface Emulator did not start:\n{log.read_text(errors='replace')}")
