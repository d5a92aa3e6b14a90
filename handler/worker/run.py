"""Starts a worker: probes first, then the models, then its loops, until a signal ends the shift."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from prometheus_client import REGISTRY, start_http_server

from handler import aws, bootstrap, telemetry
from handler.domain.errors import EnrichmentError
from handler.domain.message import Outcome
from handler.service import EnrichmentService
from handler.settings import WorkerSettings
from handler.sqs.length import SqsLength
from handler.sqs.source_queue import SqsQueue
from handler.worker import health
from handler.worker.health import Vital
from handler.worker.heartbeat import Heartbeat
from handler.worker.loop import LONG_POLL_SECONDS, Pace, Worker
from handler.worker.meter import PrometheusMeter
from handler.worker.readiness import Preparation, at_once
from handler.worker.shift import Shift
from handler.worker.watch import Watch


class Telling:
    """Tells logs, metrics and probes what one loop does.

    What repeats itself is said once, until a batch succeeds; ``said`` is what all loops have said.
    """

    def __init__(self, vital: Vital, loop: int, meter: telemetry.Meter, said: dict[str, str]) -> None:
        self._vital = vital
        self._loop = loop
        self._meter = meter
        self._said = said

    def received(self) -> None:
        """See loop.Told."""
        self._vital.fit(self._loop)

    def processed(self, outcomes: Sequence[Outcome]) -> None:
        """See loop.Told."""
        self._said.clear()
        telemetry.report(outcomes, self._meter)
        telemetry.add(self._meter, "OldestReceived", max(map(telemetry.age_ms, outcomes)))

    def failed(self, doing: str, errors: Sequence[EnrichmentError]) -> None:
        """See loop.Told."""
        telemetry.add(self._meter, "QueueErrors", len(errors))
        reason = str(errors[0])
        if doing == "receive":
            self._vital.hindered(reason, self._loop)
        if self._said.get(doing) != reason:
            self._said[doing] = reason
            telemetry.logger().warning("the queue refused", doing=doing, messages=len(errors), reason=reason)

    def alive(self) -> None:
        """See loop.Told."""
        self._vital.seen(self._loop)


def run(settings: WorkerSettings, prepare: Preparation = at_once) -> None:
    """Works until SIGTERM or SIGINT. Raises what ``prepare`` lets through, OSError for a taken port."""
    telemetry.logger().setLevel(settings.log_level)
    shift, vital = Shift(settings.grace_seconds), Vital(settings.consumers)
    shift.heed_signals()
    meter = _meter(vital)
    metrics, thread = start_http_server(settings.metrics_port, settings.bind_address)
    try:
        with health.served(vital, settings.bind_address, settings.health_port):
            services = prepare(lambda: _services(settings, meter), shift, vital)
            _work(settings, services, Station(shift, vital, meter))
    finally:
        metrics.shutdown()
        thread.join()
    telemetry.logger().info("stopped")


def _meter(vital: Vital) -> PrometheusMeter:
    """Before there are models: that they are missing is told too."""
    meter = PrometheusMeter(REGISTRY)
    meter.follow("Ready", lambda: float(not vital.hindrance))
    meter.follow("Silence", lambda: vital.silence)
    return meter


def _services(settings: WorkerSettings, meter: telemetry.Meter) -> list[EnrichmentService]:
    """One for each loop: they share models, and nothing else that changes."""
    try:
        services = [bootstrap.build(settings, bootstrap.aws_ports(settings)) for _ in range(settings.consumers)]
        services[0].warm()
    finally:
        telemetry.count_loads(meter)
    return services


@dataclass(frozen=True, slots=True)
class Station:
    """What all loops of a worker have in common."""

    shift: Shift
    vital: Vital
    meter: telemetry.Meter


def _work(settings: WorkerSettings, services: Sequence[EnrichmentService], at: Station) -> None:
    """Loops side by side, each with a service of its own; none, if the shift ended before there was one."""
    if not services:
        return
    said: dict[str, str] = {}
    tellings = [Telling(at.vital, n, at.meter, said) for n in range(len(services))]
    loops = [_loop(settings, one, at.shift, telling) for one, telling in zip(services, tellings, strict=True)]
    at.vital.fit()
    telemetry.logger().info("working", profile=settings.profile, batch_size=settings.batch_size)
    with _watch(settings, at.meter).on(), ThreadPoolExecutor(len(loops), thread_name_prefix="consumer") as pool:
        for ended in as_completed([pool.submit(loop.run) for loop in loops]):
            if ended.exception() and not at.shift.over:
                at.shift.end()  # a bug: better a restart than a worker that works by half
            ended.result()


def _loop(settings: WorkerSettings, service: EnrichmentService, shift: Shift, telling: Telling) -> Worker:
    client = aws.sqs_client(read_timeout=LONG_POLL_SECONDS + 10)
    queue = SqsQueue(client, settings.queue_url, settings.visibility_seconds)
    heartbeat = Heartbeat(queue, settings.beat_every, settings.visibility_seconds, telling)
    pace = Pace(settings.batch_size, settings.visibility_seconds)
    return Worker(queue, service, pace=pace, shift=shift, heartbeat=heartbeat.over, told=telling)


def _watch(settings: WorkerSettings, meter: telemetry.Meter) -> Watch:
    client = aws.sqs_client()
    return Watch(SqsLength(client, settings.queue_url), SqsLength(client, settings.dlq_url), meter)
