"""One deployment for each fault, beside each other on one local AWS: own queues, buckets and table, one worker."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from handler.local import resources
from handler.local.clients import Aws
from handler.local.resources import Names, Resources
from tests.factories import ticket_fields
from tests.soak.proxy import Odds, between
from tests.worker.test_run import asked, until, worker

FAULTS = ("healthy", "letters", "store", "late", "foreign", "hang", "queue", "model")
ENGLISH = "I forgot my password and cannot log in to my account. It is urgent, please reset it today."
FOREIGN = "Der Export schlägt seit heute Morgen fehl, und ich kann die Rechnung nicht herunterladen."
AHEAD = 400  # messages that wait for the worker whose world is going to hang


class Hanging(Odds):
    """Nothing happens to a request; but from ``hang`` on, none is answered until ``over``."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0)
        self.hang, self.over = threading.Event(), threading.Event()

    def draw(self) -> str:
        if self.hang.is_set():
            self.over.wait(300)
        return ""


@dataclass(frozen=True)
class Deployment:
    """One worker and what it works on."""

    job: str
    aws: Aws
    made: Resources
    process: Popen[str]
    ports: dict[str, int]

    def send(self, count: int, body: str = ENGLISH, delay_seconds: int = 0) -> None:
        send(self.aws, self.made, count, body, delay_seconds)

    def metrics(self) -> str:
        return asked(self.ports["metrics"], "/metrics")


def send(aws: Aws, made: Resources, count: int, body: str = ENGLISH, delay_seconds: int = 0) -> None:
    """So many tickets, each with a text of its own."""
    for start in range(0, count, 10):
        entries: Any = [
            {
                "Id": str(n),
                "DelaySeconds": delay_seconds,
                "MessageBody": json.dumps(ticket_fields(f"T-{hash(body) % 997}-{n}", body=f"{body} {n}")),
            }
            for n in range(start, min(start + 10, count))
        ]
        aws.sqs.send_message_batch(QueueUrl=made.queue_url, Entries=entries)


@contextmanager
def fleet(aws: Aws, folder: Path) -> Iterator[tuple[dict[str, Deployment], Hanging]]:
    """All of them, each up and, where it can be, ready."""
    odds = Hanging()
    with ExitStack() as stack:
        way = stack.enter_context(between(aws.endpoint.url, odds))
        own: dict[str, dict[str, str]] = {
            "hang": {"AWS_ENDPOINT_URL": way, "TICKETS_BATCH_SIZE": "1"},
            "model": {"TICKETS_MODEL_DIR": str(folder / "no-models")},
        }
        found = {}
        for fault in FAULTS:
            made = _made(aws, fault)
            if fault == "hang":
                send(aws, made, AHEAD)
            extra = {"TICKETS_QUEUE_URL": f"{made.queue_url}-gone"} if fault == "queue" else own.get(fault, {})
            process, ports = stack.enter_context(
                worker(aws, made, "--stay", TICKETS_THREADS="1", TICKETS_LOG_LEVEL="ERROR", **extra)
            )
            found[fault] = Deployment(f"ticket-processor-{fault}", aws, made, process, ports)
            if fault == "hang":
                until(lambda one=found[fault]: 'queue_messages{state="waiting"}' in one.metrics() and _waits(one))
                odds.hang.set()
        for fault, one in found.items():
            until(lambda one=one, fault=fault: _up(one, fault))
        try:
            yield found, odds
        finally:
            odds.over.set()


def _waits(one: Deployment) -> bool:
    line = next(line for line in one.metrics().splitlines() if 'queue_messages{state="waiting"} ' in line)
    return float(line.split()[-1]) > 0


def _up(one: Deployment, fault: str) -> bool:
    return "ticket_processor_ready 1.0" in one.metrics() or fault in {"queue", "model", "hang"}


def _made(aws: Aws, fault: str) -> Resources:
    names = Names(
        raw_bucket=f"{fault}-raw",
        enriched_bucket=f"{fault}-enriched",
        table=f"{fault}-tickets",
        queue=f"{fault}-queue",
        dead_letter_queue=f"{fault}-dlq",
        function=f"{fault}-function",
    )
    made = resources.create(aws, names)
    aws.sqs.purge_queue(QueueUrl=made.queue_url)
    return made
