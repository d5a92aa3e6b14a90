"""The image by Docker alone, locked in as Lambda locks it: read-only root, /tmp in memory, a user who owns nothing."""

import http.client
import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from handler.inference.cpu import MEGABYTES_PER_VCPU
from tests.invocations import Answer, parsed
from tests.rie.emulator import INVOCATIONS
from tests.sam_local.engine import docker

PORT = 8080
TIMEOUT_SECONDS = 60
START_SECONDS = 60
LOCKED = ("--read-only", "--tmpfs", "/tmp:size=512m", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")  # noqa: S108 - the container's


@dataclass(frozen=True)
class Container:
    """A running container. ``begun`` is when it was asked for, by the monotonic clock."""

    identity: str
    address: str
    begun: float

    def invoke(self, event: object) -> Answer:
        """One invocation; the emulator takes no two at once."""
        connection = http.client.HTTPConnection(self.address, PORT, timeout=2 * TIMEOUT_SECONDS)
        begun = time.monotonic()
        connection.request("POST", INVOCATIONS, json.dumps(event))
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return Answer(response.status, parsed(text), time.monotonic() - begun)

    def age(self) -> float:
        """Seconds since it was asked for."""
        return time.monotonic() - self.begun

    def log(self) -> str:
        """What it has printed."""
        done = subprocess.run(["docker", "logs", self.identity], capture_output=True, check=True)
        return (done.stdout + done.stderr).decode(errors="replace")

    def pids(self) -> list[int]:
        """Its processes, as this machine counts them."""
        return [int(line) for line in docker("top", self.identity, "-o", "pid").split()[1:]]

    def peak_resident(self) -> int:
        """Bytes that its largest process had in memory at the most."""
        said = docker("exec", self.identity, "sh", "-c", "cat /proc/[0-9]*/status")
        return max(int(kilobytes) for kilobytes in re.findall(r"^VmHWM:\s+(\d+) kB", said, re.MULTILINE)) * 1024

    def bytes_read(self) -> int:
        """What its processes have had read from the disk. Only root may know."""
        said = "".join(Path(f"/proc/{pid}/io").read_text() for pid in self.pids())
        return sum(int(count) for count in re.findall(r"^read_bytes: (\d+)$", said, re.MULTILINE))


@contextmanager
def running(image: str, emulator: Path, memory_mb: int, variables: Mapping[str, str]) -> Iterator[Container]:
    """A container of ``image`` with what Lambda grants for that memory, removed with the block."""
    named = {
        **variables,
        "AWS_LAMBDA_FUNCTION_NAME": "ticket-processor",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(TIMEOUT_SECONDS),
        "POWERTOOLS_TRACE_DISABLED": "1",
    }
    limits = ["--memory", f"{memory_mb}m", "--memory-swap", f"{memory_mb}m", "--cpus", f"{processors(memory_mb):.2f}"]
    mount = ["--volume", f"{emulator}:/usr/local/bin/aws-lambda-rie:ro"]
    begun = time.monotonic()
    identity = docker("create", *LOCKED, *limits, *mount, *_given(named), image)
    try:
        docker("start", identity)
        address = docker("inspect", identity, "--format", "{{.NetworkSettings.Networks.bridge.IPAddress}}")
        _await(address, identity)
        yield Container(identity, address, begun)
    finally:
        docker("rm", "--force", identity)


def processors(memory_mb: int) -> float:
    """What Lambda grants."""
    return memory_mb / MEGABYTES_PER_VCPU


def once(image: str, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A program of the image, with what it says and its exit code."""
    entry, *arguments = command
    asked = ["docker", "run", "--rm", *_given(variables), "--entrypoint", entry, image, *arguments]
    return subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def _given(variables: Mapping[str, str]) -> list[str]:
    return [part for name, value in variables.items() for part in ("--env", f"{name}={value}")]


def _await(address: str, identity: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((address, PORT), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise SystemExit(f"the container does not answer on {address}:{PORT}:\n{docker('logs', identity)}")
