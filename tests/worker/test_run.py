"""A real worker process on the emulator: from the queue to rows, probes, metrics, and the signal that ends it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.local.server import free_port
from tests.factories import ticket_fields
from tests.worker.test_parts import told

COMMAND = str(Path(sys.executable).with_name("ticket-processor"))
SECONDS = 60


@contextmanager
def worker(
    aws: Aws, resources: Resources, *options: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], dict[str, int]]]:
    """The process and its ports; killed if it is still there in the end."""
    ports = {"health": free_port(), "metrics": free_port()}
    environment = {
        **os.environ,
        **resources.settings(),
        **aws.endpoint.environment(),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "TICKETS_BIND_ADDRESS": "127.0.0.1",
        **{f"TICKETS_{name.upper()}_PORT": str(port) for name, port in ports.items()},
        **settings,
    }
    process = subprocess.Popen(
        [COMMAND, "worker", *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process, ports
    finally:
        process.kill()
        process.communicate()


def asked(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return str(answer.read().decode())


def until(true: Any) -> None:
    """Waits for it; the test's own time limit ends a wait for ever."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not come true")


def waiting(aws: Aws, url: str) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(int(n) for n in aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())


@pytest.mark.models
def test_a_worker_drains_the_queue_and_stops_when_it_is_told_to(aws: Aws, resources: Resources) -> None:
    """Good tickets become rows, a bad one a dead letter; SIGTERM ends it with 0 and nothing is left in hand."""
    bodies = [json.dumps(ticket_fields(f"T-{number}")) for number in range(12)]
    for body in [*bodies, "poison"]:
        aws.sqs.send_message(QueueUrl=resources.queue_url, MessageBody=body)
    with worker(aws, resources) as (process, ports):
        until(lambda: not waiting(aws, resources.queue_url))
        assert "" == asked(ports["health"], "/ready")
        said = asked(ports["metrics"], "/metrics")
        process.send_signal(signal.SIGTERM)
        lines, _ = process.communicate(timeout=SECONDS)
        assert 0 == process.returncode
    assert 'ticket_processor_records_total{disposition="done"} 12.0' in said
    assert 'ticket_processor_records_total{disposition="rejected"} 1.0' in said
    for gauge in ('queue_messages{state="waiting"}', 'queue_messages{state="in_hand"}', "dead_letters", "ready"):
        assert re.search(rf"^ticket_processor_{re.escape(gauge)} [0-9.]+$", said, re.MULTILINE), gauge
    assert 12 == aws.dynamodb.scan(TableName="tickets", Select="COUNT")["Count"]
    assert 1 == waiting(aws, resources.dead_letter_queue_url)
    assert "stopped" == json.loads(lines.splitlines()[-1])["message"]
    assert "password" not in lines


@pytest.mark.models
def test_a_queue_that_is_not_there_is_one_line_and_no_end(aws: Aws, resources: Resources) -> None:
    """Named once, not at every poll; whoever mends it need not restart anything."""
    missing = resources.queue_url.replace("ticket-processing-queue", "nowhere")
    with worker(aws, resources, TICKETS_QUEUE_URL=missing) as (process, ports):
        until(lambda: "queue_errors_total 2.0" in asked(ports["metrics"], "/metrics"))
        unready = told(ports["health"], "/ready")
        process.send_signal(signal.SIGTERM)
        lines, _ = process.communicate(timeout=SECONDS)
    refusals = [json.loads(line) for line in lines.splitlines() if "the queue refused" in line]
    assert 1 == len(refusals)
    assert missing in refusals[0]["reason"]
    assert "to be mended" in refusals[0]["reason"]
    assert (503, f"{refusals[0]['reason']}\n") == unready


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"TICKETS_QUEUE_URL": ""}, "TICKETS_QUEUE_URL"),
        (
            {"TICKETS_HEARTBEAT_SECONDS": "500"},
            "TICKETS_HEARTBEAT_SECONDS must be less than",
        ),
        ({"TICKETS_GRACE_SECONDS": "4"}, "TICKETS_RESERVE_SECONDS must be less than TICKETS_GRACE_SECONDS"),
    ],
)
def test_settings_that_cannot_work_are_one_line(settings: dict[str, str], named: str) -> None:
    """Before a message is touched."""
    good = {f"TICKETS_{name}": "x" for name in ("RAW_BUCKET", "TABLE", "QUEUE_URL")}
    environment = {**os.environ, **good, "TICKETS_ENRICHED_BUCKET": "y", "TICKETS_DLQ_URL": "z", **settings}
    done = subprocess.run([COMMAND, "worker"], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert named in done.stderr
