"""Tickets and messages, made to measure."""

import json
from typing import Any

from handler.domain.message import Message
from handler.domain.ticket import RawTicket, ticket_from

RAW_BUCKET = "tickets-raw"
PAYLOAD_BUCKET = "tickets-payloads"
SENT_AT_MS = 1_760_000_000_000


def ticket_fields(ticket_id: str = "T-1", **fields: Any) -> dict[str, Any]:
    """A valid ticket as its JSON object."""
    valid = {
        "ticket_id": ticket_id,
        "subject": "Cannot log in",
        "body": "The login page says that my password is wrong.",
        "created_at": 1_759_999_000,
        "customer_id": "C-1",
    }
    return {**valid, **fields}


def ticket(ticket_id: str = "T-1", **fields: Any) -> RawTicket:
    """A valid ticket."""
    return ticket_from(ticket_fields(ticket_id, **fields))


def message(body: object, **fields: Any) -> Message:
    """A message with ``body``, as JSON unless it is text already."""
    text = body if isinstance(body, str) else json.dumps(body)
    defaults: dict[str, Any] = {"message_id": "m-1", "sent_at_ms": SENT_AT_MS}
    return Message(body=text, **{**defaults, **fields})


def ticket_message(ticket_id: str = "T-1", *, message_fields: dict[str, Any] | None = None, **fields: Any) -> Message:
    """A message that is a ticket."""
    return message(ticket_fields(ticket_id, **fields), **{"message_id": f"m-{ticket_id}", **(message_fields or {})})


def s3_record(key: str = "t.json", bucket: str = RAW_BUCKET, **fields: Any) -> dict[str, Any]:
    """One record of an S3 notification."""
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventTime": "2025-10-09T08:53:20.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "sequencer": "0055AED6DCD90281E5"}},
        **fields,
    }
