"""What lies in the dead-letter queue, by reason: numbers, ids, fields and times, never text or an object's key."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from handler.operations.dead_letters import Letter, Shelf

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One letter. ``time`` is when its source saw it, ISO 8601."""

    message_id: str
    source_message_id: str
    field: str
    time: str


@dataclass(slots=True)
class Reason:
    """The letters of one reason, copies counted once. ``oldest``: SQS drops a letter some days after it was sent."""

    reason: str
    identities: set[str] = field(default_factory=set)
    copies: int = 0
    oldest_ms: int | None = None
    samples: list[Sample] = field(default_factory=list)

    def add(self, letter: Letter) -> None:
        """Counts one more letter."""
        if letter.identity in self.identities:
            self.copies += 1
            return
        self.identities.add(letter.identity)
        self.oldest_ms = min(letter.sent_at_ms, self.oldest_ms or letter.sent_at_ms)
        if len(self.samples) < SAMPLES:
            self.samples.append(_sample(letter))

    def to_row(self) -> dict[str, Any]:
        """The reason as a JSON object."""
        return {
            "reason": self.reason,
            "letters": len(self.identities),
            "copies": self.copies,
            "oldest": iso(self.oldest_ms or 0),
            "samples": [asdict(sample) for sample in self.samples],
        }


@dataclass(frozen=True, slots=True)
class Survey:
    """All reasons, the most frequent first, and SQS's guess at how many letters more there are.

    ``hidden`` are in somebody else's hands, or were in those of a run that was killed; ``not_shown`` lie behind others
    of their group, of which a FIFO queue shows no more while some are looked at.
    """

    reasons: tuple[Reason, ...]
    hidden: int
    not_shown: int

    def to_row(self) -> dict[str, Any]:
        """The survey as a JSON object."""
        rows = [reason.to_row() for reason in self.reasons]
        return {**self.totals(), "reasons": rows}

    def totals(self) -> dict[str, int]:
        """How many letters there are, seen or not."""
        seen = sum(len(reason.identities) for reason in self.reasons)
        return {"letters": seen, "hidden": self.hidden, "not_shown": self.not_shown}


def survey(shelf: Shelf) -> Survey:
    """Looks at every letter of the shelf's queue."""
    hidden = shelf.hidden_count()
    reasons = count(letter for page in shelf.pages() for letter in page)
    return Survey(reasons, hidden, shelf.approximate_count())


def count(letters: Iterable[Letter]) -> tuple[Reason, ...]:
    """The reasons of ``letters``, the most frequent first."""
    reasons: dict[str, Reason] = {}
    for letter in letters:
        reasons.setdefault(letter.reason, Reason(letter.reason)).add(letter)
    return tuple(sorted(reasons.values(), key=lambda reason: (-len(reason.identities), reason.reason)))


def _sample(letter: Letter) -> Sample:
    time = letter.source_time
    shown = iso(int(time)) if time.isascii() and time.isdigit() else ""
    return Sample(letter.message_id, letter.said("SourceMessageId"), letter.said("ErrorField"), shown)


def iso(milliseconds: int) -> str:
    """The moment as text, or nothing for what no calendar has."""
    try:
        return (
            datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )
    except (OverflowError, ValueError, OSError):
        return ""
