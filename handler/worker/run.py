"""Starts a worker: probes first, then the models, then the loop, until a signal ends its shift."""

from collections.abc import Sequence

from prometheus_client import REGISTRY, start_http_server

from handler import aws, bootstrap, telemetry
from handler.domain.errors import EnrichmentError
from handler.domain.message import Outcome
from handler.service import EnrichmentService
from handler.settings import WorkerSettings
from handler.sqs.source_queue import SqsQueue
from handler.worker import health
from handler.worker.health import Vital
from handler.worker.heartbeat import Heartbeat
from handler.worker.loop import LONG_POLL_SECONDS, Pace, Worker
from handler.worker.meter import PrometheusMeter
from handler.worker.shift import Shift


class Telling:
    """Tells logs, metrics and probes what the worker does. What repeats itself is said once, until it changes."""

    def __init__(self, vital: Vital, meter: telemetry.Meter) -> None:
        self._vital = vital
        self._meter = meter
        self._said: dict[str, str] = {}

    def processed(self, outcomes: Sequence[Outcome]) -> None:
        """See loop.Told."""
        self._said.clear()
        telemetry.report(outcomes, self._meter)

    def failed(self, doing: str, errors: Sequence[EnrichmentError]) -> None:
        """See loop.Told."""
        telemetry.add(self._meter, "QueueErrors", len(errors))
        reason = str(errors[0])
        if self._said.get(doing) != reason:
            self._said[doing] = reason
            telemetry.logger().warning("the queue refused", doing=doing, messages=len(errors), reason=reason)

    def turned(self) -> None:
        """See loop.Told."""
        self._vital.turned()


def run(settings: WorkerSettings) -> None:
    """Works until SIGTERM or SIGINT. Raises RetryableError if the models cannot be loaded, OSError for a taken port."""
    telemetry.logger().setLevel(settings.log_level)
    shift, vital = Shift(settings.grace_seconds), Vital()
    shift.heed_signals()
    metrics, thread = start_http_server(settings.metrics_port, settings.bind_address)
    try:
        with health.served(vital, settings.bind_address, settings.health_port):
            service = bootstrap.build(settings, bootstrap.aws_ports(settings))
            service.warm()
            vital.ready = True
            telemetry.logger().info("working", profile=settings.profile, batch_size=settings.batch_size)
            _worker(settings, service, shift, Telling(vital, PrometheusMeter(REGISTRY))).run()
    finally:
        metrics.shutdown()
        thread.join()
    telemetry.logger().info("stopped")


def _worker(settings: WorkerSettings, service: EnrichmentService, shift: Shift, telling: Telling) -> Worker:
    client = aws.sqs_client(read_timeout=LONG_POLL_SECONDS + 10)
    queue = SqsQueue(client, settings.queue_url, settings.visibility_seconds)
    heartbeat = Heartbeat(queue, settings.beat_every, settings.visibility_seconds, telling)
    pace = Pace(settings.batch_size, settings.visibility_seconds)
    return Worker(queue, service, pace=pace, shift=shift, heartbeat=heartbeat.over, told=telling)
