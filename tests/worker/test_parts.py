"""Heartbeat, shift, probes and metrics: the parts that threads, signals and ports make."""

import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from aws_lambda_powertools.metrics import MetricUnit
from prometheus_client import CollectorRegistry, generate_latest

from handler import telemetry
from handler.domain.errors import ModelUnavailable, StoreUnavailable
from handler.measures import MEASURES, PREFIX
from handler.worker import health, readiness
from handler.worker.health import STARTING, STUCK_SECONDS, Vital
from handler.worker.heartbeat import Heartbeat
from handler.worker.meter import PrometheusMeter
from handler.worker.run import Telling
from handler.worker.shift import Shift
from tests.worker.fakes import Ear, FakeQueue, delivery


def test_a_heartbeat_hides_all_that_is_in_hand_until_the_batch_is_done() -> None:
    """A batch may take longer than the visibility timeout; afterwards nothing beats."""
    queue, ear = FakeQueue(), Ear()
    with Heartbeat(queue, 0.01, 60, ear).over([delivery("a"), delivery("b")]):
        while len(queue.hidden) < 4:
            time.sleep(0.001)
    beats = list(queue.hidden)
    time.sleep(0.05)
    assert beats == queue.hidden
    assert [("a", 60), ("b", 60)] == beats[:2]
    assert [] == ear.failures


def test_a_heartbeat_that_the_queue_refuses_is_told() -> None:
    """Somebody else may be working on it by now: wasteful, harmless, and good to know."""
    ear = Ear()
    with Heartbeat(FakeQueue(refuses=True), 0.01, 60, ear).over([delivery("a")]):
        while not ear.failures:
            time.sleep(0.001)
    assert ("extend", 1) == ear.failures[0]


def test_a_heartbeat_stops_when_the_batch_raises() -> None:
    """A bug must not hide messages for ever."""
    queue = FakeQueue()
    with pytest.raises(ZeroDivisionError), Heartbeat(queue, 0.01, 60, Ear()).over([delivery("a")]):
        raise ZeroDivisionError
    before = len(queue.hidden)
    time.sleep(0.05)
    assert before == len(queue.hidden)


def test_a_shift_gives_every_batch_the_grace_and_counts_down_after_the_signal() -> None:
    """So that what was admitted before SIGTERM fits after it."""
    now = [0.0]
    shift = Shift(25, lambda: now[0])
    now[0] = 1_000
    assert (False, 25) == (shift.over, shift.seconds_left())
    shift.end()
    now[0] = 1_020
    assert (True, 5) == (shift.over, shift.seconds_left())


def test_a_rest_ends_with_the_shift() -> None:
    """A worker that waits for a dead store stops as soon as it is told to."""
    shift = Shift(25)
    shift.end()
    started = time.monotonic()
    shift.rest(60)
    assert time.monotonic() - started < 10


