"""The metrics of handler/measures.py for Prometheus, in its base units and under its kind of names."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from handler.measures import MEASURES, PREFIX, Measure

LATENCY = "Latency"
STAGES = "stage_seconds"
SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
AGES = (0.1, 1, 10, 60, 300, 900, 3600, 6 * 3600, 24 * 3600, 4 * 24 * 3600)  # up to what a queue keeps by default
MESSAGES = (1, 2, 5, 10, 20, 50, 100, 500, 10_000)
PROBABILITIES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

HISTOGRAMS: Mapping[str, tuple[float, ...]] = {
    "batch_size_messages": MESSAGES,
    "queue_age_seconds": AGES,
    "freshness_seconds": AGES,
    "model_load_seconds": SECONDS,
    "confidence": PROBABILITIES,
    STAGES: SECONDS,
}
"""The upper bounds of each. What is none and does not end in ``_total`` is a gauge."""


class PrometheusMeter:
    """A telemetry.Meter. All series but the stages' are there from the start, so that a rate sees their first step."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._made: dict[str, Any] = {}
        self._stages = self._metric(STAGES, "A ticket's share of a stage's time", ("stage",))
        self._series = {name: self._child(measure) for name, measure in MEASURES.items()}

    def add_metric(self, name: str, unit: MetricUnit, value: float) -> None:
        """As Powertools' Metrics; milliseconds become seconds."""
        amount = value / 1000 if unit is MetricUnit.Milliseconds else value
        stage = name.removesuffix(LATENCY).lower()
        series = self._series.get(name) or self._stages.labels(stage)
        match series:
            case Counter():
                series.inc(amount)
            case Gauge():
                series.set(amount)
            case _:
                series.observe(amount)

    def follow(self, name: str, value: Callable[[], float]) -> None:
        """That gauge is what ``value`` says whenever Prometheus asks, in Prometheus' unit."""
        self._series[name].set_function(value)

    def _child(self, measure: Measure) -> Any:
        metric = self._metric(measure.metric, measure.says.capitalize(), tuple(measure.labels))
        return metric.labels(*measure.labels.values()) if measure.labels else metric

    def _metric(self, name: str, says: str, labels: tuple[str, ...]) -> Any:
        """The one of that name: several measures may be series of it."""
        if name not in self._made:
            self._made[name] = self._new(name, says, labels)
        return self._made[name]

    def _new(self, name: str, says: str, labels: tuple[str, ...]) -> Counter | Gauge | Histogram:
        full = PREFIX + name
        if name in HISTOGRAMS:
            return Histogram(full, says, labels, buckets=HISTOGRAMS[name], registry=self._registry)
        return (Counter if name.endswith("_total") else Gauge)(full, says, labels, registry=self._registry)
