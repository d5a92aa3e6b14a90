"""Backfill: nothing is left out, whenever it is killed."""

import json
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.errors import StoreUnavailable
from handler.operations.access import OperationRefused
from handler.operations.backfill import Backfill, Backfilled, Pace
from handler.operations.checkpoint import Checkpoint, Scope
from tests.operations.fakes import NOW, FakeSqs, Fate, Killed, MortalCheckpoint, bucket, outbox

HOUR = 3_600.0
SCOPE = Scope("tickets-raw")


def backfill(ages: dict[str, float], prefix: str = "", since_seconds: float | None = None) -> Backfill:
    since = None if since_seconds is None else NOW - timedelta(seconds=since_seconds)
    return Backfill(bucket(ages), prefix, since, Backfilled())


def keys(queue: FakeSqs) -> list[str]:
    """The keys that were named, in order."""
    return [unquote_plus(json.loads(body)["Records"][0]["s3"]["object"]["key"]) for body in queue.bodies]


@given(st.integers(0, 35), st.integers(1, 20))
def test_killed_at_any_step_and_begun_again_it_names_every_object(objects: int, step: int) -> None:
    """Each at least once, and at most one batch twice; then the checkpoint is gone. Each key begins with the last."""
    names = {"a" * (number + 1) for number in range(objects)}
    ages = dict.fromkeys(names, HOUR)
    queue = FakeSqs(Fate(step))
    with TemporaryDirectory() as folder:
        checkpoint = Checkpoint(Path(folder) / "checkpoint", SCOPE)
        try:
            backfill(ages).run(outbox(queue), Pace(), MortalCheckpoint.of(checkpoint, queue.fate))
        except Killed:
            backfill(ages).run(outbox(queue), Pace(), MortalCheckpoint.of(checkpoint, queue.fate))
        assert [] == list(Path(folder).iterdir())
    named = keys(queue)
    assert names == set(named)
    assert len(named) <= len(names) + 10


def test_what_is_younger_than_a_minute_or_older_than_since_is_passed_over() -> None:
    """The young ones' own events are under way; a minute is long enough, and since is included."""
    queue, work = FakeSqs(), backfill({"a": 59, "b": 60, "c": HOUR, "d": HOUR + 1, "x/e": 120}, since_seconds=HOUR)
    work.run(outbox(queue), Pace(), None)
    assert (["b", "c", "x/e"], Backfilled(3, 1, 1)) == (keys(queue), work.done)


def test_only_the_prefix_is_named() -> None:
    """By key."""
    queue = FakeSqs()
    backfill({"a/1": HOUR, "ab": HOUR, "b": HOUR}, prefix="a/").run(outbox(queue), Pace(), None)
    assert ["a/1"] == keys(queue)


def test_an_entry_that_was_not_taken_is_sent_again_alone() -> None:
    """A batch call succeeds as a whole while an entry of it fails."""
    queue = FakeSqs(refusals=[{"Code": "InternalError", "SenderFault": False}] * 2)
    backfill(dict.fromkeys("abcd", HOUR)).run(outbox(queue), Pace(), None)
    assert ([4, 1, 1], list("abcd")) == (queue.batches, keys(queue))


@pytest.mark.parametrize(
    ("code", "sender", "error", "calls"),
    [("InternalError", False, StoreUnavailable, 6), ("InvalidMessageContents", True, OperationRefused, 1)],
)
def test_an_entry_that_is_never_taken_ends_it(code: str, sender: bool, error: type[Exception], calls: int) -> None:  # noqa: FBT001 - a parameter
    """With the code and the setting; what may pass is for later, after some attempts, and the rest is for a person."""
    queue = FakeSqs(refusals=[{"Code": code, "SenderFault": sender}] * 20)
    with pytest.raises(error, match=f"TICKETS_QUEUE_URL: AWS refused: {code}"):
        backfill({"a": HOUR}).run(outbox(queue), Pace(), None)
    assert calls == len(queue.batches)


def test_a_rate_is_kept_over_batches() -> None:
    """25 messages at 5 a second: the last batch begins when 20 were paid for."""
    moment, waits = [100.0], []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        moment[0] += seconds

    backfill({f"{n:02}": HOUR for n in range(25)}).run(
        outbox(FakeSqs()), Pace(5, clock=lambda: moment[0], sleep=sleep), None
    )
    assert [0.0, 2.0, 2.0] == waits


def test_a_fifo_queue_gets_a_group_for_each_object() -> None:
    """One ticket that has to wait holds back no other."""
    seen: list[tuple[object, object]] = []

    class Fifo(FakeSqs):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, object]]) -> dict[str, object]:  # noqa: N803 - boto3's names
            seen.extend((entry["MessageGroupId"], entry["MessageDeduplicationId"]) for entry in Entries)
            return super().send_message_batch(QueueUrl, Entries)

    backfill({"a": HOUR, "b": HOUR}).run(outbox(Fifo(), "http://queue.fifo"), Pace(), None)
    assert 2 == len(set(seen))


@pytest.mark.parametrize("other", [Scope("b"), Scope("tickets-raw", "p/"), Scope("tickets-raw", "", "2026-01-01")])
def test_the_checkpoint_of_another_backfill_is_refused(tmp_path: Path, other: Scope) -> None:
    """Its key would leave out whatever lies before it. Nothing is sent."""
    path, queue = tmp_path / "checkpoint", FakeSqs()
    Checkpoint(path, other).write("m")
    with pytest.raises(OperationRefused, match="belongs to a backfill of another bucket"):
        backfill({"a": HOUR}).run(outbox(queue), Pace(), Checkpoint(path, SCOPE))
    assert ([], True) == (queue.bodies, path.exists())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"after": "m"}', b"\xff", '{"bucket": 1, "prefix": 2}'])
def test_a_file_that_is_no_checkpoint_is_refused_and_kept(tmp_path: Path, content: str | bytes) -> None:
    """Somebody may have named the wrong file."""
    path = tmp_path / "checkpoint"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(OperationRefused, match="is no checkpoint"):
        Checkpoint(path, SCOPE).read()
    assert path.exists()


def test_a_folder_that_may_not_be_written_is_found_out_before_anything_is_sent(tmp_path: Path) -> None:
    """Not after the first batch."""
    queue = FakeSqs()
    with pytest.raises(OSError, match="No such file"):
        backfill({"a": HOUR}).run(outbox(queue), Pace(), Checkpoint(tmp_path / "no" / "checkpoint", SCOPE))
    assert [] == queue.bodies
