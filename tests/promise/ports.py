"""The ports of the service on the simulated AWS: every request is a step at which a fault may strike.

DynamoDB's rules: [A] https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
[B] https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html (UnprocessedKeys)
[C] https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handler.domain.errors import EnrichmentError, StoreUnavailable
from handler.domain.message import DeadLetter, S3Object
from handler.domain.version import CommittedRow, EnrichedVersion, TicketKey, TicketVersion
from handler.storage.memory import MemoryStore
from tests.promise.bucket import Bucket
from tests.promise.queue import Queue
from tests.promise.world import World


@dataclass
class SimulatedSource:
    """A TicketSource."""

    world: World
    bucket: Bucket

    def fetch(self, location: S3Object) -> bytes:
        return self.world.call(f"get {location.key} {location.version_id}", lambda: self.bucket.get(location))


@dataclass
class SimulatedStore:
    """A ResultStore: the memory's, whose conditions are atomic [A], behind a network that may leave keys unread [B].

    A read sees every write before it: the handler's reads are consistent ones [C]. ``regressions``: rows moved back.
    """

    world: World
    memory: MemoryStore
    regressions: list[str] = field(default_factory=list)

    def read(self, keys: Sequence[TicketKey]) -> Mapping[TicketKey, CommittedRow | None]:
        rows = dict(self.world.call(f"read {len(keys)} rows", lambda: self.memory.read(keys)))
        return {key: row for key, row in rows.items() if not self.world.strikes("leave a key unread", key.ticket_id)}

    def write(self, result: EnrichedVersion) -> str:
        return self.world.call(f"write object {_named(result)}", lambda: self.memory.write(result))

    def commit(self, result: EnrichedVersion, s3_key: str) -> bool:
        return self.world.call(f"commit row {_named(result)}", lambda: self._watched(result, s3_key))

    def advance(self, version: TicketVersion) -> bool:
        return self.world.call(f"advance row {version.key.ticket_id}", lambda: self.memory.advance(version))

    def _watched(self, result: EnrichedVersion, s3_key: str) -> bool:
        before = self.memory.rows.get(result.version.key)
        committed = self.memory.commit(result, s3_key)
        after = self.memory.rows[result.version.key]
        if before and after.source_order < before.source_order:
            self.regressions.append(f"the row of {result.version.key.ticket_id} moved back")
        if not committed:
            self.world.note("the condition failed")
        return committed


def _named(result: EnrichedVersion) -> str:
    return f"{result.enriched.ticket.ticket_id} {result.enriched.ticket.customer_id}"


@dataclass
class SimulatedDeadLetters:
    """DeadLetters: one batch call, of which single entries may fail."""

    world: World
    queue: Queue

    def send(self, letters: Sequence[DeadLetter]) -> Sequence[EnrichmentError | None]:
        try:
            return self.world.call(f"send {len(letters)} dead letters", lambda: [self._send(one) for one in letters])
        except StoreUnavailable as error:
            return [error] * len(letters)

    def _send(self, letter: DeadLetter) -> EnrichmentError | None:
        if self.world.strikes("refuse an entry", letter.message.message_id):
            return StoreUnavailable("this entry failed")
        attributes = {
            "ErrorCode": letter.error.code,
            "SourceMessageId": letter.message.message_id,
            "SourceTime": str(letter.record.time_ms),
        }
        token = f"{letter.message.message_id}:{letter.index}" if self.queue.fifo else None
        self.queue.send(letter.record.raw, attributes, group=letter.message.group_id, token=token)
        return None
