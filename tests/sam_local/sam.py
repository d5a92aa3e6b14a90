"""sam, on the staged project: it builds the image, and invokes the function once or keeps it warm."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.invocations import Answer, parsed
from tests.sam_local.engine import docker, last_words, refuse
from tests.sam_local.project import Project

FUNCTION = "Function"
LABEL = "sam.cli.container.type=lambda"
INVOKE_SECONDS = 900
START_SECONDS = 120
STOP_SECONDS = 30
PARAMETERS = {"ImageUri": "built-by-sam"}

# What the user's own environment says of AWS is not passed on: credentials are the emulator's public ones.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
BLIND = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "SAM_CLI_TELEMETRY": "0"}


@dataclass(frozen=True)
class Invocation:
    """``sam local invoke``: its exit code says little, since it is 0 when the function fails."""

    code: int
    out: str
    log: str

    @property
    def body(self) -> Any:
        """What the function answered: the last line of stdout; text where it is no JSON."""
        lines = self.out.strip().splitlines()
        return parsed(lines[-1]) if lines else ""


@dataclass(frozen=True)
class Sam:
    """The program, the project that it works on, and the parameters of the template."""

    program: Path
    project: Project
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def built(self) -> Path:
        """The template that ``sam build`` writes."""
        return self.project.folder / ".aws-sam/template.yaml"

    @property
    def image(self) -> str:
        """The name that sam gives the image."""
        return self.project.tag("sam")

    def build(self) -> str:
        """The image's name. Refuses with the last line of what the build said."""
        place = ["--template", str(self.project.template), "--build-dir", str(self.built.parent)]
        done = self._run([str(self.program), "build", *place, *self._overrides({})])
        if done.returncode:
            refuse(f"sam build failed: {last_words(done.stderr)}")
        return self.image

    def invoke(self, event: object, **parameters: str) -> Invocation:
        """One call in a container of its own."""
        done = self._run(self.invocation(event, **parameters))
        return Invocation(done.returncode, done.stdout, done.stderr)

    def invocation(self, event: object, **parameters: str) -> list[str]:
        """The command of one call; the event is written to a file."""
        path = self.project.folder / "event.json"
        path.write_text(json.dumps(event), encoding="utf-8")
        command = [str(self.program), "local", "invoke", FUNCTION, "--event", str(path)]
        return [*command, *self._local(), *self._overrides(parameters)]

    def _local(self) -> list[str]:
        variables = self.project.folder / "env.json"
        return ["--template", str(self.built), "--env-vars", str(variables), "--skip-pull-image"]

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=INVOKE_SECONDS,
        )

    def _overrides(self, parameters: Mapping[str, str]) -> list[str]:
        chosen = {**PARAMETERS, "CpuVariant": self.project.variant, "Profile": self.project.profile}
        return ["--parameter-overrides", *(f"{k}={v}" for k, v in {**chosen, **self.parameters, **parameters}.items())]

    @staticmethod
    def _environment() -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TICKETS_"))}
        return {**ours, **CREDENTIALS, **BLIND}

    @contextmanager
    def warm(self, port: int, log: Path) -> Iterator["Warm"]:
        """``sam local start-lambda``: one container that answers again and again, until the block ends."""
        address = ["--host", "127.0.0.1", "--port", str(port), "--warm-containers", "EAGER"]
        command = [str(self.program), "local", "start-lambda", *address, *self._local(), *self._overrides({})]
        before = containers()
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, env=self._environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            _await(process, port, log)
            yield Warm(port, log, before)
        finally:
            _stop(process, before)


@dataclass(frozen=True)
class Warm:
    """A running ``sam local start-lambda``."""

    port: int
    log: Path
    before: frozenset[str]

    def invoke(self, event: object) -> Answer:
        """One call, as Lambda's own API takes it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=INVOKE_SECONDS)
        begun = time.monotonic()
        connection.request("POST", f"/2015-03-31/functions/{FUNCTION}/invocations", json.dumps(event))
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return Answer(response.status, parsed(text), time.monotonic() - begun)

    def container(self) -> str:
        """The one container that it keeps."""
        [found] = containers() - self.before
        return found


def containers() -> frozenset[str]:
    """The function's containers that run."""
    return frozenset(docker("ps", "--quiet", "--no-trunc", "--filter", f"label={LABEL}").split())


def refuse_taken(port: int) -> None:
    """Refuses a port that cannot be listened on; sam would say so late, and in many lines."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            refuse(
                f"127.0.0.1:{port} cannot be listened on ({error.strerror}): choose another --port, or 0 for a free one"
            )


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    refuse(f"sam local start-lambda did not start: {last_words(log.read_bytes())}")


def _stop(process: subprocess.Popen[bytes], before: frozenset[str]) -> None:
    """Ends the process by its id, and what it leaves behind."""
    process.send_signal(signal.SIGINT)  # as Ctrl+C: it then stops its containers
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for left in containers() - before:
        docker("rm", "--force", left)
