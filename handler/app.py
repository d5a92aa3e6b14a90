"""The Lambda function: an SQS event in, the messages that have to come back out.

It raises in three cases only, and then the whole batch comes back: bad settings, an event that is none of SQS's, and
an outage that every record ran into. Raising makes the pollers slow down, which an answer does not.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes import SQSEvent
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from handler import bootstrap, telemetry
from handler.domain.errors import EnrichmentError
from handler.domain.message import Message, Outcome
from handler.domain.taxonomy import TaxonomyError
from handler.service import EnrichmentService
from handler.service.outage import outage_of
from handler.settings import InitializationType, explain


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Lambda calls this. ``event`` is an SQS event; the answer names the messages that stay on the queue."""
    return _instrumented()(event, context)


def initialize() -> None:
    """Before the first message: with provisioned concurrency, which is paid for anyway, the models are loaded."""
    if InitializationType().initialization_type == "provisioned-concurrency":
        with _telling():
            bootstrap.deployed_service().warm()


def handle(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """As lambda_handler, without logs, metrics and traces around it."""
    with _telling():
        service, messages = _service(context), messages_of(event)
    outcomes = service.process(messages, lambda: _seconds_left(context))
    telemetry.report(outcomes)
    return answer(outcomes)


def messages_of(event: dict[str, Any]) -> list[Message]:
    """The messages of an SQS event. Raises ValueError where there are none."""
    if not event.get("Records"):
        raise ValueError("the event has no Records: is it an SQS event?")
    return [message_of(record) for record in SQSEvent(event).records]


def answer(outcomes: Sequence[Outcome]) -> PartialItemFailureResponse:
    """The messages that have to come back. Raises where all have to, for an outage."""
    outage = outage_of(outcomes)
    if outage:
        raise outage from None  # AWS's own words, which may name a key, stay out of the runtime's report
    failed = [outcome.message.message_id for outcome in outcomes if not outcome.settled]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _service(context: LambdaContext) -> EnrichmentService:
    """The service of the environment's settings. Raises where no ticket could ever fit into the time."""
    settings = bootstrap.deployed_settings()
    if settings.reserve_seconds >= _seconds_left(context):
        raise ValueError("TICKETS_RESERVE_SECONDS must be less than the function's timeout: nothing would ever start")
    telemetry.logger().setLevel(settings.log_level)
    return bootstrap.deployed_service()


@contextmanager
def _telling() -> Iterator[None]:
    """Says in one line why nothing can be done; what the runtime prints of the exception has many, and comes after."""
    try:
        yield
    except (ValueError, EnrichmentError) as error:
        telemetry.logger().critical("cannot start", code=type(error).__name__, reason=_reason(error))
        raise


def _reason(error: Exception) -> str:
    """The setting or file at fault, and how. Nothing of a message has been looked at yet."""
    if isinstance(error, ValidationError):
        return explain(error)
    return f"TICKETS_TAXONOMY: {error}" if isinstance(error, TaxonomyError) else str(error)


def _seconds_left(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


def message_of(record: SQSRecord) -> Message:
    """SQS's record as a Message."""
    source_time = record.raw_event.get("messageAttributes", {}).get("SourceTime")
    return Message(
        message_id=record.message_id,
        body=record.body,
        sent_at_ms=int(record.attributes.sent_timestamp),
        source_time=source_time.get("stringValue", "") if source_time else None,
        group_id=record.attributes.message_group_id if _is_fifo(record) else None,
        receive_count=int(record.attributes.approximate_receive_count),
    )


def _is_fifo(record: SQSRecord) -> bool:
    """Fair queues have message groups too, but no order to keep in them."""
    return record.event_source_arn.endswith(".fifo")


def reset() -> None:
    """Forgets the instrumented handler, for tests."""
    _instrumented.cache_clear()


@cache
def _instrumented() -> Callable[[dict[str, Any], LambdaContext], PartialItemFailureResponse]:
    """The handler with a logger, a tracer and metrics around it; made by the first call, not at import."""
    traced = telemetry.tracer().capture_lambda_handler(handle, capture_response=False, capture_error=False)
    counted = telemetry.metrics().log_metrics(traced, capture_cold_start_metric=True)
    return telemetry.logger().inject_lambda_context(counted, clear_state=True)
