"""Bodies of messages: recorded ones by name, and factories for the part that a test is about."""

import json
from pathlib import Path
from typing import Any

from handler.domain.errors import MalformedMessage
from handler.domain.message import Message, Record, Unusable
from handler.sqs.envelope import Envelope

RAW_BUCKET = "tickets-raw"
PAYLOAD_BUCKET = "ticket-payloads"
SENT_AT_MS = 1_767_700_000_000

EVENTS = Path(__file__).parent.parent / "events"
ENVELOPE = Envelope(RAW_BUCKET, PAYLOAD_BUCKET)


def recorded(name: str) -> str:
    """The body that tests/events/``name``.json holds."""
    return (EVENTS / f"{name}.json").read_text(encoding="utf-8")


def message(body: object, **fields: Any) -> Message:
    """A message with this body; whatever is not a string is written as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Message("m-1", text, **({"sent_at_ms": SENT_AT_MS} | fields))


def notification(
    key: object = "T-1.json", *, bucket: object = RAW_BUCKET, name: object = "ObjectCreated:Put", **fields: Any
) -> dict[str, Any]:
    """One of S3's records; ``fields`` are versionId, sequencer and eventTime."""
    record = {"eventSource": "aws:s3", "eventName": name, "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}
    if "eventTime" in fields:
        record["eventTime"] = fields.pop("eventTime")
    record["s3"]["object"].update(fields)  # type: ignore[index]  # the values are of several types
    return record


def eventbridge(key: object = "T-1.json", *, kind: object = "Object Created", **fields: Any) -> dict[str, Any]:
    """An EventBridge event of S3; ``fields`` are added to its object."""
    detail = {"bucket": {"name": RAW_BUCKET}, "object": {"key": key, **fields}}
    return {"source": "aws.s3", "detail-type": kind, "time": "2026-01-05T09:34:00Z", "detail": detail}


def sns(inner: object) -> dict[str, Any]:
    """``inner`` as SNS delivers it to a queue without raw delivery."""
    text = inner if isinstance(inner, str) else json.dumps(inner)
    return {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-central-1:123456789012:tickets", "Message": text}


def pointer(key: object = "payload-1", bucket: object = PAYLOAD_BUCKET) -> list[Any]:
    """What the extended client sends in place of a large body."""
    return ["software.amazon.payloadoffloading.PayloadS3Pointer", {"s3BucketName": bucket, "s3Key": key}]


def ticket(**fields: Any) -> dict[str, Any]:
    """A valid ticket."""
    return {"ticket_id": "T-1", "subject": "Hello", "body": "", "created_at": 1, "customer_id": "C-1"} | fields


def only(body: object, **fields: Any) -> Record:
    """The one record that a message with this body names."""
    [record] = ENVELOPE.decode(message(body, **fields))
    return record


def malformed(field: str) -> tuple[str, str]:
    """What ``fault`` gives for a message that is malformed at ``field``."""
    return MalformedMessage.__name__, field


def fault(record: Record) -> tuple[str, str]:
    """Code and field of the error that made ``record`` unusable."""
    assert isinstance(record.origin, Unusable), record.origin
    return record.origin.error.code, record.origin.error.field
