"""What Prometheus is told stays small and says nothing of anybody, whoever writes."""

from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from handler import telemetry
from handler.domain.message import Disposition, Message
from handler.pipeline.base import Pipeline
from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from handler.worker.meter import PrometheusMeter
from tests.factories import RAW_BUCKET, message, ticket_fields
from tests.fakes import pipeline

CUSTOMERS = 10_000
BATCH = 500
SECRET = "Sesame7"  # in every field of a customer's; a bug that is quoted would show it too


@pytest.fixture(autouse=True)
def _fresh_telemetry() -> Iterator[None]:
    telemetry.reset()
    yield
    telemetry.reset()


def service(stages: Pipeline) -> EnrichmentService:
    ports = Ports(Envelope(RAW_BUCKET), MemorySource(), MemoryStore(), MemoryDeadLetters())
    return EnrichmentService(ports, stages, admission=Admission(1.0))


def sent(number: int) -> Message:
    """One in ten is refused, with the customer's text where an error might quote it."""
    fields = ticket_fields(
        f"{SECRET}-T-{number}",
        customer_id=f"{SECRET}-C-{number}",
        subject=f"{SECRET} {number}",
        metadata={"source": f"{SECRET}{number}", "language": "en", "tags": [f"{SECRET}{number}"]},
    )
    return message(
        {**fields, "priority": f"{SECRET}{number}"} if number % 10 == 0 else fields, message_id=f"m-{number}"
    )


def series(registry: CollectorRegistry) -> set[str]:
    """The names and labels, without the values."""
    lines = generate_latest(registry).decode().splitlines()
    return {line.rpartition(" ")[0] for line in lines if not line.startswith("#")}


def test_ten_thousand_customers_make_no_more_series_than_ten_and_are_named_in_none() -> None:
    """A label for each customer, ticket or source would fill Prometheus, and tell it who writes."""
    registry = CollectorRegistry()
    meter, worker = PrometheusMeter(registry), service(pipeline())
    telemetry.report(worker.process([sent(number) for number in range(10)], lambda: 1e6), meter)
    few = series(registry)
    for start in range(10, CUSTOMERS, BATCH):
        batch = [sent(number) for number in range(start, min(start + BATCH, CUSTOMERS))]
        telemetry.report(worker.process(batch, lambda: 1e6), meter)
    assert few == series(registry)
    assert SECRET not in "".join(series(registry))
    counted = {
        one: registry.get_sample_value("ticket_processor_records_total", {"disposition": one}) for one in Disposition
    }
    assert (CUSTOMERS * 0.9, CUSTOMERS * 0.1) == (counted[Disposition.DONE], counted[Disposition.REJECTED])