def test_the_second_signal_ends_the_process_at_once() -> None:
    """For a person who has pressed Ctrl-C twice."""
    code = (
        "import os, signal, time\nfrom handler.worker.shift import Shift\nshift = Shift(60)\nshift.heed_signals()\n"
        "os.kill(os.getpid(), signal.SIGINT)\nprint(shift.over, flush=True)\nos.kill(os.getpid(), signal.SIGINT)\n"
        "time.sleep(60)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (128 + signal.SIGINT, "True\n") == (done.returncode, done.stdout)


def told(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status), str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return int(error.code), str(error.read().decode())


def status(port: int, path: str) -> int:
    return told(port, path)[0]


def test_probes_tell_a_worker_that_loads_from_one_that_works_and_one_that_is_stuck() -> None:
    """Kubernetes sends nothing to the first, and restarts the last."""
    now = [0.0]
    vital = Vital(2, lambda: now[0])
    with health.served(vital, "127.0.0.1", 0) as port:
        assert (200, (503, f"{STARTING}\n")) == (status(port, "/health"), told(port, "/ready"))
        vital.fit()
        assert (200, (200, "")) == (status(port, "/health"), told(port, "/ready?x=1"))
        now[0] = STUCK_SECONDS + 1
        assert 503 == status(port, "/health")
        vital.seen(0)
        assert 503 == status(port, "/health"), "the other loop is still stuck"
        vital.seen(1)
        assert 200 == status(port, "/health")
        assert 404 == status(port, "/")


def test_what_hinders_is_one_line_and_news_once() -> None:
    """An operator reads /ready as it is; a log is not filled with the same."""
    vital = Vital(2)
    assert (True, False) == (vital.hindered("no\n queue", 0), vital.hindered("no\n queue", 0))
    vital.hindered("no queue", 1)
    vital.fit()
    assert "no queue" == vital.hindrance
    vital.fit(0)
    vital.fit(1)
    assert "" == vital.hindrance


def test_a_worker_whose_queue_refuses_is_not_ready_until_it_answers() -> None:
    """A rollout of a wrong address stops at its first pod. A delete that fails is no reason: it passes."""
    vital = Vital(1)
    vital.fit()
    telling = Telling(vital, 0, PrometheusMeter(CollectorRegistry()), {})
    telling.failed("delete", [StoreUnavailable("slow down")])
    assert "" == vital.hindrance
    telling.failed("receive", [StoreUnavailable("no such queue")])
    assert "no such queue" == vital.hindrance
    telling.received()
    assert "" == vital.hindrance


def preparing(*failures: Exception) -> tuple[list[str], list[str]]:
    """The reasons that are told in turn, and what is made in the end."""
    reasons: list[str] = []

    class Waiting(Shift):
        def rest(self, seconds: float) -> None:
            reasons.append(vital.hindrance)

    vital, left = Vital(1), list(failures)

    def make() -> list[Any]:
        if left:
            raise left.pop(0)
        return ["service"]

    made: list[Any] = list(readiness.as_soon_as_possible(make, Waiting(1), vital))
    return reasons, made


def test_what_cannot_start_is_tried_until_it_can(capsys: pytest.CaptureFixture[str]) -> None:
    """A job that fills the model volume, a permission that is granted: nobody has to restart anything."""
    telemetry.reset()
    missing, denied = ModelUnavailable("m is missing"), PermissionError(13, "Permission denied", "/models/x")
    assert (["m is missing"] * 2 + ["/models/x: Permission denied"], ["service"]) == preparing(missing, missing, denied)
    assert 2 == len(capsys.readouterr().out.splitlines())
    telemetry.reset()


def test_a_bug_is_no_reason_to_wait() -> None:
    """Nothing heals it; its traceback is what the developer needs."""
    with pytest.raises(ZeroDivisionError):
        preparing(ZeroDivisionError())


def test_prometheus_is_told_every_metric_under_the_name_of_the_table() -> None:
    """With its label, and nothing else: rules and dashboards are written by docs/metrics.md."""
    registry = CollectorRegistry()
    PrometheusMeter(registry)
    told = {
        (re.sub("_(sum|count)$", "", sample.name), tuple(sample.labels.items()))
        for metric in registry.collect()
        for sample in metric.samples
        if "le" not in sample.labels and not sample.name.endswith("_created")
    }
    assert {(PREFIX + one.metric, tuple(one.labels.items())) for one in MEASURES.values()} == told


def test_a_followed_metric_is_asked_for_whenever_prometheus_asks() -> None:
    """A loop that is stuck tells nothing any more; its silence has to grow all the same."""
    registry, now = CollectorRegistry(), [0.0]
    vital = Vital(2, lambda: now[0])
    PrometheusMeter(registry).follow("Silence", lambda: vital.silence)
    now[0] = 5
    vital.seen(0)
    assert 5 == registry.get_sample_value(f"{PREFIX}silence_seconds")
    now[0] = 9
    assert 9 == registry.get_sample_value(f"{PREFIX}silence_seconds")


def test_metrics_are_in_seconds() -> None:
    """Prometheus' base unit; EMF has milliseconds."""
    registry = CollectorRegistry()
    meter = PrometheusMeter(registry)
    for name, unit in telemetry.METRICS.items():
        meter.add_metric(name, unit, 2_000)
    meter.add_metric("EmbedLatency", MetricUnit.Milliseconds, 2_000)
    text = generate_latest(registry).decode()
    for line in (
        "ticket_processor_queue_age_seconds_sum 2.0",
        'ticket_processor_stage_seconds_sum{stage="embed"} 2.0',
        'ticket_processor_records_total{disposition="retry"} 2000.0',
        "ticket_processor_queue_errors_total 2000.0",
        "ticket_processor_oldest_received_seconds 2.0",
        "ticket_processor_dead_letters 2000.0",
    ):
        assert line in text
