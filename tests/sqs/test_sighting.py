"""When a source saw a record: which claim counts, and what a wrong one does."""

import json

import pytest

from handler.domain.message import Ignored, Unusable
from handler.sqs.sighting import time_to_keep
from tests.sqs.bodies import (
    ENVELOPE,
    SENT_AT_MS,
    eventbridge,
    fault,
    malformed,
    message,
    notification,
    only,
    pointer,
    recorded,
    sns,
    ticket,
)

EVENT = {"Records": [notification(eventTime="2026-01-05T09:30:00.123Z")]}
EVENT_MS = 1_767_605_400_123
WRONG_BUCKET = {"Records": [notification(bucket="b", eventTime="2026-01-05T09:30:00.123Z")]}


@pytest.mark.parametrize("body", [EVENT, eventbridge(), ticket(), sns(EVENT), sns(ticket()), pointer(), WRONG_BUCKET])
def test_source_time_counts_before_all_others(body: object) -> None:
    """A redriven message keeps the time of its first sight, or an old edit would overwrite a newer one."""
    expected = 5
    assert expected == only(body, source_time=str(expected)).time_ms


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (EVENT, EVENT_MS),
        (sns(EVENT), EVENT_MS),
        (recorded("eventbridge_created"), 1_767_605_640_000),
        (recorded("sns_wrapped_s3"), EVENT_MS),
    ],
)
def test_the_events_own_time_counts_next(body: object, expected: int) -> None:
    """S3 saw the object before SQS, SNS or a pointer saw the message."""
    assert expected == only(body).time_ms


@pytest.mark.parametrize("body", [ticket(), pointer(), {"Records": [notification()]}, eventbridge() | {"time": None}])
def test_the_sent_timestamp_counts_last(body: object) -> None:
    """It is all there is for tickets as bodies, pointers and events that say no time."""
    expected = SENT_AT_MS + 1
    assert expected == only(body, sent_at_ms=expected).time_ms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.001Z", 1),
        ("2026-01-05T09:30:00Z", 1_767_605_400_000),
        ("2026-01-05T09:30:00.1Z", 1_767_605_400_100),
        ("2026-01-05T09:30:00.123999Z", EVENT_MS),
        ("2026-01-05T09:30:00.123456789Z", EVENT_MS),
        ("2286-11-20T17:46:39.999Z", 9_999_999_999_999),
    ],
)
def test_iso_8601_is_read_with_and_without_a_fraction(text: str, expected: int) -> None:
    """S3 writes milliseconds, EventBridge seconds, emulators micro- or nanoseconds; what is below 1 ms is cut off."""
    assert expected == only({"Records": [notification(eventTime=text)]}).time_ms


@pytest.mark.parametrize(
    "claim",
    [
        "",
        "2026-01-05",
        "2026-01-05T09:30:00",
        "2026-01-05T09:30:00+00:00",
        "2026-13-05T09:30:00Z",
        "2026-01-05T09:30:61Z",
        "1969-12-31T23:59:59Z",
        "2286-11-20T17:46:40Z",
        "9999-12-31T23:59:59Z",
        "٢٠٢٦-01-05T09:30:00Z",
        "2026-01-05T09:30:00Z\n",
        7,
        [],
        False,
    ],
)
def test_a_time_that_is_none_is_refused(claim: object) -> None:
    """A wrong time would decide wrongly, for ever, which version is newer; so it is never replaced by a guess."""
    record = only({"Records": [notification(eventTime=claim)]})
    assert malformed("Records.0.eventTime") == fault(record)
    assert malformed("time") == fault(only(eventbridge() | {"time": claim}))


@pytest.mark.parametrize("claim", ["", "-1", "+1", "1.5", "1e3", " 1", "1\n", "٣", "1_000", "12345678901234", "x"])
def test_a_bad_source_time_refuses_every_record_of_the_message(claim: str) -> None:
    """The attribute is ours: if it is wrong, nothing is known of the order of what came with it."""
    bodies = (EVENT, {"Records": [notification(), notification()]}, eventbridge(), ticket(), pointer(), sns(ticket()))
    for body in bodies:
        for record in ENVELOPE.decode(message(body, source_time=claim)):
            assert malformed("SourceTime") == fault(record)


def test_what_is_ignored_has_no_time_to_check() -> None:
    """Nothing is compared with a test event, so no wrong time makes a dead letter of it."""
    assert isinstance(only(recorded("s3_test_event"), source_time="x").origin, Ignored)


@pytest.mark.parametrize("sent", [-1, 10**13])
def test_a_sent_timestamp_out_of_range_is_refused(sent: int) -> None:
    """Another width would break the order of versions, which is compared as text."""
    assert malformed("SentTimestamp") == fault(only(ticket(), sent_at_ms=sent))


@pytest.mark.parametrize(
    ("body", "source_time", "expected"),
    [
        (WRONG_BUCKET, None, EVENT_MS),
        (WRONG_BUCKET, "5", 5),
        (WRONG_BUCKET, "x", EVENT_MS),
        ({"Records": [notification(eventTime="?")]}, None, SENT_AT_MS),
        ("{", None, SENT_AT_MS),
        ("{", "5", 5),
        ("{", "x", SENT_AT_MS),
    ],
)
def test_an_unusable_record_keeps_the_best_time_that_is_known(
    body: object, source_time: str | None, expected: int
) -> None:
    """Redriven after the mistake was mended, it takes its old place in the order: with time 0 it would be STALE."""
    record = only(body, source_time=source_time)
    assert expected == record.time_ms
    assert isinstance(record.origin, Unusable)


@pytest.mark.parametrize(
    ("body", "source_time", "expected"),
    [
        (ticket(), None, str(SENT_AT_MS)),
        (pointer(), None, str(SENT_AT_MS)),
        ("{", None, str(SENT_AT_MS)),
        ({"Records": [notification()]}, None, str(SENT_AT_MS)),
        (EVENT, None, None),
        (sns(EVENT), None, None),
        (WRONG_BUCKET, None, None),
        (EVENT, "5", "5"),
        (ticket(), "5", "5"),
    ],
)
def test_a_message_sent_once_more_keeps_its_place(body: object, source_time: str | None, expected: str | None) -> None:
    """SQS's time is later than an event's own: in its place, a late event would overtake an edit (found by search)."""
    assert expected == time_to_keep(message(body, source_time=source_time), ENVELOPE.decode)


def test_behind_a_redriven_pointer_an_event_keeps_its_own_time() -> None:
    """The pointer's SourceTime was its SentTimestamp; an event inside knows better, a ticket does not."""
    redriven = message(pointer(), source_time="5")
    times = [ENVELOPE.decode_payload(redriven, json.dumps(body).encode())[0].time_ms for body in (EVENT, ticket())]
    assert [EVENT_MS, 5] == times
