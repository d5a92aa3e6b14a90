"""What has to be true of the image under sam and Docker. Each check is told on a line, and may fail."""

import json
import platform
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handler.local import resources
from handler.local.clients import Aws
from handler.local.resources import Resources
from tests.invocations import event, expect, metric, put, row
from tests.sam_local.container import once, running
from tests.sam_local.engine import docker
from tests.sam_local.project import DECLARED, write_variables
from tests.sam_local.sam import Sam

MEMORY_MB = 2048
MEGABYTE = 1 << 20
TIMEOUT = {"TimeoutSeconds": "4"}
SETTLED: Mapping[str, Any] = {"batchItemFailures": []}
KILLED = 137  # 128 + SIGKILL
CHUNK_MB = 64
HUNGRY = f"held = [b'x' * ({CHUNK_MB} << 20) for _ in range({{count}})]; print('fed')"
ELSEWHERE = "arm64" if platform.machine() == "x86_64" else "avx2"


@dataclass(frozen=True)
class Field:
    """Where the checks are made. ``address`` is the local AWS as containers see it, ``port`` start-lambda's."""

    sam: Sam
    emulator: Path
    aws: Aws
    made: Resources
    address: str
    port: int
    folder: Path

    def variables(self, **others: str) -> dict[str, str]:
        """The function's variables."""
        return {**DECLARED, **self.made.settings(), "AWS_ENDPOINT_URL": self.address, **others}


def image(field: Field) -> None:
    """It is as the Dockerfile promises."""
    found = json.loads(docker("image", "inspect", field.sam.image))[0]
    labels = found["Config"]["Labels"]
    version = labels["org.opencontainers.image.version"]
    expect(version.endswith(field.sam.project.variant), "the image has labels", labels)
    done = once(field.sam.image, "/opt/venv/bin/python", "-c", "import torch")
    expect("No module named 'torch'" in done.stderr, "and no torch", done)


def worker(field: Field) -> None:
    """The second target, of the same layers."""
    name = field.sam.project.build("worker")
    done = once(name, "sh", "-c", "id -u; ticket-processor --version")
    expect(done.stdout.startswith("993\n"), "the worker's image runs its command as nobody", done)
    done = once(name, "ticket-processor", "worker")
    says = done.stderr.strip().splitlines()
    expect(done.returncode == 2 and len(says) == 1, f"without settings it says so in one line: {says[-1]}", done)


def wrong_variant(field: Field) -> None:
    """Before any compiled library is loaded."""
    done = once(field.sam.project.tag("worker"), "ticket-processor", "worker", TICKETS_CPU_VARIANT=ELSEWHERE)
    says = done.stderr.strip().splitlines()
    expect(done.returncode == 2 and len(says) == 1 and ELSEWHERE in says[0], f"a wrong variant: {says[0]}", done)


def cold(field: Field) -> None:
    """A ticket in the bucket, an event that points at it, a container of its own: the result is stored."""
    write_variables(field.sam.project, field.variables())
    answer = field.sam.invoke(event(put(field, "T-cold")))
    expect(answer.body == SETTLED, "sam local invoke settles the message", answer)
    stored = row(field, "T-cold")
    expect(stored, "its row is committed", "no row")
    place = {"Bucket": field.made.names.enriched_bucket, "Key": (stored or {})["s3_key"]["S"]}
    enriched = json.loads(field.aws.s3.get_object(**place)["Body"].read())["enrichment"]
    expect(len(enriched["embedding"]) == 384 and enriched["status"] == "complete", "the object is complete", enriched)


