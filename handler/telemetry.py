"""Logs, metrics and traces of the entry points. The core logs nothing: it returns outcomes, and they are told here.

Ticket text, customer ids, e-mail addresses and S3 keys reach none of them.
"""

import logging
import re
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Protocol

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.base import reset_cold_start_flag_provider

from handler.domain.message import Disposition, Outcome, RecordOutcome
from handler.inference import cache as models
from handler.measures import MEASURES, SIGNALS

SERVICE = "ticket-processor"
NAMESPACE = "TicketProcessor"
MAX_NAMED = 5  # messages and tickets that a line about many of them names

_PLACE = re.compile(r"(?<=Records\.)[0-9]+")  # of a record in its message, which may name thousands with the same fault

METRICS: dict[str, MetricUnit] = {name: measure.unit for name, measure in MEASURES.items()}
"""Every metric's unit; see measures.py."""


class Meter(Protocol):
    """Where metrics go: Powertools' in the function, Prometheus' in the worker."""

    def add_metric(self, name: str, unit: MetricUnit, value: float) -> None:
        """Counts or observes ``value``."""


@cache
def logger() -> Logger:
    """The one logger: JSON lines on stdout."""
    return Logger(service=SERVICE)


@cache
def metrics() -> Metrics:
    """The one set of metrics: embedded metric format on stdout, flushed when an invocation ends."""
    # A batch that could not be begun has none, and has said why already.
    warnings.filterwarnings("ignore", "No application metrics to publish", UserWarning)
    return Metrics(service=SERVICE, namespace=NAMESPACE)


@cache
def tracer() -> Tracer:
    """The one tracer: X-Ray, where Lambda runs it. Not of AWS calls: their segments would name S3 keys."""
    return Tracer(service=SERVICE, auto_patch=False)


def reset() -> None:
    """Forgets all three, and what was counted, for tests."""
    metrics().clear_metrics()
    for made in (logger, metrics, tracer):
        made.cache_clear()
    logging.Logger.manager.loggerDict.pop(SERVICE, None)  # it holds the stdout of its first day
    reset_cold_start_flag_provider()  # type: ignore[no-untyped-call]


def report(outcomes: Sequence[Outcome], meter: Meter | None = None) -> None:
    """Counts what became of a batch, and logs each record that was rejected, and each reason to try records again."""
    records = [record for outcome in outcomes for record in outcome.records]
    counts = Counter(record.disposition for record in records)
    _count(outcomes, records, counts, meter or metrics())
    for outcome, record in _faulty(outcomes, Disposition.REJECTED):
        logger().warning("record rejected", **_names(outcome, record), **_fault(record))
    for fault in _equal_faults(outcomes):
        logger().warning("records stay on the queue", **fault)
    logger().info("batch processed", messages=len(outcomes), records={str(what): n for what, n in counts.items()})


def _count(
    outcomes: Sequence[Outcome], records: Sequence[RecordOutcome], counts: Counter[Disposition], meter: Meter
) -> None:
    add(meter, "BatchSize", len(outcomes))
    for disposition in Disposition:
        add(meter, f"Records{disposition.title()}", counts[disposition])
    for outcome in outcomes:
        add(meter, "QueueAge", age_ms(outcome))
        if outcome.settled:
            add(meter, "Freshness", age_ms(outcome))
    count_loads(meter)
    for record in records:
        _count_enrichment(record, meter)


def age_ms(outcome: Outcome) -> float:
    """How long the message has been on the queue; a clock that goes back makes no negative age."""
    return max(0.0, time.time() * 1000 - outcome.message.sent_at_ms)


def count_loads(meter: Meter) -> None:
    """Counts the loads of models since the last call, and those that failed."""
    for seconds in models.take_load_seconds():
        add(meter, "ModelLoadTime", seconds * 1000)
    if failures := models.take_load_failures():
        add(meter, "ModelLoadFailures", failures)


def _count_enrichment(record: RecordOutcome, meter: Meter) -> None:
    if record.enriched is None or record.disposition is not Disposition.DONE:
        return
    enrichment = record.enriched.enrichment
    add(meter, "NeedsReview", int(enrichment.needs_review))
    add(meter, "Truncations", int(bool(enrichment.truncated)))
    for signal in SIGNALS:
        confidence = getattr(enrichment, f"{signal}_confidence")
        if confidence is not None:
            add(meter, f"{signal.title()}Confidence", confidence)
    for stage, milliseconds in enrichment.timings_ms.items():
        meter.add_metric(f"{stage.title()}Latency", MetricUnit.Milliseconds, milliseconds)


def add(meter: Meter, name: str, value: float) -> None:
    """Gives ``meter`` a metric of METRICS, in its unit."""
    meter.add_metric(name, METRICS[name], value)


def _faulty(outcomes: Sequence[Outcome], disposition: Disposition) -> list[tuple[Outcome, RecordOutcome]]:
    """The records of that disposition, each with the outcome of its message."""
    return [
        (outcome, record) for outcome in outcomes for record in outcome.records if record.disposition is disposition
    ]


def _names(outcome: Outcome, record: RecordOutcome) -> dict[str, Any]:
    message = outcome.message
    return {
        "message_id": message.message_id,
        "receive_count": message.receive_count,
        "ticket_id": record.ticket_id,
    }


def _equal_faults(outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    """What keeps records on the queue, once: in an outage the same is true of every one of them."""
    groups: dict[str, list[tuple[Outcome, RecordOutcome]]] = {}
    for outcome, record in _faulty(outcomes, Disposition.RETRY):
        groups.setdefault(_PLACE.sub("", str(_fault(record))), []).append((outcome, record))
    for same in groups.values():
        messages = list(dict.fromkeys(outcome.message for outcome, _ in same))
        yield {
            **_fault(same[0][1]),
            "records": len(same),
            "messages": len(messages),
            "message_ids": [message.message_id for message in messages[:MAX_NAMED]],
            "ticket_ids": list(dict.fromkeys(record.ticket_id for _, record in same if record.ticket_id))[:MAX_NAMED],
            "receive_count": max(message.receive_count for message in messages),
        }


def _fault(record: RecordOutcome) -> dict[str, Any]:
    field = getattr(record.error, "field", None)
    # An error of ours says itself what is wrong; of a bug only the place is told, as its message may quote a ticket.
    if field is None:
        return {"code": record.code, "where": _frames(record.error)}
    return {"code": record.code, "field": field, "reason": str(record.error)}


def _frames(error: Exception | None) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return [f"{frame.name}:{frame.lineno}" for frame in frames][-5:]
