"""Docker: the one that answers, else one that is installed and started here, and stopped by its process id."""

import ipaddress
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn

PACKAGES = {"docker": "docker.io", "dockerd": "docker.io", "iptables": "iptables", "debootstrap": "debootstrap"}
START_SECONDS = 60
STOP_SECONDS = 30
EX_USAGE = 2


def refuse(line: str) -> NoReturn:
    """What is wrong and what to do about it, in one line; exit code 2."""
    print(f"sam-local: {line}", file=sys.stderr, flush=True)
    sys.exit(EX_USAGE)


def say(line: str) -> None:
    """What is being done, for who waits."""
    print(line, file=sys.stderr, flush=True)


def docker(*arguments: str, stdin: IO[bytes] | None = None, seconds: float | None = 600) -> str:
    """What ``docker`` prints. Raises CalledProcessError with its words in ``stderr``, and TimeoutExpired."""
    done = subprocess.run(
        ["docker", *arguments], stdin=stdin or subprocess.DEVNULL, capture_output=True, check=True, timeout=seconds
    )
    return done.stdout.decode().strip()


def last_words(text: bytes | str) -> str:
    """The last line that says something."""
    lines = (text.decode(errors="replace") if isinstance(text, bytes) else text).strip().splitlines()
    return lines[-1] if lines else "it says nothing"


def obstacle() -> str:
    """Why no Docker answers; nothing if one does."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    try:
        docker("version", "--format", "{{.Server.Version}}", seconds=30)
    except subprocess.CalledProcessError as error:
        return last_words(error.stderr)
    except subprocess.TimeoutExpired:
        return "it does not answer within 30 s"
    return ""


@contextmanager
def ready() -> Iterator[None]:
    """A Docker that answers for as long as the block lasts. What was started for it ends with it."""
    if not obstacle():
        yield
        return
    _refuse_strangers(obstacle())
    install("docker", "dockerd", "iptables")
    if not obstacle():  # a machine with systemd starts what it installs
        yield
        return
    with _daemon():
        yield


def _refuse_strangers(reason: str) -> None:
    """Nobody but root can start one, and one that is named by the user is not ours to replace."""
    if os.environ.get("DOCKER_HOST"):
        refuse(
            f"no Docker answers at DOCKER_HOST={os.environ['DOCKER_HOST']} ({reason}): start it, or unset the variable"
        )
    if os.geteuid() != 0:
        refuse(
            f"no Docker answers ({reason}): start it and join the group docker, or run this as root, which starts one"
        )


def install(*programs: str) -> None:
    """What is missing of ``programs``, by apt-get."""
    missing = sorted({PACKAGES[one] for one in programs if shutil.which(one) is None})
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        refuse(f"missing: {', '.join(missing)}; as root: apt-get install --no-install-recommends {' '.join(missing)}")
    say(f"installing {', '.join(missing)}")
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *missing]):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, check=False)
        if done.returncode:
            refuse(f"apt-get {command[0]} failed: {last_words(done.stderr)}")


@contextmanager
def _daemon() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="sam-local-") as folder:
        log = Path(folder) / "dockerd.log"
        with log.open("wb") as output:
            process = subprocess.Popen(["dockerd"], stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            _await(process, log)
            say(f"started dockerd, process {process.pid}")
            yield
        finally:
            stop(process)


def _await(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while reason := obstacle():
        if process.poll() is not None:
            refuse(f"dockerd does not run on this machine: {last_words(log.read_bytes())}")
        if time.monotonic() > deadline:
            refuse(f"dockerd does not answer within {START_SECONDS} s: {reason}")
        time.sleep(0.1)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asks the process to end, and makes it after a while; it is waited for."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def gateway() -> str:
    """The address under which containers of the default network find this machine.

    Docker 20.10 does not tell it when it has just made the bridge, on a machine where it runs for the first time: it is
    the first of the subnet then.
    """
    told = json.loads(docker("network", "inspect", "bridge", "--format", "{{json (index .IPAM.Config 0)}}"))
    return str(told.get("Gateway") or next(ipaddress.ip_network(told["Subnet"]).hosts()))
