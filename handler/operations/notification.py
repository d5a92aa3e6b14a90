"""What S3 would say of an object that is there already."""

import json
from datetime import UTC, datetime
from urllib.parse import quote_plus

SOURCE = "ticket-processor:backfill"


def notification(bucket: str, key: str, last_modified: datetime) -> str:
    """The body of a message that names the newest version of the object, as S3's notification would.

    No version: an edit that was made since the listing is read at once, and its own event finds a duplicate. And no
    sequencer, which the listing does not tell.
    """
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventTime": event_time(last_modified),
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": SOURCE},
        "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": bucket}, "object": {"key": encoded(key)}},
    }
    return json.dumps({"Records": [record]})


def encoded(key: str) -> str:
    """The key as S3 writes it in notifications: URL-encoded, a space as +, slashes left alone."""
    return quote_plus(key, safe="/")


def event_time(last_modified: datetime) -> str:
    """The last millisecond of the second that S3 lists.

    Events carry milliseconds and listings whole seconds, cut off. Two edits of one second, the event of the second one
    lost: with the second's first millisecond, the content that lies in the bucket would look older than the first edit
    and be STALE for ever.
    """
    return last_modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.999Z")
