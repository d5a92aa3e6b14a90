"""Logs, metrics and traces of the entry points. The core logs nothing: it returns outcomes, and they are told here.

Ticket text, customer ids, e-mail addresses and S3 keys reach none of them.
"""

import logging
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.base import reset_cold_start_flag_provider

from handler.domain.message import Disposition, Outcome, RecordOutcome
from handler.inference import cache as models

SERVICE = "ticket-processor"
NAMESPACE = "TicketProcessor"

METRICS: dict[str, MetricUnit] = {
    "BatchSize": MetricUnit.Count,
    "QueueAge": MetricUnit.Milliseconds,
    **{f"Records{disposition.title()}": MetricUnit.Count for disposition in Disposition},
    "ModelLoadTime": MetricUnit.Milliseconds,
    "Truncations": MetricUnit.Count,
    "NeedsReview": MetricUnit.Count,
}
"""Every metric but ``<Stage>Latency`` and Powertools' own ColdStart; docs/metrics.md says what they mean."""


@cache
def logger() -> Logger:
    """The one logger: JSON lines on stdout."""
    return Logger(service=SERVICE)


@cache
def metrics() -> Metrics:
    """The one set of metrics: embedded metric format on stdout, flushed when an invocation ends."""
    return Metrics(service=SERVICE, namespace=NAMESPACE)


@cache
def tracer() -> Tracer:
    """The one tracer: X-Ray, where Lambda runs it. Not of AWS calls: their segments would name S3 keys."""
    return Tracer(service=SERVICE, auto_patch=False)


def reset() -> None:
    """Forgets all three, for tests."""
    for made in (logger, metrics, tracer):
        made.cache_clear()
    logging.Logger.manager.loggerDict.pop(SERVICE, None)  # it holds the stdout of its first day
    reset_cold_start_flag_provider()  # type: ignore[no-untyped-call]


def report(outcomes: Sequence[Outcome]) -> None:
    """Counts what became of a batch, and logs each record that was rejected or has to be tried again."""
    records = [record for outcome in outcomes for record in outcome.records]
    counts = Counter(record.disposition for record in records)
    _count(outcomes, records, counts)
    for outcome in outcomes:
        for record in outcome.records:
            if record.error is not None:
                logger().warning(f"record {record.disposition}", **_fault(outcome, record))
    logger().info("batch processed", messages=len(outcomes), records={str(what): n for what, n in counts.items()})


def _count(outcomes: Sequence[Outcome], records: Sequence[RecordOutcome], counts: Counter[Disposition]) -> None:
    _add("BatchSize", len(outcomes))
    for disposition in Disposition:
        _add(f"Records{disposition.title()}", counts[disposition])
    for outcome in outcomes:
        _add("QueueAge", max(0.0, time.time() * 1000 - outcome.message.sent_at_ms))
    for seconds in models.take_load_seconds():
        _add("ModelLoadTime", seconds * 1000)
    for record in records:
        _count_enrichment(record)


def _count_enrichment(record: RecordOutcome) -> None:
    if record.enriched is None or record.disposition is not Disposition.DONE:
        return
    enrichment = record.enriched.enrichment
    _add("NeedsReview", int(enrichment.needs_review))
    _add("Truncations", int(bool(enrichment.truncated)))
    for stage, milliseconds in enrichment.timings_ms.items():
        metrics().add_metric(f"{stage.title()}Latency", MetricUnit.Milliseconds, milliseconds)


def _add(name: str, value: float) -> None:
    metrics().add_metric(name, METRICS[name], value)


def _fault(outcome: Outcome, record: RecordOutcome) -> dict[str, Any]:
    message = {"message_id": outcome.message.message_id, "receive_count": outcome.message.receive_count}
    fault = {**message, "ticket_id": record.ticket_id, "code": record.code}
    field = getattr(record.error, "field", None)
    # An error of ours says itself what is wrong; of a bug only the place is told, as its message may quote a ticket.
    return fault | (
        {"where": _frames(record.error)} if field is None else {"field": field, "reason": str(record.error)}
    )


def _frames(error: Exception | None) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return [f"{frame.name}:{frame.lineno}" for frame in frames][-5:]
