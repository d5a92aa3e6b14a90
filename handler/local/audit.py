"""What became of everything that was put, judged by what the table, the enriched bucket and the dead letters say."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from handler.domain.version import TicketKey
from handler.local.ledger import Entry, Ledger

POLL_SECONDS = 0.5


class Fate(StrEnum):
    """What became of one entry of the ledger."""

    ENRICHED = "enriched"
    DUPLICATE = "duplicate"
    STALE = "stale"
    DEAD_LETTERED = "dead-lettered"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read back.

    ``committed``: the content hash of each ticket's row, if the object that the row names is there.
    ``objects``: the ticket id and content hash of every enriched object, committed or not.
    ``dead``: bucket and key of every record in the dead-letter queue, with the error's code or an empty string.
    """

    committed: Mapping[TicketKey, str] = field(default_factory=dict)
    objects: frozenset[tuple[str, str]] = frozenset()
    dead: Mapping[tuple[str, str], str] = field(default_factory=dict)


def classify(ledger: Ledger, evidence: Evidence) -> tuple[Fate, ...]:
    """The fate of each entry, in order."""
    return tuple(_fate(entry, ledger, evidence) for entry in ledger)


def _fate(entry: Entry, ledger: Ledger, evidence: Evidence) -> Fate:
    versions = [e for e in ledger if e.ticket == entry.ticket and e.content_hash is not None]
    if _is_settled(entry, versions, evidence):
        return _kind_of_success(entry, versions, evidence)
    return Fate.DEAD_LETTERED if (entry.bucket, entry.key) in evidence.dead else Fate.LOST


def _is_settled(entry: Entry, versions: Sequence[Entry], evidence: Evidence) -> bool:
    """Whether the ticket's row holds this content, or content that was put later.

    An object alone proves nothing: without a row that is at least as new, it is the orphan of a result that was never
    committed.
    """
    return any(
        evidence.committed.get(version.ticket) == version.content_hash
        for version in versions
        if version.ticket is not None and version.order >= entry.order
    )


def _kind_of_success(entry: Entry, versions: Sequence[Entry], evidence: Evidence) -> Fate:
    if any(v.content_hash == entry.content_hash and v.order < entry.order for v in versions):
        return Fate.DUPLICATE
    return Fate.ENRICHED if _has_result(entry, evidence) else Fate.STALE


def _has_result(entry: Entry, evidence: Evidence) -> bool:
    """Whether this very content was enriched. An edit may have overtaken it in the bucket before it was read."""
    if entry.ticket is None or entry.content_hash is None:
        return False
    is_the_row = evidence.committed.get(entry.ticket) == entry.content_hash
    return is_the_row or (entry.ticket.ticket_id, entry.content_hash) in evidence.objects


def summary(fates: Sequence[Fate]) -> str:
    """The counts, in one line."""
    count = Counter(fates)
    superseded = count[Fate.DUPLICATE] + count[Fate.STALE]
    return (
        f"{len(fates)} sent, {count[Fate.ENRICHED]} enriched, {superseded} duplicate or stale, "
        f"{count[Fate.DEAD_LETTERED]} dead-lettered, {count[Fate.LOST]} lost"
    )


def wait_until_settled(
    ledger: Ledger,
    read: Callable[[], Evidence],
    seconds: float,
    on_progress: Callable[[int], None] = lambda _: None,
    pause: float = POLL_SECONDS,
) -> Evidence:
    """Reads until no entry is lost any more, or the time is up; what was read last.

    An empty queue is no proof: a message may be in somebody's hands, or in nobody's.
    """
    deadline = time.monotonic() + seconds
    while True:
        evidence = read()
        lost = classify(ledger, evidence).count(Fate.LOST)
        on_progress(len(ledger) - lost)
        if not lost or time.monotonic() >= deadline:
            return evidence
        time.sleep(pause)