def failing(field: Field) -> None:
    """Only what cannot be settled comes back; an outage raises, and sam ends with 0 all the same."""
    field.aws.sqs.delete_queue(QueueUrl=field.made.dead_letter_queue_url)
    batch = event(put(field, "T-good"), "this is no ticket")
    answer = field.sam.invoke(batch)
    resources.create(field.aws)
    wanted = {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    expect(answer.body == wanted, "what can be neither enriched nor dead-lettered comes back alone", answer)
    expect(row(field, "T-good"), "its neighbour is committed", "no row")
    body = put(field, "T-outage")
    field.aws.dynamodb.delete_table(TableName=field.made.names.table)
    answer = field.sam.invoke(event(body))
    resources.create(field.aws)
    raised = isinstance(answer.body, dict) and answer.body.get("errorType")
    expect(raised == "StoreUnavailable" and answer.code == 0, "an outage raises, and sam exits with 0", answer)


def warm(field: Field) -> None:
    """One container, many calls; the models are loaded by the first. Its memory is what the template says."""
    log = field.folder / "start-lambda.log"
    with field.sam.warm(field.port, log) as server:
        first, kept = server.invoke(event(put(field, "T-first"))), server.container()
        loads = metric(log.read_text(errors="replace"), "ModelLoadTime")
        expect(
            first.body == SETTLED and row(field, "T-first") and loads,
            "start-lambda: the first call loads models",
            first,
        )
        second = server.invoke(event(put(field, "T-second")))
        expect(second.body == SETTLED and row(field, "T-second"), "a second call is answered", second)
        expect(server.container() == kept, "by the same container", server.container())
        _loaded_once(log, loads, calls=2)
        again = server.invoke(event(put(field, "T-second")))
        _loaded_once(log, loads, calls=3)
        duplicates = sum(metric(log.read_text(errors="replace"), "RecordsDuplicate"))
        expect(again.body == SETTLED and duplicates == 1, "the same event again is a duplicate", (again, duplicates))
        print(f"    first {first.seconds:.2f} s, second {second.seconds * 1000:.0f} ms")
        _memory(kept, int(field.sam.parameters["MemoryMb"]))
        third = server.invoke(event(put(field, "T-third")))
        expect(third.body == SETTLED, "and the function outlives it", third)


def _loaded_once(log: Path, loads: list[float], calls: int) -> None:
    """By the log, into which sam copies the container's words a moment later."""
    until = time.monotonic() + 5
    while len(metric(log.read_text(errors="replace"), "BatchSize")) < calls and time.monotonic() < until:
        time.sleep(0.1)
    said = log.read_text(errors="replace")
    expect(metric(said, "BatchSize") == [1.0] * calls, f"{calls} calls are told", metric(said, "BatchSize"))
    expect(metric(said, "ModelLoadTime") == loads, "and the models were loaded once", metric(said, "ModelLoadTime"))


def _memory(container: str, megabytes: int) -> None:
    """Lambda's limit, held by the kernel: who asks for less is served, who asks for more is killed."""
    limit = int(docker("inspect", container, "--format", "{{.HostConfig.Memory}}"))
    expect(limit == megabytes * MEGABYTE, f"the container's limit is {megabytes} MB", limit)
    modest, greedy = (_asking(container, asked // CHUNK_MB) for asked in (megabytes // 2, 3 * megabytes))
    expect(modest == (0, "fed"), f"a process in it gets {megabytes // 2} MB", modest)
    expect(greedy == (KILLED, ""), f"one that asks for {3 * megabytes} MB is killed", greedy)


def _asking(container: str, count: int) -> tuple[int, str]:
    """Exit code and words of a process that asks for so many chunks, and writes to them."""
    script = f'/opt/venv/bin/python -c "{HUNGRY.format(count=count)}" 2>/dev/null; echo $?'
    *said, code = docker("exec", container, "sh", "-c", script).splitlines()
    return int(code), " ".join(said)


def timeout(field: Field) -> None:
    """A store that never answers: the call is ended, and nothing is settled."""
    address = field.address.rpartition(":")[0].removeprefix("http://")
    with closing(socket.create_server((address, 0))) as silent:
        endpoint = f"http://{address}:{silent.getsockname()[1]}"
        write_variables(field.sam.project, field.variables(AWS_ENDPOINT_URL=endpoint, TICKETS_RESERVE_SECONDS="1"))
        answer = field.sam.invoke(event(put(field, "T-slow")), **TIMEOUT)
    write_variables(field.sam.project, field.variables())
    expect("timed out after 4" in answer.out + answer.log, "a store that never answers ends in a timeout", answer)
    expect(answer.body != SETTLED and row(field, "T-slow") is None, "and nothing is committed", answer.out)


def locked(field: Field) -> None:
    """The function's own target, as Lambda runs it."""
    name = field.sam.project.build("function")
    with running(name, field.emulator, MEMORY_MB, field.variables()) as container:
        answer = container.invoke(event(put(field, "T-locked")))
        user = docker("exec", container.identity, "sh", "-c", "id -u; touch /here 2>&1 | grep -c Read-only")
        said = container.log()
    expect(user == "993\n1", "the function's image is locked in: uid 993, a read-only root", user)
    expect(answer.body == SETTLED and row(field, "T-locked"), "and it enriches a ticket so", (answer, said[-1_500:]))


def missing_models(field: Field) -> None:
    """An image without its model layer says which folder is missing, and what makes it."""
    variables = field.variables(TICKETS_MODEL_DIR="/nowhere")
    with running(field.sam.project.tag("function"), field.emulator, MEMORY_MB, variables) as container:
        answer = container.invoke(event(put(field, "T-missing")))
        lines = [line for line in container.log().splitlines() if "models fetch" in line and line.startswith("{")]
    raised = isinstance(answer.body, dict) and answer.body.get("errorType")
    expect(raised == "ModelUnavailable" and len(lines) == 1, "a missing model layer is one line", (answer, lines))
    expect(row(field, "T-missing") is None, "and nothing is committed", "a row")


CHECKS: tuple[Callable[[Field], None], ...] = (
    image,
    worker,
    wrong_variant,
    cold,
    failing,
    warm,
    timeout,
    locked,
    missing_models,
)
