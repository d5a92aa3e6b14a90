"""S3's records: the key, the version, the bucket and the neighbours."""

from typing import Any

import pytest

from handler.domain.message import Ignored, Record, S3Object, Unusable
from tests.sqs.bodies import ENVELOPE, RAW_BUCKET, eventbridge, fault, malformed, message, notification, only, recorded


def noted(*args: Any, **fields: Any) -> Record:
    """The record of a message with one S3 record."""
    return only({"Records": [notification(*args, **fields)]})


def test_a_bad_neighbour_is_unusable_alone() -> None:
    """Records of one message share nothing: one that is wrong stops none of the others."""
    first, enriched, third, removed, rubbish = ENVELOPE.decode(message(recorded("s3_several")))
    assert [S3Object(RAW_BUCKET, "T-1.json"), S3Object(RAW_BUCKET, "T-3.json")] == [first.origin, third.origin]
    assert Ignored("the object was removed") == removed.origin
    assert malformed("Records.1.s3.bucket.name") == fault(enriched)
    assert malformed("Records.4") == fault(rubbish)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("red+flower.json", "red flower.json"),
        ("red%20flower.json", "red flower.json"),
        ("a%2Bb.json", "a+b.json"),
        ("2026/01%2FT-1.json", "2026/01/T-1.json"),
        ("100%2525.json", "100%25.json"),
        ("%F0%9F%8E%AB.json", "🎫.json"),
        ("%e2%82%ac.json", "€.json"),
        ("café.json", "café.json"),
        ("+", " "),
    ],
)
def test_the_key_is_decoded_exactly_once(written: str, key: str) -> None:
    """S3 URL-encodes keys with + as a space; to decode twice is to ask for another object."""
    assert S3Object(RAW_BUCKET, key) == noted(written).origin


def test_eventbridge_keys_are_taken_as_they_are() -> None:
    """EventBridge does not encode: a+b is a+b there."""
    assert S3Object(RAW_BUCKET, "a+b%20c") == only(eventbridge("a+b%20c")).origin


@pytest.mark.parametrize("key", ["%", "a%2", "%zz", "%FF.json", "%C3", "%ED%A0%80", "", None, 7, "\ud800", "x" * 1025])
def test_a_key_that_is_no_key_is_refused(key: object) -> None:
    """What S3 could only answer with an error is never asked for."""
    assert malformed("Records.0.s3.object.key") == fault(noted(key))


def test_the_longest_key_is_understood() -> None:
    """The limit is S3's 1,024 bytes of UTF-8 after decoding, not the length of what encodes them."""
    assert S3Object(RAW_BUCKET, "é" * 512) == noted("%C3%A9" * 512).origin


@pytest.mark.parametrize(("said", "pinned"), [("v-1", "v-1"), ("", None), (None, None), ("null", None)])
def test_the_version_is_pinned_where_there_is_one(said: object, pinned: str | None) -> None:
    """An event is about one version; "null" is S3's word for an object that has none."""
    assert S3Object(RAW_BUCKET, "k", pinned) == noted("k", versionId=said).origin
    assert S3Object(RAW_BUCKET, "k", pinned) == only(eventbridge("k", **{"version-id": said})).origin


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (None, ""),
        ([], ""),
        ({"eventName": "INSERT", "dynamodb": {}}, ".s3"),
        (notification(bucket="tickets-enriched"), ".s3.bucket.name"),
        (notification(bucket=RAW_BUCKET + " "), ".s3.bucket.name"),
        (notification(bucket=None), ".s3.bucket.name"),
        (notification(name=None), ".eventName"),
        (notification(name=["ObjectCreated:Put"]), ".eventName"),
        (notification(versionId=3), ".s3.object.versionId"),
        (notification(sequencer="xyz"), ".s3.object.sequencer"),
        (notification(sequencer="0" * 33), ".s3.object.sequencer"),
        (notification(sequencer=12), ".s3.object.sequencer"),
        (notification(sequencer="٣"), ".s3.object.sequencer"),
        (notification(eventTime="yesterday"), ".eventTime"),
        (notification(eventTime=1767605400), ".eventTime"),
    ],
)
def test_a_record_names_its_field_at_fault(record: object, field: str) -> None:
    """The error points at the very field, by its path in the message."""
    neighbour, bad = ENVELOPE.decode(message({"Records": [notification(), record]}))
    assert S3Object(RAW_BUCKET, "T-1.json") == neighbour.origin
    assert malformed(f"Records.1{field}") == fault(bad)


@pytest.mark.parametrize(
    "event", ["ObjectCreated:Put", "s3:ObjectCreated:Put", "ObjectCreated:Copy", "ObjectCreated:*"]
)
def test_every_kind_of_creation_is_read(event: str) -> None:
    """However an object came to be, and with or without the prefix that emulators add, it holds a ticket."""
    assert S3Object(RAW_BUCKET, "k") == noted("k", name=event).origin


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("ObjectRemoved:Delete", "the object was removed"),
        ("s3:ObjectRemoved:DeleteMarkerCreated", "the object was removed"),
        ("LifecycleTransition", "the event is not about a new object"),
        ("ObjectTagging:Put", "the event is not about a new object"),
    ],
)
def test_other_events_are_ignored(event: str, reason: str) -> None:
    """There is nothing to enrich, so nothing else of the record has to be right."""
    assert Ignored(reason) == noted(None, name=event, bucket=None, sequencer="?", eventTime="?").origin


@pytest.mark.parametrize(
    ("said", "kept"), [("0055AED6DCD90281E5", "0055AED6DCD90281E5"), ("617f08299329d189", "617f08299329d189")]
)
def test_the_sequencer_is_kept(said: str, kept: str) -> None:
    """It decides between two versions of one key in the same millisecond."""
    assert kept == noted(sequencer=said).sequencer
    assert kept == only(eventbridge(sequencer=said)).sequencer


@pytest.mark.parametrize("nothing", [{}, {"sequencer": ""}, {"sequencer": None}])
def test_an_event_may_come_without_a_sequencer(nothing: dict[str, Any]) -> None:
    """Emulators leave it out; the time decides alone then."""
    assert not noted(**nothing).sequencer
    assert not only(eventbridge(**nothing)).sequencer


def test_an_error_keeps_nothing_of_the_message_alive() -> None:
    """Neither traceback nor context: both would lead to frames and parsers that hold the customer's text."""
    bodies = ["{", {"Records": [None]}, {"Records": [notification("%FF")]}, {"Records": [notification(eventTime="")]}]
    for origin in (only(body).origin for body in bodies):
        assert isinstance(origin, Unusable)
        error = origin.error
        assert not any((error.__traceback__, error.__context__, error.__cause__))
