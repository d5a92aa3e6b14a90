"""A backfill's message is read as S3's own would be."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handler.domain.message import Message, S3Object
from handler.operations.notification import encoded, notification
from handler.sqs.envelope import Envelope
from tests.factories import RAW_BUCKET

MODIFIED = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda key: len(key.encode()) <= 1024)


@given(KEYS)
def test_every_key_that_s3_allows_is_read_as_it_was(key: str) -> None:
    """Encoded once, decoded once; unpinned, and in the bucket."""
    (record,) = Envelope(RAW_BUCKET).decode(Message("m", notification(RAW_BUCKET, key, MODIFIED)))
    assert S3Object(RAW_BUCKET, key) == record.origin


def test_keys_are_written_as_s3_writes_them() -> None:
    """A space as plus, a plus and everything outside ASCII escaped, slashes left alone."""
    assert "2026/caf%C3%A9+a%2Bb%25.json" == encoded("2026/café a+b%.json")


def test_the_time_is_the_last_millisecond_of_the_listed_second() -> None:
    """The event of what lies there was in that second, so ours is not older; and no sequencer is made up."""
    (record,) = Envelope(RAW_BUCKET).decode(Message("m", notification(RAW_BUCKET, "t.json", MODIFIED)))
    assert (int(MODIFIED.timestamp() * 1000) + 999, "") == (record.time_ms, record.sequencer)


def test_it_has_the_fields_of_s3s_own_records() -> None:
    """Nothing that S3 does not send, so that other readers of the queue know it too."""

    def paths(value: Any, at: str = "") -> set[str]:
        if isinstance(value, list):
            return paths(value[0], at)
        if isinstance(value, dict):
            return {path for name, inner in value.items() for path in paths(inner, f"{at}.{name}")}
        return {at}

    s3s = json.loads((Path(__file__).parents[1] / "events/s3_put_2_1.json").read_text())
    assert paths(json.loads(notification(RAW_BUCKET, "t.json", MODIFIED))) <= paths(s3s)
