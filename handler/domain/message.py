"""A message, the records that it names, and what became of them."""

from dataclasses import dataclass
from enum import StrEnum

from handler.domain.enriched import EnrichedTicket
from handler.domain.errors import EnrichmentError, PermanentError


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the queue, whatever brought it. ``source_time`` is its SourceTime attribute, unchecked."""

    message_id: str
    body: str
    sent_at_ms: int = 0
    source_time: str | None = None
    group_id: str | None = None
    receive_count: int = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message in hand. ``receipt`` is what the queue wants to see when it is deleted or hidden for longer."""

    message: Message
    receipt: str


@dataclass(frozen=True, slots=True)
class S3Object:
    """Where a ticket lies. ``key`` is decoded; ``version_id`` is None in a bucket without versions."""

    bucket: str
    key: str
    version_id: str | None = None


@dataclass(frozen=True, slots=True)
class InlineTicket:
    """The ticket itself, as JSON text."""

    text: str


@dataclass(frozen=True, slots=True)
class PayloadPointer:
    """Where the original body of a message lies (SQS extended client)."""

    location: S3Object


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to enrich: a test event, or an object that was removed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """A record that can never succeed."""

    error: PermanentError


Origin = S3Object | InlineTicket | PayloadPointer | Ignored | Unusable


@dataclass(frozen=True, slots=True)
class Record:
    """One ticket version that a message names.

    ``raw`` is a body that, sent again, names this record alone: what a dead letter carries. ``time_ms`` is when
    the source saw it, in Unix milliseconds; ``sequencer`` S3's hexadecimal one, or empty.
    """

    origin: Origin
    raw: str
    time_ms: int = 0
    sequencer: str = ""


class Disposition(StrEnum):
    """What became of a record. All but RETRY are final."""

    DONE = "done"
    DUPLICATE = "duplicate"
    STALE = "stale"
    IGNORED = "ignored"
    REJECTED = "rejected"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What became of one record; ``error`` says why it was rejected or has to be tried again."""

    disposition: Disposition
    ticket_id: str | None = None
    error: Exception | None = None
    enriched: EnrichedTicket | None = None

    @property
    def code(self) -> str | None:
        """The error's code: its name in the failure tree, or the class of a bug."""
        if isinstance(self.error, EnrichmentError):
            return self.error.code
        return None if self.error is None else type(self.error).__name__


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message: settled, and so to be acknowledged, when no record is RETRY."""

    message: Message
    records: tuple[RecordOutcome, ...]

    @property
    def settled(self) -> bool:
        """True when the message may leave the queue."""
        return all(record.disposition is not Disposition.RETRY for record in self.records)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that can never succeed, with the reason, on its way to the dead-letter queue."""

    record: Record
    index: int
    message: Message
    error: PermanentError
