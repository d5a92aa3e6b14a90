"""A world that is set up wrongly: one line says what, where and who has to act, and every message stays.

Where the emulator answers as AWS does, it is asked; permissions, credentials and clocks it does not check.
"""

import json
import time
import traceback
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from handler import app, bootstrap
from handler.aws import TO_MEND
from handler.domain.errors import StoreUnavailable
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.sqs.envelope import Envelope
from handler.sqs.queue import SqsDeadLetters
from handler.storage.dynamodb import DynamoRows
from handler.storage.memory import MemorySource, MemoryStore
from handler.storage.results import AwsResultStore
from handler.storage.s3 import S3Objects, S3Source
from tests.factories import RAW_BUCKET, s3_record, ticket_fields
from tests.fakes import pipeline
from tests.test_app import Context, record

pytestmark = pytest.mark.usefixtures("deployed_process")

CANARY = "cAnArY-key"
PASSES = "(it may pass by itself)"
QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/ticket-processing-dlq"


@dataclass
class Refusing:
    """A service that refuses every call, quoting what it was asked for, as S3 does."""

    error: Exception

    def _refuse(self, **_: object) -> Any:
        raise self.error

    get_object = put_object = batch_get_item = put_item = send_message_batch = _refuse


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": f"not on arn:aws:s3:::tickets-raw/{CANARY}"}}, "AnyCall")


@dataclass
class World:
    """The ports of a function, each of which may be broken."""

    source: Any
    store: Any
    letters: Any

    @classmethod
    def of(cls, aws: Aws, resources: Resources) -> "World":
        names = resources.names
        rows = DynamoRows(aws.dynamodb, names.table)
        store = AwsResultStore(S3Objects(aws.s3, names.enriched_bucket), rows)
        return cls(S3Source(aws.s3), store, SqsDeadLetters(aws.sqs, resources.dead_letter_queue_url, 1))

    def service(self, raw_bucket: str = RAW_BUCKET, **options: Any) -> EnrichmentService:
        ports = Ports(Envelope(raw_bucket), self.source, self.store, self.letters)
        return EnrichmentService(ports, pipeline(), admission=Admission(1), **options)


def broken(part: str, error: Exception) -> World:
    """A world of which one part refuses every call with ``error``."""
    client: Any = Refusing(error)
    source, store = MemorySource(), MemoryStore()
    letters = SqsDeadLetters(client, QUEUE_URL, 1)
    if part == "table":
        return World(source, AwsResultStore(S3Objects(client, "x"), DynamoRows(client, "tickets")), letters)
    return World(S3Source(client) if part == "bucket" else source, store, letters)


BODIES: dict[str, object] = {
    "table": ticket_fields(),
    "bucket": {"Records": [s3_record(f"{CANARY}-{n}") for n in range(3)]},
    "queue": "{",
}
RESOURCES = {"table": "DynamoDB table tickets", "bucket": f"S3 bucket {RAW_BUCKET}", "queue": f"SQS queue {QUEUE_URL}"}
REFUSALS = [
    ("bucket", "AccessDenied", "grant the role the permission"),
    ("table", "AccessDeniedException", "grant the role the permission"),
    ("queue", "AccessDenied", "grant the role the permission"),
    ("bucket", "ExpiredToken", "the credential has expired"),
    ("table", "ExpiredTokenException", "the credential has expired"),
    ("queue", "ExpiredToken", "the credential has expired"),
    ("table", "UnrecognizedClientException", "the credential is missing, not valid, or for another region"),
    ("table", "ResourceNotFoundException", "there is none of that name"),
    ("table", "ValidationException", "its keys have to be ticket_id (S) and created_at (N)"),
    ("bucket", "PermanentRedirect", "it lies in another region"),
    ("bucket", "301", "it lies in another region"),
    ("bucket", "AuthorizationHeaderMalformed", "it lies in another region"),
    ("bucket", "RequestTimeTooSkewed", "the clock of this machine is wrong"),
    ("bucket", "NoSuchBucket", "there is none of that name"),
    ("queue", "AWS.SimpleQueueService.NonExistentQueue", "there is none of that name"),
]
PASSING = [
    ("table", "ProvisionedThroughputExceededException"),
    ("table", "ThrottlingException"),
    ("bucket", "SlowDown"),
    ("queue", "InternalError"),
]


