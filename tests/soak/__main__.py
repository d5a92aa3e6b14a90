"""``python -m tests.soak [--tickets N] [--seed N]``: puts, kills, drains, judges.

Figures on one line; exit code 1 if the promise was broken.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handler.local import clients, emulator, function, resources
from handler.local.clients import Aws
from handler.local.endpoint import Endpoint
from handler.local.resources import Resources
from tests.soak.fleet import Worker, killing
from tests.soak.proxy import Odds, between
from tests.soak.verdict import verdict
from tests.soak.workload import Put, puts

VISIBILITY_SECONDS = 30  # shorter than is sensible: what a killed consumer held is soon seen again
MAX_RECEIVES = 50  # SQS may not give up, so that whatever is missing in the end was lost by us
KILL_EVERY_SECONDS = 4.0
DRAIN_SECONDS = 1_800.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--tickets", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as folder,
        emulator.running(log=Path(folder) / "aws.log") as server,
    ):
        odds = Odds(seed=asked.seed)
        with between(server.endpoint, odds) as faulty:
            field = Field(server.endpoint, faulty, server.pid, odds, Path(folder))
            said = soak(field, puts(asked.tickets, asked.seed), asked.workers, asked.seed)
    print(json.dumps(said))
    return 0 if said["kept"] else 1


@dataclass(frozen=True)
class Field:
    """Where it happens: the local AWS, and the way to it through the proxy, which all take but this process."""

    good: str
    faulty: str
    pid: int
    odds: Odds
    folder: Path


def soak(field: Field, planned: list[Put], crew: int, seed: int) -> dict[str, Any]:
    """The run, and its figures."""
    aws = clients.connect(Endpoint(field.good, ours=True))
    made = resources.create(aws)
    settings: Any = {"VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": redrive(aws, made)}
    aws.sqs.set_queue_attributes(QueueUrl=made.queue_url, Attributes=settings)
    function.deploy(clients.connect(Endpoint(field.faulty, ours=True)), made)
    workers = [Worker(_environment(made, field.faulty), field.folder / f"worker{n}.log") for n in range(crew)]
    started = time.monotonic()
    with killing(workers, field.pid, KILL_EVERY_SECONDS, seed) as killed:
        for put in planned:
            aws.s3.put_object(Bucket=made.names.raw_bucket, Key=put.key, Body=put.body)
        put_seconds = time.monotonic() - started
        _wait(lambda: left(aws, made) < len(planned) / 20, "the most of it was not done")
    field.odds.healed = True
    _wait(lambda: not left(aws, made), "the queue did not drain")
    seconds = time.monotonic() - started
    stops = [worker.stop() for worker in workers]
    found = verdict(aws, made, planned)
    counts: Counter[str] = sum((worker.counts() for worker in workers), Counter())
    return {
        "kept": found.kept,
        "tickets": len(planned),
        "lost": found.lost[:5],
        "stale": found.stale[:5],
        "wrongly_dead_lettered": found.wrongly_dead[:5],
        "dead_letters": dict(found.dead),
        "rows": found.rows,
        "objects_that_no_row_names": found.objects - found.rows,
        "put_seconds": round(put_seconds, 1),
        "seconds_to_drain": round(seconds, 1),
        "tickets_per_second": round(len(planned) / seconds, 1),
        "killed": dict(killed),
        "requests": field.odds.requests,
        "faults": dict(field.odds.struck),
        "records_of_workers": dict(counts),
        "sigterm_to_exit_seconds": [round(one, 1) for one in stops],
    }


def redrive(aws: Aws, made: Resources) -> str:
    """The queue's redrive policy, so patient that whatever is missing in the end was lost by us."""
    names: Any = ["RedrivePolicy"]
    known = aws.sqs.get_queue_attributes(QueueUrl=made.queue_url, AttributeNames=names)["Attributes"]["RedrivePolicy"]
    return json.dumps({**json.loads(known), "maxReceiveCount": MAX_RECEIVES})


def _environment(made: Resources, endpoint: str) -> dict[str, str]:
    return {
        **os.environ,
        **made.settings(),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": clients.REGION,
        "TICKETS_BIND_ADDRESS": "127.0.0.1",
        "TICKETS_VISIBILITY_SECONDS": str(VISIBILITY_SECONDS),
        "TICKETS_BATCH_SIZE": "20",
        "TICKETS_THREADS": "1",
    }


def left(aws: Aws, made: Resources) -> int:
    """Messages that wait or are in hand."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = aws.sqs.get_queue_attributes(QueueUrl=made.queue_url, AttributeNames=names)["Attributes"]
    return sum(map(int, found.values()))


def _wait(true: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + DRAIN_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
