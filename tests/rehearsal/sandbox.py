"""What a pod's container runs in: a container of Docker's, locked in as the manifest says, or a plain process."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from handler.inference.artifacts import default_root
from handler.local.server import HOST, free_port
from tests.rehearsal.spec import Spec
from tests.sam_local.engine import docker

STARVED_MB = 512
MANY = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"
NEIGHBOUR = "import time; held = b'x' * (48 << 20); time.sleep(60)"
COMMAND = str(Path(sys.executable).with_name("ticket-processor"))


def status(address: str, port: int, path: str, timeout: float) -> int:
    """Of ``GET http://address:port/path``. Raises OSError."""
    with closing(http.client.HTTPConnection(address, port, timeout=timeout)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error


def locked_in(spec: Spec) -> list[str]:
    """The manifest's security context, limits and volumes, in Docker's words."""
    security, limits = spec.security, spec.limits
    memory = limits["memory"].removesuffix("i").lower()
    words = ["--user", f"{security['runAsUser']}:{security['runAsGroup']}", "--cpus", limits["cpu"]]
    words += ["--memory", memory, "--memory-swap", memory]
    words += ["--read-only"] if security["readOnlyRootFilesystem"] else []
    words += [] if security["allowPrivilegeEscalation"] else ["--security-opt", "no-new-privileges"]
    for capability in security["capabilities"]["drop"]:
        words += ["--cap-drop", capability]
    for place, size in spec.scratch.items():
        words += ["--tmpfs", f"{place}:size={size.removesuffix('i').lower()},mode=1777"]
    return words


class Container:
    """By Docker. Probes go to the container's own address and ports, as the kubelet's do."""

    def __init__(self, image: str, spec: Spec, variables: Mapping[str, str]) -> None:
        given = [part for name, value in variables.items() for part in ("--env", f"{name}={value}")]
        self._command = ["create", *locked_in(spec), *given, image, *spec.arguments]
        self._ports = spec.ports
        self._identity = self._address = ""

    def start(self) -> None:
        self.remove()
        self._identity = docker(*self._command)
        docker("start", self._identity)
        self._address = str(self._inspected("NetworkSettings")["Networks"]["bridge"]["IPAddress"])

    def status(self, port: str, path: str, timeout: float) -> int:
        return status(self._address, self._ports[port], path, timeout)

    def terminate(self) -> None:
        docker("kill", "--signal", "TERM", self._identity)

    def kill(self) -> None:
        docker("kill", self._identity)

    def exit_code(self) -> int | None:
        state = self._inspected("State")
        return None if state["Running"] else int(state["ExitCode"])

    def remove(self) -> None:
        if self._identity:
            docker("rm", "--force", self._identity)

    def starve(self) -> None:
        """Has small neighbours take the container's memory; the kernel then kills the largest, which is the worker.

        The limit itself cannot be lowered to less than what is held where Docker has the first kind of cgroups.
        """
        docker("update", "--memory", f"{STARVED_MB}m", "--memory-swap", f"{STARVED_MB}m", self._identity)
        docker(
            "exec", "--detach", self._identity, "sh", "-c", f'for n in {MANY}; do python -c "{NEIGHBOUR}" & done; wait'
        )

    def _inspected(self, part: str) -> dict[str, Any]:
        return dict(json.loads(docker("inspect", self._identity, "--format", f"{{{{json .{part}}}}}")))


class Process:
    """Without Docker: the same command and settings, on ports of its own. Nothing locks it in."""

    def __init__(self, log: Path, spec: Spec, variables: Mapping[str, str]) -> None:
        self._arguments, self._variables, self._log = spec.arguments, variables, log
        self._ports: dict[str, int] = {}
        self._names = tuple(spec.ports)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._ports = {name: free_port() for name in self._names}
        own = {f"TICKETS_{name.upper()}_PORT": str(port) for name, port in self._ports.items()}
        own |= {"TICKETS_BIND_ADDRESS": HOST, "TICKETS_MODEL_DIR": str(default_root())}
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [COMMAND, *self._arguments],
                env={**os.environ, **self._variables, **own},
                stdout=output,
                stderr=output,
            )

    def status(self, port: str, path: str, timeout: float) -> int:
        return status(HOST, self._ports[port], path, timeout)

    def terminate(self) -> None:
        self._running.terminate()

    def kill(self) -> None:
        self._running.kill()

    starve = kill  # what the kernel does to it in the end

    def exit_code(self) -> int | None:
        """As a container's: 128 and the signal's number where one ended it."""
        code = self._running.poll()
        return None if code is None else 128 - code if code < 0 else code

    def remove(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("it was never started")
        return self._process
