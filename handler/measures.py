"""Every metric in one view: name, unit, what it says, what Prometheus calls it, and who tells it.

docs/metrics.md is made from this table. No metric has a label that a customer, a ticket or an error's text could fill.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from aws_lambda_powertools.metrics import MetricUnit

from handler.domain.message import Disposition

PREFIX = "ticket_processor_"
SIGNALS = ("intent", "urgency", "sentiment", "language")


class Teller(StrEnum):
    """Who tells a metric."""

    BOTH = "both"
    WORKER = "worker"  # the queues' own metrics are in CloudWatch already, and a function has no loops


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric. ``prometheus`` stands after PREFIX and has its one label and value, if it has any."""

    unit: MetricUnit
    says: str
    prometheus: str
    teller: Teller = Teller.BOTH

    @property
    def metric(self) -> str:
        """What Prometheus calls it, without prefix and label."""
        return self.prometheus.partition("{")[0]

    @property
    def labels(self) -> dict[str, str]:
        """Its label and value in Prometheus, or none."""
        name, _, value = self.prometheus.partition("{")[2].rstrip("}").partition("=")
        return {name: value.strip('"')} if name else {}


_FATES = {
    Disposition.DONE: "records that were enriched and committed",
    Disposition.DUPLICATE: "records whose content was committed already",
    Disposition.STALE: "records older than what is committed",
    Disposition.IGNORED: "test events and removed objects",
    Disposition.REJECTED: "records that were dead-lettered",
    Disposition.RETRY: "records that stay on the queue",
}
_COUNT, _TIME, _NUMBER = MetricUnit.Count, MetricUnit.Milliseconds, MetricUnit.NoUnit

MEASURES: Mapping[str, Measure] = {
    "BatchSize": Measure(_COUNT, "messages in the batch", "batch_size_messages"),
    "QueueAge": Measure(
        _TIME,
        "how long a message had been on the queue when the batch was done, a value for each message",
        "queue_age_seconds",
    ),
    "Freshness": Measure(
        _TIME, "the same, for each message that was settled: the objective is about these", "freshness_seconds"
    ),
    **{
        f"Records{one.title()}": Measure(_COUNT, says, f'records_total{{disposition="{one}"}}')
        for one, says in _FATES.items()
    },
    "ModelLoadTime": Measure(_TIME, "each load of a model", "model_load_seconds"),
    "ModelLoadFailures": Measure(
        _COUNT, "loads of a model that failed: a file, its hash, the memory", "model_load_failures_total"
    ),
    "Truncations": Measure(_COUNT, "tickets of which a model did not read all", "truncations_total"),
    "NeedsReview": Measure(
        _COUNT,
        "tickets that a person should look at; over `RecordsDone` it is the review rate",
        "needs_review_total",
    ),
    **{
        f"{signal.title()}Confidence": Measure(
            _NUMBER, f"how sure the {signal} is, 0 to 1, a value for each ticket", f'confidence{{signal="{signal}"}}'
        )
        for signal in SIGNALS
    },
    "QueueErrors": Measure(
        _COUNT,
        "what the queue refused of the worker: receives, deletes, changes of visibility",
        "queue_errors_total",
        Teller.WORKER,
    ),
    "QueueWaiting": Measure(
        _COUNT, "messages that wait on the queue, about", 'queue_messages{state="waiting"}', Teller.WORKER
    ),
    "QueueInHand": Measure(
        _COUNT,
        "messages that a consumer holds or that are hidden, about",
        'queue_messages{state="in_hand"}',
        Teller.WORKER,
    ),
    "DeadLetters": Measure(_COUNT, "messages on the dead-letter queue, about", "dead_letters", Teller.WORKER),
    "OldestReceived": Measure(
        _TIME,
        "the oldest message of the last batch; 0 once the queue is empty. The oldest that waits only CloudWatch knows",
        "oldest_received_seconds",
        Teller.WORKER,
    ),
    "Ready": Measure(_NUMBER, "1 while nothing hinders the worker, else 0", "ready", Teller.WORKER),
    "Silence": Measure(
        _TIME, "since the last sign of life of the worker's slowest loop", "silence_seconds", Teller.WORKER
    ),
}
"""Every metric but ``<Stage>Latency`` and Powertools' own ColdStart."""
