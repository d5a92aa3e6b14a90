"""What a batch utility that works on one record at a time leaves open, through the whole Lambda function.

The holes are those of Powertools for AWS Lambda (Python) 3.37; the number is its issue. What tests/test_app.py shows
already (one bad body, an outage of every record, cold starts) is not shown again.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import pytest

from handler import app, bootstrap
from handler.domain.errors import StoreUnavailable
from handler.domain.message import S3Object
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft
from handler.service import EnrichmentService
from handler.storage.dynamodb import DynamoRows
from handler.storage.memory import MemorySource
from handler.storage.results import AwsResultStore
from handler.storage.s3 import S3Objects
from tests.factories import RAW_BUCKET, SENT_AT_MS, s3_record, ticket_fields
from tests.fakes import DownSource, FakeStage, FaultyStore
from tests.test_app import Context, World, record

pytestmark = pytest.mark.usefixtures("deployed_process")

Call = Callable[..., list[str]]


@dataclass
class Clock(Context):
    """A context whose time left the test sets."""

    seconds: list[float] = field(default_factory=lambda: [60.0])

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self.seconds.pop(0) if len(self.seconds) > 1 else self.seconds[0]))


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Invokes the function and gives the ids that it reports as failed."""

    def invoke(service: EnrichmentService, *records: dict[str, Any], context: Context | None = None) -> list[str]:
        monkeypatch.setattr(bootstrap, "deployed_service", lambda: service)
        answer: Any = app.lambda_handler({"Records": list(records)}, context or Context())  # type: ignore[arg-type]
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    return invoke


def fifo(body: object, message_id: str, group: str) -> dict[str, Any]:
    """A record of a FIFO queue."""
    one = record(body, message_id, eventSourceARN="arn:aws:sqs:us-east-1:123456789012:q.fifo")
    one["attributes"]["MessageGroupId"] = group
    return one


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged and measured."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_model_sees_the_whole_batch_at_once(call: Call) -> None:
    """#2500: a processor of single records calls the model once for each."""
    stage = FakeStage()
    records = [record(ticket_fields(f"T-{i}", subject=f"Subject {i}"), f"m-{i}") for i in range(10)]
    assert [] == call(World().service(stage), *records)
    assert [[f"T-{i}" for i in range(10)]] == stage.batches


def test_fifo_a_body_that_does_not_parse_after_a_failure_fails_its_group_only(call: Call) -> None:
    """SqsFifoPartialProcessor raises there, and the whole batch comes back."""
    world = World(source=DownSource())
    event = {"Records": [s3_record()]}
    records = [fifo(event, "down", "a"), fifo("{", "behind", "a"), fifo("{", "poison", "b")]
    records.append(fifo(ticket_fields(), "good", "c"))
    assert ["down", "behind"] == call(world.service(), *records)
    assert ["poison"] == [letter.message.message_id for letter in world.letters.letters]
    assert 1 == len(world.store.rows)


def test_a_batch_in_which_every_record_fails_by_itself_is_answered(call: Call) -> None:
    """#4691: only an outage of the world may raise; a bug in every record is named record by record."""

    def bug(name: str) -> None:
        raise KeyError(name)

    service = World(store=FaultyStore(fault=bug)).service()
    assert ["a", "b"] == call(service, record(ticket_fields("T-1"), "a"), record(ticket_fields("T-2"), "b"))


def test_an_outage_and_a_bug_together_are_answered(call: Call) -> None:
    """The pollers need not slow down for what is not an outage of every record."""

    def down_or_bug(name: str) -> None:
        if name == "commit":
            raise KeyError(name)

    world = World(source=DownSource(), store=FaultyStore(fault=down_or_bug))
    records = [record({"Records": [s3_record()]}, "down"), record(ticket_fields(), "bug")]
    assert ["down", "bug"] == call(world.service(), *records)


