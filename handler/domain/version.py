"""Which ticket is meant, which of two versions is newer, and which result may replace which.

Everything here is compared against the committed row, never against a neighbour in the batch, so every order of
processing ends in the same row.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

from handler.domain.enriched import EnrichedTicket
from handler.domain.ticket import RawTicket

PIPELINE_VERSION = 1
"""Raised when the enrichment changes so much that stored tickets should be enriched again."""

TIME_DIGITS = 13  # Unix milliseconds have 13 digits until the year 2286
SEQUENCER_DIGITS = 32  # S3's are 16 to 18 hexadecimal digits; AWS compares them after padding on the left


class TicketKey(NamedTuple):
    """A ticket's identity: the same ticket_id with another created_at is another ticket."""

    ticket_id: str
    created_at: int


@dataclass(frozen=True, slots=True)
class TicketVersion:
    """One version of one ticket. ``source_order`` is compared as text and is a total order."""

    key: TicketKey
    content_hash: str
    source_order: str


@dataclass(frozen=True, slots=True)
class CommittedRow:
    """What the table says of a ticket: the part that decides."""

    content_hash: str
    source_order: str
    pipeline_version: int
    status: Literal["complete", "partial"]
    s3_key: str


@dataclass(frozen=True, slots=True)
class EnrichedVersion:
    """A result that wants to be the committed row."""

    version: TicketVersion
    enriched: EnrichedTicket
    pipeline_version: int

    @property
    def status(self) -> Literal["complete", "partial"]:
        """Whether every stage gave its signal."""
        return self.enriched.enrichment.status


class Verdict(StrEnum):
    """What is to be done with a version, given the committed row."""

    RUN = "run"
    DUPLICATE = "duplicate"
    STALE = "stale"


def content_hash(ticket: RawTicket) -> str:
    """SHA-256 over the canonical JSON of the unmasked ticket, 64 hexadecimal digits."""
    return hashlib.sha256(ticket.canonical_json().encode()).hexdigest()


def version_of(ticket: RawTicket, time_ms: int, sequencer: str) -> TicketVersion:
    """The version that ``ticket`` is, seen by its source at ``time_ms`` with S3's ``sequencer`` (or none).

    A ticket that says when it was written cannot be newer than that: a late copy of an old edit stays old.
    """
    digest = content_hash(ticket)
    seen = time_ms if ticket.updated_at is None else min(time_ms, ticket.updated_at * 1000)
    order = f"{seen:0{TIME_DIGITS}d}:{sequencer.upper():0>{SEQUENCER_DIGITS}}:{digest}"
    return TicketVersion(TicketKey(ticket.ticket_id, ticket.created_at), digest, order)


def judge(version: TicketVersion, pipeline_version: int, row: CommittedRow | None) -> Verdict:
    """What to do with ``version`` under ``pipeline_version``, given the committed row."""
    if row is None:
        return Verdict.RUN
    if row.content_hash == version.content_hash:
        settled = row.status == "complete" and pipeline_version <= row.pipeline_version
        return Verdict.DUPLICATE if settled else Verdict.RUN
    return Verdict.STALE if version.source_order < row.source_order else Verdict.RUN


def may_replace(new: EnrichedVersion, row: CommittedRow | None) -> bool:
    """Whether ``new`` may become the row. The stores hold this as their write condition, atomically.

    Other content has to be newer. The same content has to come from a newer pipeline, or be the first complete
    result, and never takes the row's source order back.
    """
    if row is None:
        return True
    if row.content_hash != new.version.content_hash:
        return row.source_order < new.version.source_order
    if new.version.source_order < row.source_order:
        return False
    if row.status == "partial":
        return new.status == "complete"
    return row.pipeline_version < new.pipeline_version


def may_advance(version: TicketVersion, row: CommittedRow | None) -> bool:
    """Whether the row's source order may be raised to that of ``version``: same content, seen later."""
    return row is not None and row.content_hash == version.content_hash and row.source_order < version.source_order
