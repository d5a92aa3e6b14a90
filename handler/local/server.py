"""One emulator process: how it is started, known again, and stopped with its children."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from handler.local.failures import PortTaken, StartFailed

HOST = "127.0.0.1"
START_SECONDS = 30.0
STOP_SECONDS = 5.0
POLL_SECONDS = 0.05
PROBE_SECONDS = 2.0
LAST_LINES = 15

LEASH = Path(__file__).with_name("leash.py")
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "XDG_CACHE_HOME", "LD_LIBRARY_PATH")
"""All that the emulator and the functions in it see of our environment."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running emulator. ``token`` is a secret that it repeats when asked: what repeats it is this process."""

    pid: int
    port: int
    token: str
    log: str
    started_at: str

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def launch(python: Path, port: int, log: Path, scratch: Path, leash: int | None = None) -> Server:
    """Starts the emulator and waits until it answers; it keeps its temporary files in ``scratch``.

    ``leash`` is the reading end of a pipe: the emulator ends when the pipe does. Raises PortTaken and StartFailed.
    """
    _check_free(port)
    token = secrets.token_hex(16)
    arguments = ["-m", "ministack"] if leash is None else ["-P", str(LEASH)]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  our own Python, our own arguments
            [str(python), *arguments],
            env=_environment(port, token, scratch),
            cwd=scratch,
            stdin=subprocess.DEVNULL if leash is None else leash,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process.pid, port, token, str(log), datetime.now(UTC).isoformat(timespec="seconds"))
    _await(server, process)
    process.returncode = 0  # from here on it is known by its Server, maybe in another process of ours
    return server


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            reason = f"{HOST}:{port} cannot be listened on ({error.strerror})"
            raise PortTaken(f"{reason}: choose another port with --port, or a free one with --port 0") from None


def _environment(port: int, token: str, scratch: Path) -> dict[str, str]:
    ours = {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": HOST,  # the host in queue addresses
        "MINISTACK_EDITION": token,  # a free text that the health check repeats
        "TMPDIR": str(scratch),
        "DOCKER_HOST": f"unix://{scratch}/none",  # no container engine is ever looked for
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | ours


def _await(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    try:
        while not answers(server):
            _check_starting(server, process, deadline)
            time.sleep(POLL_SECONDS)
    except BaseException:  # an interrupt too must not leave it behind
        stop(server)
        process.wait()
        raise


def _check_starting(server: Server, process: subprocess.Popen[bytes], deadline: float) -> None:
    if process.poll() is not None:
        raise StartFailed(_obituary(server, f"it ended with status {process.returncode}"))
    if time.monotonic() > deadline:
        raise StartFailed(_obituary(server, f"it did not answer within {START_SECONDS:.0f} s"))


def _obituary(server: Server, reason: str) -> str:
    last = "\n".join(Path(server.log).read_text(errors="replace").splitlines()[-LAST_LINES:])
    return f"the local AWS did not start on port {server.port}: {reason}. Its log is {server.log} and ends:\n{last}"


def answers(server: Server) -> bool:
    """Whether this very process answers on its port."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/_ministack/health")
        return bool(json.load(connection.getresponse())["edition"] == server.token)
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return False
    finally:
        connection.close()


def stop(server: Server) -> None:
    """Ends the process and its children: it is asked to, then after a while made to. Raises nothing if it is gone."""
    _signal(server, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while is_alive(server.pid) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    _signal(server, signal.SIGKILL)  # the leader if it lingers, and children that outlived it


def _signal(server: Server, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(server.pid, number)  # it leads its own session, so the group is it and its children


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not waited for does not."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, PermissionError):
        return False
    except FileNotFoundError:  # no /proc on this system, or it has just ended
        return not Path("/proc/self").exists()
    return state != "Z"
