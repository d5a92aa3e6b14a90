"""Size and depth are no weapons: every body costs bounded time and ends as records."""

import json
import sys

import pytest

from handler.domain.message import S3Object, Unusable
from tests.sqs.bodies import ENVELOPE, RAW_BUCKET, fault, malformed, message, notification, only, sns, ticket

MEGABYTE = 1_048_576  # the most that SQS carries
HOSTILE = {
    "brackets": "[" * 100_000,
    "megabyte of brackets": "[" * MEGABYTE,
    "megabyte of objects": '{"a":' * (MEGABYTE // 5),
    "megabyte of digits": "1" * MEGABYTE,
    "megabyte of text": json.dumps("x" * MEGABYTE),
    "half a million records": '{"Records": [' + "0," * (MEGABYTE // 2) + "0]}",
    "infinite number": '{"Records": [1e999]}',
    "nested notifications": json.dumps(sns(sns(sns(sns(sns(ticket())))))),
    "percent signs": json.dumps({"Records": [notification("%41" * (MEGABYTE // 4))]}),
    "half a character": '{"Type": "Notification", "Message": "\ud800"}',
    "null bytes": "\0" * MEGABYTE,
}


@pytest.mark.timeout(60)  # a guard against hanging, not a measurement: it takes well under a second
@pytest.mark.parametrize("name", HOSTILE)
def test_no_body_is_a_weapon(name: str) -> None:
    """Whatever a megabyte holds, it comes to an end as one record that is unusable."""
    record = only(HOSTILE[name])
    assert isinstance(record.origin, Unusable)


def test_nesting_is_refused_wherever_the_stack_ends() -> None:
    """Reading and writing JSON run out of stack at different depths; at none of them does anything raise."""
    limit = sys.getrecursionlimit()
    for depth in range(max(0, limit - 200), limit + 10):
        record = only('{"Records": [' + "[" * depth + "]" * depth + "]}")
        assert isinstance(record.origin, Unusable)


def test_more_records_than_are_taken_is_malformed() -> None:
    """Half a million records of two bytes would be as many dead letters; S3 sends one record a message."""
    assert malformed("Records") == fault(only({"Records": [notification()] * 10_001}))


def test_ten_thousand_records_are_ten_thousand_objects() -> None:
    """A message as large as SQS carries is decoded in full, in order."""
    keys = [f"T-{number}.json" for number in range(10_000)]
    decoded = ENVELOPE.decode(message({"Records": [notification(key) for key in keys]}))
    assert [S3Object(RAW_BUCKET, key) for key in keys] == [record.origin for record in decoded]
