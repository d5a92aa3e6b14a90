"""S3: versions, and events that come at least once, late and in any order.

Sequencers: compared as hexadecimal numbers padded on the left to one length.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from handler.domain.errors import TicketNotFound
from handler.domain.message import S3Object
from tests.promise.queue import Clock


@dataclass(frozen=True)
class Put:
    """One object that was put. ``sequencer`` is a number; the event spells it in hexadecimal."""

    bucket: str
    key: str
    version: str | None
    time_ms: int
    sequencer: int

    @property
    def mark(self) -> str:
        """Text that stands in every message which names this put, and in no other."""
        return f'"sequencer": "{self.sequencer:X}"'

    def record(self) -> dict[str, Any]:
        """The record of its event."""
        moment = datetime.fromtimestamp(self.time_ms / 1000, UTC)
        named = {"key": quote_plus(self.key), "sequencer": f"{self.sequencer:X}"}
        pinned = {"versionId": self.version} if self.version else {}
        return {
            "eventVersion": "2.1",
            "eventName": "ObjectCreated:Put",
            "eventTime": f"{moment:%Y-%m-%dT%H:%M:%S}.{self.time_ms % 1000:03}Z",
            "s3": {"bucket": {"name": self.bucket}, "object": {**named, **pinned}},
        }


@dataclass
class Bucket:
    """A bucket with or without versions."""

    name: str
    versioned: bool
    clock: Clock
    objects: dict[S3Object, bytes] = field(default_factory=dict)
    _sequencer: int = 0xFFF  # soon of one digit more: as text 1000 sorts before FFF
    _puts: int = 0

    def put(self, key: str, content: bytes) -> Put:
        """Stores a new version, or in a bucket without versions in the place of the old one."""
        self._sequencer += 1
        self._puts += 1
        version = f"v{self._puts}" if self.versioned else None
        for location in (S3Object(self.name, key), S3Object(self.name, key, version)):
            self.objects[location] = content
        return Put(self.name, key, version, self.clock.now_ms, self._sequencer)

    def get(self, location: S3Object) -> bytes:
        """The object. Raises TicketNotFound."""
        try:
            return self.objects[location]
        except KeyError:
            raise TicketNotFound("the object that the message names is not there") from None
