"""Everything that is stored of one ticket, removed: where it comes from first, so that nothing makes it again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handler.domain.message import InlineTicket, Message, S3Object
from handler.domain.ticket import TICKET_ID
from handler.domain.version import TicketKey
from handler.operations.access import QUEUE_URL, naming
from handler.operations.dead_letters import Letter, Shelf, approximate_messages
from handler.operations.listing import Bucket, Version
from handler.operations.raw_tickets import Holds, RawFound, RawTickets
from handler.operations.rows import Rows
from handler.sqs.envelope import Envelope

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def is_ticket_id(text: str) -> bool:
    """Whether a ticket may be called that."""
    return re.fullmatch(TICKET_ID, text) is not None and text not in {".", ".."}


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of the ticket before anything is removed."""

    raw: RawFound
    rows: tuple[TicketKey, ...]
    enriched: int

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.raw.keys or self.rows or self.enriched)


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, in the order in which it was."""

    raw: tuple[Version, ...]
    rows: tuple[TicketKey, ...]
    enriched: tuple[Version, ...]

    def to_row(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "raw": [_named(version) for version in self.raw],
            "rows": [key._asdict() for key in self.rows],
            "enriched": [_named(version) for version in self.enriched],
        }


@dataclass(frozen=True, slots=True)
class Erasure:
    """One ticket, and every place where it is stored."""

    ticket_id: str
    raw: RawTickets
    rows: Rows
    enriched: Bucket

    def find(self, prefix: str) -> Found:
        """Reads the raw bucket under ``prefix``; removes nothing."""
        enriched = sum(1 for _ in self._enriched())
        return Found(self.raw.find(prefix), tuple(self.rows.of(self.ticket_id)), enriched)

    def remove(self, found: Found) -> Removed:
        """Removes raw objects, then rows, then enriched objects.

        A message that is delivered again finds no raw object any more and becomes a dead letter. Rows and enriched
        objects are listed again, since an attempt may have added to them. One that is under way may yet do so.
        """
        raw = tuple(self.raw.remove(found.raw.keys))
        rows = tuple(self.rows.of(self.ticket_id))
        for key in rows:
            self.rows.delete(key)
        return Removed(raw, rows, tuple(self.enriched.delete(self._enriched())))

    def _enriched(self) -> Iterator[Version]:
        # With the slash: T-1 is none of T-11's prefixes.
        return (version for page in self.enriched.version_pages(f"{self.ticket_id}/") for version in page)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whether a letter names the ticket: as itself, or by the key of an object that was the ticket's."""

    raw: RawTickets
    keys: frozenset[str]
    envelope: Envelope

    def count(self, shelf: Shelf) -> int:
        """How many of the queue's letters name it, copies counted once."""
        return len({letter.identity for page in shelf.pages() for letter in page if self.has(letter)})

    def has(self, letter: Letter) -> bool:
        """See above."""
        return any(self._is_meant(r.origin) for r in self.envelope.decode(Message(letter.message_id, letter.body)))

    def _is_meant(self, origin: object) -> bool:
        if isinstance(origin, InlineTicket):
            return self.raw.look(origin.text) is Holds.THIS
        return isinstance(origin, S3Object) and origin.key in self.keys


def queue_length(client: "SQSClient", url: str) -> int:
    """About how many messages the queue holds: shown, in hands, and delayed."""
    kinds = ("", "NotVisible", "Delayed")
    with naming("SQS", QUEUE_URL):
        return approximate_messages(client, url, *(f"ApproximateNumberOfMessages{kind}" for kind in kinds))


def _named(version: Version) -> dict[str, str]:
    return {"key": version.key, "version_id": version.version_id}