def outage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], service: EnrichmentService, *bodies: object
) -> str:
    """The one reason that is told of a batch in an outage. The function raises: every message stays."""
    monkeypatch.setattr(bootstrap, "deployed_service", lambda: service)
    records = [record(body, f"m-{number}") for number, body in enumerate(bodies)]
    with pytest.raises(StoreUnavailable) as caught:
        app.lambda_handler({"Records": records}, Context())  # type: ignore[arg-type]
    printed = capsys.readouterr()
    assert CANARY not in printed.out + printed.err + "".join(traceback.format_exception(caught.value))
    (line,) = [one for one in map(json.loads, printed.out.splitlines()) if "code" in one]
    assert ("StoreUnavailable", len(bodies)) == (line["code"], line["messages"])
    assert str(caught.value) == line["reason"]
    return str(line["reason"])


@pytest.mark.parametrize(("part", "code", "advice"), REFUSALS)
def test_what_a_person_has_to_mend_is_said_once_with_its_resource(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], part: str, code: str, advice: str
) -> None:
    """No permission, no valid credential, no such thing, another region, a wrong clock."""
    reason = outage(monkeypatch, capsys, broken(part, refusal(code)).service(), *[BODIES[part]] * 10)
    assert reason.startswith(f"{RESOURCES[part]} refused: {code} (to be mended: {advice}")


@pytest.mark.parametrize(("part", "code"), PASSING)
def test_what_passes_asks_nobody_for_anything(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], part: str, code: str
) -> None:
    """An operator who is called for throttling stops listening."""
    reason = outage(monkeypatch, capsys, broken(part, refusal(code)).service(), *[BODIES[part]] * 10)
    assert f"{RESOURCES[part]} refused: {code} {PASSES}" == reason


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            EndpointConnectionError(endpoint_url=f"https://{CANARY}"),
            f"did not answer: EndpointConnectionError {PASSES}",
        ),
        (
            NoCredentialsError(),
            f"could not be asked: NoCredentialsError (to be mended: {TO_MEND['NoCredentialsError']})",
        ),
    ],
)
def test_what_boto3_says_itself_is_told_alike(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, said: str
) -> None:
    """Some refusals never leave the machine."""
    reason = outage(monkeypatch, capsys, broken("table", error).service(), *[BODIES["table"]] * 3)
    assert f"{RESOURCES['table']} {said}" == reason


