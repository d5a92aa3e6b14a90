"""A real Prometheus and real workers: each alert rings for its fault, not for a healthy worker; each query answers."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handler.local import clearing
from handler.local.clients import Aws
from tests.monitor.fleet import ENGLISH, FOREIGN, Deployment, fleet
from tests.monitor.prometheus import PATIENCE, Prometheus, prometheus
from tests.monitor.short import shortened
from tests.monitor.test_files import panels, rules
from tests.worker.test_run import until

pytestmark = [pytest.mark.monitor, pytest.mark.models, pytest.mark.timeout(420)]

CAUSES = {
    "TicketProcessorDeadLetters": "letters",
    "TicketProcessorErrors": "store",
    "TicketProcessorOldestMessage": "late",
    "TicketProcessorFreshness": "late",
    "TicketProcessorReviewRate": "foreign",
    "TicketProcessorReviewDrift": "foreign",
    "TicketProcessorStuck": "hang",
    "TicketProcessorStalled": "hang",
    "TicketProcessorQueueErrors": "queue",
    "TicketProcessorModelLoads": "model",
    "TicketProcessorDown": "model",
}
WEEK = 120
VARIABLES = {"$namespace": ".*", "$job": ".*", "$__rate_interval": "60s", "$pod_hour": "0.04"}


@pytest.fixture
def scene(aws: Aws, tmp_path: Path) -> Iterator[tuple[dict[str, Deployment], Prometheus]]:
    """The fleet, and Prometheus asking it."""
    clearing.clear(aws)
    with (
        fleet(aws, tmp_path) as (found, _),
        prometheus(tmp_path, {one.job: one.ports["metrics"] for one in found.values()}) as server,
    ):
        yield found, server
    clearing.clear(aws)


def test_each_alert_rings_for_its_fault_and_each_query_answers(
    scene: tuple[dict[str, Deployment], Prometheus],
) -> None:
    found, server = scene
    for one in ("healthy", "foreign"):
        found[one].send(WEEK)
    until(lambda: _done(found["foreign"]) == WEEK)  # the week before, shortened: tickets as they always were
    time.sleep(3)  # so that Prometheus has seen it
    started = time.monotonic()
    found["letters"].aws.sqs.send_message(QueueUrl=found["letters"].made.queue_url, MessageBody="poison")
    found["store"].aws.dynamodb.delete_table(TableName=found["store"].made.names.table)
    found["store"].send(20)
    for seconds in range(10, 22, 2):  # in waves: how old the oldest is, is told of the last batch
        found["late"].send(5, f"{ENGLISH} {seconds}", delay_seconds=seconds)
    found["foreign"].send(40, FOREIGN)
    rang = _awaited(server, started)
    assert set(CAUSES) == {rule["alert"] for rule in rules() if "alert" in rule}
    assert set(CAUSES) == set(rang), "these did not ring in time"
    assert set() == {alert for alert, job in server.firing() if job == found["healthy"].job}
    _ask_everything(server)
    found["healthy"].process.kill()
    killed = time.monotonic()
    while ("TicketProcessorDown", found["healthy"].job) not in server.firing():
        assert time.monotonic() - killed < PATIENCE
        time.sleep(0.5)
    rang["TicketProcessorDown, killed"] = time.monotonic() - killed
    _say(rang, os.environ.get("REHEARSAL"))


def _done(one: Deployment) -> float:
    """Records that its worker committed."""
    name = 'ticket_processor_records_total{disposition="done"} '
    return next(float(line.removeprefix(name)) for line in one.metrics().splitlines() if line.startswith(name))


def _awaited(server: Prometheus, started: float) -> dict[str, float]:
    """After how many seconds each alert rang for the deployment that has its fault."""
    rang: dict[str, float] = {}
    while len(rang) < len(CAUSES) and time.monotonic() - started < PATIENCE:
        for alert, job in server.firing():
            if f"ticket-processor-{CAUSES[alert]}" == job:
                rang.setdefault(alert, time.monotonic() - started)
        time.sleep(0.5)
    return rang


def _ask_everything(server: Prometheus) -> None:
    """Every rule was evaluated without error, and every panel has something to show."""
    assert [] == [rule["lastError"] for rule in server.rules() if rule["health"] != "ok"]
    assert len(rules()) == len(server.rules())
    for panel in panels():
        for target in panel["targets"]:
            query = shortened(target["expr"])
            for variable, value in VARIABLES.items():
                query = query.replace(variable, value)
            assert server.ask(query), f"{panel['title']}, {target['legendFormat']}: {query}"


def _say(rang: dict[str, float], where: str | None) -> None:
    """For docs/monitoring.md: ``make monitor`` prints the file."""
    if where:
        Path(where).write_text(json.dumps({name: round(seconds, 1) for name, seconds in sorted(rang.items())}) + "\n")
