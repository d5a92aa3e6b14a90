"""One message for every ticket that lies in the raw bucket: after events were lost, or to enrich all of it again."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handler.operations.checkpoint import Checkpoint
from handler.operations.listing import Bucket, Listed
from handler.operations.notification import notification
from handler.operations.outbox import Outbox
from handler.sqs.batches import MAX_ENTRIES

# S3 sends the events of these itself. And they may yet be edited within the second that the listing shows, whose last
# millisecond our message claims: the edit would look older than what it edits.
YOUNGEST_SECONDS = 60


@dataclass(slots=True)
class Backfilled:
    """What was done so far: messages sent, objects passed over because they are too young, and too old."""

    sent: int = 0
    too_young: int = 0
    before_since: int = 0


@dataclass(slots=True)
class Pace:
    """At most ``rate`` messages a second, however they are batched; None for as fast as it goes."""

    rate: float | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _free_at: float = 0.0

    def wait(self, messages: int) -> None:
        """Returns when ``messages`` more may be sent."""
        if self.rate is None:
            return
        now = self.clock()
        self.sleep(max(0.0, self._free_at - now))
        self._free_at = max(now, self._free_at) + messages / self.rate


@dataclass(frozen=True, slots=True)
class Backfill:
    """The objects of ``bucket`` under ``prefix``, modified at ``since`` or later, as messages to ``outbox``."""

    bucket: Bucket
    prefix: str
    since: datetime | None
    done: Backfilled

    def run(self, outbox: Outbox, pace: Pace, checkpoint: Checkpoint | None) -> None:
        """Sends them all. Begun anew after any kind of end it goes on, and sends one batch twice at most."""
        after = checkpoint.read() if checkpoint else ""
        if checkpoint:
            checkpoint.write(after)  # a folder that may not be written is found out before anything is sent
        for batch in self._batches(after):
            pace.wait(len(batch))
            outbox.send_all([self._entry(n, listed, fifo=outbox.is_fifo) for n, listed in enumerate(batch)])
            self.done.sent += len(batch)
            if checkpoint:
                checkpoint.write(batch[-1].key)
        if checkpoint:
            checkpoint.remove()

    def count(self, checkpoint: Checkpoint | None) -> None:
        """Counts in ``done`` what ``run`` would send."""
        for batch in self._batches(checkpoint.read() if checkpoint else ""):
            self.done.sent += len(batch)

    def _batches(self, after: str) -> Iterator[list[Listed]]:
        batch: list[Listed] = []
        for listed in self._wanted(after):
            batch.append(listed)
            if len(batch) == MAX_ENTRIES:
                yield batch
                batch = []
        if batch:
            yield batch

    def _wanted(self, after: str) -> Iterator[Listed]:
        for listed in self.bucket.objects(self.prefix, after):
            if self.since and listed.last_modified < self.since:
                self.done.before_since += 1
            elif listed.age_seconds < YOUNGEST_SECONDS:
                self.done.too_young += 1
            else:
                yield listed

    def _entry(self, number: int, listed: Listed, *, fifo: bool) -> dict[str, Any]:
        body = notification(self.bucket.name, listed.key, listed.last_modified)
        entry: dict[str, Any] = {"Id": str(number), "MessageBody": body}
        if fifo:
            digest = hashlib.sha256(body.encode()).hexdigest()  # a group each: one that has to wait holds back no other
            entry |= {"MessageGroupId": digest, "MessageDeduplicationId": digest}
        return entry
