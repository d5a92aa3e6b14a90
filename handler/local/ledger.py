"""What was put into the raw bucket, in order: what the audit holds the results against."""

from dataclasses import asdict, dataclass
from typing import Any

from handler.domain.version import TicketKey


@dataclass(frozen=True, slots=True)
class Entry:
    """One object that was put. ``order`` counts the puts; what holds no valid ticket has no ticket and no hash."""

    order: int
    label: str
    bucket: str
    key: str
    sha256: str
    ticket: TicketKey | None = None
    content_hash: str | None = None

    def to_row(self) -> dict[str, Any]:
        """The entry as a JSON object."""
        return asdict(self) | {"ticket": None if self.ticket is None else self.ticket._asdict()}


Ledger = tuple[Entry, ...]
