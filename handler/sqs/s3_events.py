"""What S3 says of an object, in its two dialects: notification records and EventBridge events.

Shapes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html. Fields that are not named here are ignored,
so every eventVersion 2.x reads alike.
"""

import json
import re
from urllib.parse import unquote_plus

from handler.domain.message import Ignored, Message, Origin, Record, S3Object
from handler.sqs.fields import Field
from handler.sqs.sighting import sighted

MAX_RECORDS = 10_000  # real records have 500 bytes and more; 1 MB of "0," would be half a million of them
MAX_KEY_BYTES = 1_024  # S3's own limit; a longer key can only be answered with an error

_REMOVED = Ignored("the object was removed")
_NOT_CREATED = Ignored("the event is not about a new object")
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def notification_records(records: Field, message: Message, raw_bucket: str) -> list[Record]:
    """One record for each of S3's, each on its own: a bad neighbour spoils nothing.

    Raises MalformedMessage when ``records`` is no list, is empty, or holds what cannot be written as JSON again.
    """
    if not isinstance(records.value, list) or not 0 < len(records.value) <= MAX_RECORDS:
        raise records.malformed(f"must be a list of 1 to {MAX_RECORDS} records")
    entries = [records.at(index) for index in range(len(records.value))]
    raws = [_alone(entry) for entry in entries]
    return [_notification(entry, raw, message, raw_bucket) for entry, raw in zip(entries, raws, strict=True)]


def eventbridge_record(event: Field, message: Message, raw_bucket: str) -> Record:
    """The one record of an EventBridge event."""
    sequencer = event.at("detail", "object", "sequencer")
    return sighted(message, message.body, lambda: _eventbridge_origin(event, raw_bucket), event.at("time"), sequencer)


def located(bucket: Field, key: Field, version: Field, *, only: str | None, holding: str) -> S3Object:
    """The object that the three fields name, if it lies in the bucket ``only``, the one ``holding`` what is sought."""
    if bucket.name() != only:
        raise bucket.malformed(f"the bucket is not the one that {holding} are read from")
    if len(key.name().encode()) > MAX_KEY_BYTES:
        raise key.malformed(f"is longer than the {MAX_KEY_BYTES} bytes that S3 allows")
    return S3Object(only, key.name(), _pinned(version))


def _alone(entry: Field) -> str:
    """The body that names this record alone."""
    try:
        return json.dumps({"Records": [entry.value]})
    except RecursionError:
        pass  # writing needs more stack than reading
    raise entry.malformed("is nested too deeply")


def _notification(entry: Field, raw: str, message: Message, raw_bucket: str) -> Record:
    sequencer = entry.at("s3", "object", "sequencer")
    return sighted(message, raw, lambda: _notification_origin(entry, raw_bucket), entry.at("eventTime"), sequencer)


def _notification_origin(entry: Field, raw_bucket: str) -> Origin:
    for needed in (entry, entry.at("s3")):
        if not isinstance(needed.value, dict):
            raise needed.malformed("must be an object")
    family = entry.at("eventName").name().removeprefix("s3:").partition(":")[0]
    if family != "ObjectCreated":
        return _REMOVED if family == "ObjectRemoved" else _NOT_CREATED
    s3 = entry.at("s3")
    key = _unquoted(s3.at("object", "key"))
    return located(s3.at("bucket", "name"), key, s3.at("object", "versionId"), only=raw_bucket, holding="tickets")


def _eventbridge_origin(event: Field, raw_bucket: str) -> Origin:
    if event.at("source").value != "aws.s3":
        raise event.at("source").malformed("must be aws.s3")
    kind = event.at("detail-type").name()
    if kind != "Object Created":
        return _REMOVED if kind == "Object Deleted" else _NOT_CREATED
    detail = event.at("detail")
    # EventBridge gives the key as it is: to decode it would turn a+b.json into "a b.json".
    # https://github.com/aws-solutions-library-samples/guidance-for-medialake-on-aws/pull/21
    key, version = detail.at("object", "key"), detail.at("object", "version-id")
    return located(detail.at("bucket", "name"), key, version, only=raw_bucket, holding="tickets")


def _unquoted(key: Field) -> Field:
    """The key decoded exactly once, with + as a space. Bytes that are not UTF-8 become what ``name`` refuses."""
    if _STRAY_PERCENT.search(key.name()):
        raise key.malformed("holds a percent sign that encodes nothing")
    return Field(unquote_plus(key.name(), errors="surrogateescape"), key.path)


def _pinned(version: Field) -> str | None:
    """The version to read, or None for the newest.

    "null" is what S3 calls an object written without versioning. It pins nothing, since the next such write replaces
    it in place; and the newest object is at least as new as the one that the event is about.
    """
    named = version.optional_name()
    return None if named == "null" else named
