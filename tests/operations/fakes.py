"""A bucket and a queue in memory, whose process may be killed at any step."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, cast

from handler.operations.access import RAW_BUCKET
from handler.operations.checkpoint import Checkpoint
from handler.operations.listing import Bucket
from handler.operations.outbox import Outbox

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
PAGE = 7  # keys, so that batches and pages do not end together


class Killed(BaseException):
    """The process is gone; nothing catches it."""


@dataclass
class Fate:
    """Kills at the step of this number; None for never."""

    at: int | None = None
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise Killed


@dataclass
class FakeS3:
    """Objects by key with their age in seconds; lists them as S3 does, by key and in pages."""

    ages: dict[str, float]

    def get_paginator(self, operation: str) -> "FakeS3":
        assert operation == "list_objects_v2"
        return self

    def paginate(self, Bucket: str, Prefix: str, StartAfter: str = "") -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names
        keys = sorted((k for k in self.ages if k.startswith(Prefix) and k > StartAfter), key=str.encode)
        for start in range(0, len(keys), PAGE):
            found = [self._listed(key) for key in keys[start : start + PAGE]]
            yield {"Contents": found, "ResponseMetadata": {"HTTPHeaders": {"date": format_datetime(NOW, usegmt=True)}}}

    def _listed(self, key: str) -> dict[str, Any]:
        return {"Key": key, "LastModified": NOW - timedelta(seconds=self.ages[key]), "Size": 1}


@dataclass
class FakeSqs:
    """Keeps the bodies that it took. ``refusals`` are failures of whole entries, used up one a call."""

    fate: Fate = field(default_factory=Fate)
    bodies: list[str] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.fate.step()
        self.batches.append(len(Entries))
        refused = [self.refusals.pop(0) | {"Id": Entries[-1]["Id"]}] if self.refusals else []
        taken = Entries[: len(Entries) - len(refused)]
        self.bodies += [entry["MessageBody"] for entry in taken]
        self.fate.step()
        return {"Successful": [{"Id": entry["Id"], "MessageId": entry["Id"]} for entry in taken], "Failed": refused}


class MortalCheckpoint(Checkpoint):
    """A checkpoint whose process may be killed before and after each write."""

    fate: Fate

    @classmethod
    def of(cls, checkpoint: Checkpoint, fate: Fate) -> "MortalCheckpoint":
        made = cls(checkpoint.path, checkpoint.scope)
        object.__setattr__(made, "fate", fate)
        return made

    def write(self, after: str) -> None:
        self.fate.step()
        super().write(after)
        self.fate.step()


def bucket(ages: dict[str, float], name: str = "tickets-raw") -> Bucket:
    return Bucket(cast("Any", FakeS3(ages)), name, RAW_BUCKET)


def outbox(queue: FakeSqs, url: str = "http://queue") -> Outbox:
    return Outbox(cast("Any", queue), url, sleep=lambda _: None)