def test_an_outage_of_some_is_told_once_and_keeps_those_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A credential that expires between two calls."""
    service = broken("bucket", refusal("ExpiredToken")).service()
    monkeypatch.setattr(bootstrap, "deployed_service", lambda: service)
    records = [record(BODIES["bucket"], f"s3-{n}") for n in range(7)] + [record(ticket_fields(), "inline")]
    answer = app.lambda_handler({"Records": records}, Context())  # type: ignore[arg-type]
    assert [f"s3-{n}" for n in range(7)] == [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    told = [line for line in capsys.readouterr().out.splitlines() if "ExpiredToken" in line]
    assert [(21, 7)] == [(json.loads(line)["records"], json.loads(line)["messages"]) for line in told]


@pytest.fixture
def world(aws: Aws, resources: Resources) -> World:
    """Everything in its place, on the local AWS."""
    aws.s3.put_object(Bucket=resources.names.raw_bucket, Key=CANARY, Body=json.dumps(ticket_fields()).encode())
    return World.of(aws, resources)


EVENT = {"Records": [s3_record(CANARY)]}


def test_a_table_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], world: World, aws: Aws
) -> None:
    """Found by the first read: no model has run."""
    store = replace(world.store, rows=DynamoRows(aws.dynamodb, "tikcets"))
    reason = outage(monkeypatch, capsys, replace(world, store=store).service(), EVENT, ticket_fields("T-2"))
    assert reason.startswith("DynamoDB table tikcets refused: ResourceNotFoundException (to be mended: there is none")


def test_a_table_with_other_keys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], world: World, aws: Aws
) -> None:
    """Found by the first read too, though DynamoDB calls it the request's fault."""
    aws.dynamodb.create_table(
        TableName="by-id",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    store = replace(world.store, rows=DynamoRows(aws.dynamodb, "by-id"))
    reason = outage(monkeypatch, capsys, replace(world, store=store).service(), EVENT, ticket_fields("T-2"))
    aws.dynamodb.delete_table(TableName="by-id")
    assert reason.startswith("DynamoDB table by-id refused: ValidationException (to be mended: its keys have to be")


def test_buckets_that_are_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], world: World, aws: Aws
) -> None:
    """The one that is read, and the one that is written to."""
    event = {"Records": [s3_record(CANARY, "tickets-rwa")]}
    reason = outage(monkeypatch, capsys, world.service("tickets-rwa"), event, event)
    assert reason.startswith("S3 bucket tickets-rwa refused: NoSuchBucket (to be mended: there is none")
    store = replace(world.store, objects=S3Objects(aws.s3, "tickets-enirched"))
    reason = outage(monkeypatch, capsys, replace(world, store=store).service(), EVENT, ticket_fields("T-2"))
    assert reason.startswith("S3 bucket tickets-enirched refused: NoSuchBucket (to be mended: there is none")


def test_a_dead_letter_queue_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], world: World, aws: Aws, resources: Resources
) -> None:
    """Poison stays on the queue rather than be lost."""
    url = resources.dead_letter_queue_url + "-of-another-day"
    letters = SqsDeadLetters(aws.sqs, url, 1)
    reason = outage(monkeypatch, capsys, replace(world, letters=letters).service(), *["{"] * 12)
    assert reason.startswith(f"SQS queue {url} refused: AWS.SimpleQueueService.NonExistentQueue (to be mended: there")


def test_a_bucket_whose_name_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], world: World
) -> None:
    """boto3 refuses it before it is sent."""
    event = {"Records": [s3_record(CANARY, "s3://tickets raw")]}
    reason = outage(monkeypatch, capsys, world.service("s3://tickets raw"), event)
    assert reason.startswith(
        "S3 bucket s3://tickets raw could not be asked: ParamValidationError (to be mended: the setting"
    )


def test_a_clock_that_goes_back_changes_no_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions are ordered by what their source says; our own clock is written down, and compared with nothing."""
    store, clock = MemoryStore(), [2e9]
    service = World(MemorySource(), store, None).service(now=lambda: clock[0])
    monkeypatch.setattr(bootstrap, "deployed_service", lambda: service)
    for subject, now, sent in [("first", 2e9, "1760000000000"), ("second", 0.0, "1760000000001")]:
        clock[0] = now
        monkeypatch.setattr(time, "time", lambda now=now: now)
        one = record(ticket_fields(subject=subject), subject)
        one["attributes"]["SentTimestamp"] = sent
        assert {"batchItemFailures": []} == app.lambda_handler({"Records": [one]}, Context())  # type: ignore[arg-type]
    (row,) = store.rows.values()
    enriched = store.objects[row.s3_key].enriched
    assert ("second", "1970-01-01T00:00:00Z") == (enriched.ticket.subject, enriched.enrichment.processed_at)


def test_every_advice_is_of_use() -> None:
    """A code that passes by itself must not call anybody."""
    assert set() == TO_MEND.keys() & {code for _, code in PASSING}
    assert all(advice and "\n" not in advice for advice in TO_MEND.values())
