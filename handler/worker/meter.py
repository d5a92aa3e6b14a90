"""The metrics of docs/metrics.md for Prometheus, in its base units and under its kind of names."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from prometheus_client import CollectorRegistry, Counter, Histogram

from handler.domain.message import Disposition

PREFIX = "ticket_processor"
LATENCY = "Latency"
SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
AGES = (0.1, 1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600, 4 * 24 * 3600)  # up to what a queue keeps a message by default
MESSAGES = (1, 2, 5, 10, 20, 50, 100, 500, 10_000)

PROMETHEUS: Mapping[str, str] = {
    "BatchSize": "batch_size_messages",
    "QueueAge": "queue_age_seconds",
    **{f"Records{disposition.title()}": "records_total" for disposition in Disposition},
    "ModelLoadTime": "model_load_seconds",
    "Truncations": "truncations_total",
    "NeedsReview": "needs_review_total",
    "QueueErrors": "queue_errors_total",
}
"""What each metric of telemetry.METRICS is called here, after the prefix; ``<Stage>Latency`` is stage_seconds."""


class PrometheusMeter:
    """A telemetry.Meter."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def histogram(name: str, text: str, buckets: tuple[float, ...], labels: tuple[str, ...] = ()) -> Histogram:
            return Histogram(f"{PREFIX}_{name}", text, labels, buckets=buckets, registry=registry)

        def counter(name: str, text: str, labels: tuple[str, ...] = ()) -> Counter:
            return Counter(f"{PREFIX}_{name}", text, labels, registry=registry)

        records = counter("records", "Records by what became of them", ("disposition",))
        self._stages = histogram("stage_seconds", "A ticket's share of a stage's time", SECONDS, ("stage",))
        self._observe: dict[str, Callable[[float], Any]] = {
            "BatchSize": histogram("batch_size_messages", "Messages in a batch", MESSAGES).observe,
            "QueueAge": histogram("queue_age_seconds", "How long messages had been on the queue", AGES).observe,
            **{f"Records{one.title()}": records.labels(str(one)).inc for one in Disposition},
            "ModelLoadTime": histogram("model_load_seconds", "Each load of a model", SECONDS).observe,
            "Truncations": counter("truncations", "Tickets of which a model did not read all").inc,
            "NeedsReview": counter("needs_review", "Tickets that a person should look at").inc,
            "QueueErrors": counter("queue_errors", "What the queue refused of the worker").inc,
        }

    def add_metric(self, name: str, unit: MetricUnit, value: float) -> None:
        """As Powertools' Metrics; milliseconds become seconds."""
        amount = value / 1000 if unit is MetricUnit.Milliseconds else value
        if name in self._observe:
            self._observe[name](amount)
        else:
            self._stages.labels(name.removesuffix(LATENCY).lower()).observe(amount)