def test_s3s_test_event_is_acknowledged_and_told(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """The S3 model refuses it, so that it goes round until the dead-letter queue; silence would hide a lost event."""
    body = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": RAW_BUCKET}
    world = World()
    assert [] == call(world.service(), record(body))
    assert [] == world.letters.letters
    assert [("INFO", {"ignored": 1})] == [(one["level"], one["records"]) for one in lines(capsys) if "level" in one]


def test_a_key_is_decoded_before_it_is_asked_for(call: Call) -> None:
    """S3SqsEventNotificationModel gives it as it was encoded, and every name with a space is not found."""
    content = json.dumps(ticket_fields()).encode()
    world = World(source=MemorySource({S3Object(RAW_BUCKET, "a b+é/%41.json"): content}))
    assert [] == call(world.service(), record({"Records": [s3_record("a+b%2B%C3%A9/%2541.json")]}))
    assert 1 == len(world.store.rows)


def test_two_deliveries_of_one_event_run_once_whatever_their_message_ids(call: Call) -> None:
    """The idempotency example keys on messageId: S3 sends an event twice under two of them."""
    stage, world = FakeStage(), World()
    service = world.service(stage)
    for message_id in ("first", "second"):
        assert [] == call(service, record(ticket_fields(), message_id))
    assert [["T-1"]] == stage.batches
    assert 1 == len(world.store.objects)


def test_one_message_id_with_two_contents_is_two_tickets(call: Call) -> None:
    """A message that is sent again after an edit must not be taken for its former self."""
    stage, world = FakeStage(), World()
    service = world.service(stage)
    for sent, subject in enumerate(("before", "after")):
        one = record(ticket_fields(subject=subject), "same")
        one["attributes"]["SentTimestamp"] = str(SENT_AT_MS + sent)
        assert [] == call(service, one)
    assert 2 == len(stage.batches)


class Killed(BaseException):
    """The process ends: nobody catches it."""


def test_an_invocation_that_was_killed_leaves_nothing_in_the_way(call: Call) -> None:
    """#1038, #8049: a record of "in progress" that outlives its invocation blocks the message, or loses it."""

    def killed(name: str) -> None:
        if name == "commit":
            raise Killed

    store = FaultyStore(fault=killed)
    with pytest.raises(Killed):
        call(World(store=store).service(), record(ticket_fields()))
    assert {} == store.inner.rows
    assert [] == call(World(store=store.inner).service(), record(ticket_fields()))
    assert 1 == len(store.inner.rows)


def test_a_hundred_thousand_brackets_hurt_no_neighbour(call: Call) -> None:
    """json.loads raises RecursionError, which no validator expects."""
    world = World()
    assert [] == call(world.service(), record("[" * 100_000, "brackets"), record(ticket_fields(), "good"))
    assert ["brackets"] == [letter.message.message_id for letter in world.letters.letters]
    assert 1 == len(world.store.rows)


def test_what_does_not_fit_into_the_time_is_answered_before_it_ends(call: Call) -> None:
    """#1242: without a guard the function times out, and all of the batch comes back, for ever."""
    stage, world = FakeStage(), World()
    clock = Clock(seconds=[60.0, 60.0, 0.5])  # the function's own check, the first ticket's, and from then on
    records = [record(ticket_fields(f"T-{i}"), f"m-{i}") for i in range(3)]
    assert ["m-0", "m-1", "m-2"] == call(world.service(stage), *records, context=clock)
    assert [] == stage.batches
    assert {} == world.store.rows


def test_no_value_of_a_metric_is_lost_however_large_the_batch(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """A blob of the embedded metric format takes a hundred values of a metric: more need more blobs."""
    many = 257
    records = [record(ticket_fields(f"T-{i}"), f"m-{i}") for i in range(many - 1)]
    assert [] == call(World().service(), *records, record("{", "poison"))
    blobs = [line for line in lines(capsys) if "_aws" in line and "ColdStart" not in line]
    counted = {name: [v for blob in blobs for v in blob.get(name, [])] for blob in blobs for name in blob}
    assert many == len(counted["QueueAge"])
    assert many - 1 == len(counted["FakeLatency"])
    assert [[many], [many - 1], [1]] == [counted[n] for n in ("BatchSize", "RecordsDone", "RecordsRejected")]
    assert all(len(blob["QueueAge"]) <= 100 for blob in blobs if "QueueAge" in blob)
    assert all(named_and_defined(blob) for blob in blobs)


def named_and_defined(blob: dict[str, Any]) -> bool:
    """Every metric that the blob announces is in it, with its dimension."""
    (directive,) = blob["_aws"]["CloudWatchMetrics"]
    return [["service"]] == directive["Dimensions"] and {one["Name"] for one in directive["Metrics"]} <= set(blob)


def test_an_outage_is_measured_though_the_function_raises(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """Metrics are printed when an invocation ends, however it does; alarms live on these."""

    def down(name: str) -> None:
        raise StoreUnavailable("DynamoDB did not answer")

    with pytest.raises(StoreUnavailable):
        call(World(store=FaultyStore(fault=down)).service(), record(ticket_fields()))
    assert [[1.0]] == [line["RecordsRetry"] for line in lines(capsys) if "RecordsRetry" in line]


def test_failed_records_are_told_at_the_usual_level(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """#7553: at DEBUG nobody learns why a message goes round."""
    service = World(source=DownSource()).service()
    call(service, record({"Records": [s3_record()]}, "later"), record("{", "poison"))
    told = {one["message"]: one["level"] for one in lines(capsys) if "code" in one}
    assert {"record rejected": "WARNING", "records stay on the queue": "WARNING"} == told


@dataclass
class Recording:
    """S3 and DynamoDB, as far as to see what they are sent."""

    items: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def put_item(self, Item: dict[str, Any], **_: object) -> None:  # noqa: N803 - boto3's name
        self.items.append(Item)

    def put_object(self, Body: bytes, **_: object) -> None:  # noqa: N803 - boto3's name
        self.bodies.append(Body)

    def batch_get_item(self, **_: object) -> dict[str, Any]:
        return {"Responses": {}, "UnprocessedKeys": {}}


class NoNumber(FakeStage):
    """A model that answers NaN."""

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        filled = super().__call__(tickets, drafts)
        return [replace(draft, intent=replace(cast("Any", draft.intent), confidence=math.nan)) for draft in filled]


class NoVector(FakeStage):
    """A model whose embedding is NaN."""

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        filled = super().__call__(tickets, drafts)
        return [replace(draft, embedding=np.full(384, np.nan, np.float32)) for draft in filled]


@pytest.mark.parametrize("stage", [FakeStage(), NoNumber()])
def test_no_float_reaches_dynamodb_and_no_nan_anything(call: Call, stage: FakeStage) -> None:
    """boto3 refuses floats, and NaN makes a ticket poison: the row holds whole numbers, the object none but numbers."""
    aws: Any = Recording()
    store = AwsResultStore(S3Objects(aws, "tickets-enriched"), DynamoRows(aws, "tickets"))
    assert [] == call(World(store=store).service(stage), record(ticket_fields()))
    (item,), (body,) = aws.items, aws.bodies
    assert {"created_at", "pipeline_version"} == {name for name, value in item.items() if "N" in value}
    json.loads(body, parse_constant=lambda name: pytest.fail(f"the object holds {name}"))
    assert ("partial" if isinstance(stage, NoNumber) else "complete") == item["status"]["S"]


def test_an_embedding_of_nan_is_never_stored(call: Call) -> None:
    """Half a result that looks whole is worse than none: what no guard refused fails before it is written."""
    aws: Any = Recording()
    store = AwsResultStore(S3Objects(aws, "tickets-enriched"), DynamoRows(aws, "tickets"))
    assert ["m-1"] == call(World(store=store).service(NoVector()), record(ticket_fields()))
    assert ([], []) == (aws.items, aws.bodies)


def test_poison_goes_straight_to_the_dead_letter_queue(call: Call) -> None:
    """TypeScript #4478: otherwise each of its receives costs a whole batch's redelivery."""
    world = World()
    assert [] == call(world.service(), record(ticket_fields(created_at="yesterday"), "poison"))
    assert [("poison", "created_at")] == [(one.message.message_id, one.error.field) for one in world.letters.letters]
    assert {} == world.store.rows
