"""Where in the raw bucket a ticket lies. Keys need not say it, so every version of every object is read."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum

from handler.domain import document
from handler.domain.errors import PermanentError
from handler.domain.message import S3Object
from handler.domain.ports import TicketSource
from handler.operations.access import RAW_BUCKET, naming
from handler.operations.listing import NO_VERSION, THREADS, Bucket, Version


class Holds(Enum):
    """What a version holds."""

    THIS = "this ticket"
    ANOTHER = "another ticket"
    NO_TICKET = "no ticket that can be read"


@dataclass(frozen=True, slots=True)
class RawFound:
    """The keys under which the ticket lies or lay, and how many objects hold no ticket that can be read."""

    keys: tuple[str, ...]
    unread: int


@dataclass(frozen=True, slots=True)
class RawTickets:
    """The raw bucket, read for one ticket. No text of a ticket leaves this object."""

    bucket: Bucket
    source: TicketSource
    ticket_id: str

    def find(self, prefix: str) -> RawFound:
        """Reads everything under ``prefix``, old versions too: what lies below a delete marker is still there."""
        keys: dict[str, None] = {}
        unread = 0
        with ThreadPoolExecutor(THREADS) as pool:
            for page in self.bucket.version_pages(prefix):
                versions = [version for version in page if not version.is_marker]
                for version, held in zip(versions, pool.map(self._holds, versions), strict=True):
                    unread += held is Holds.NO_TICKET
                    if held is Holds.THIS:
                        keys[version.key] = None
        return RawFound(tuple(keys), unread)

    def remove(self, keys: Iterable[str]) -> list[Version]:
        """Deletes all versions and delete markers of ``keys``, but for versions that are another ticket's."""
        return [version for key in keys for version in self._remove(key)]

    def _remove(self, key: str) -> list[Version]:
        versions = [version for page in self.bucket.version_pages(key) for version in page if version.key == key]
        return self.bucket.delete(v for v in versions if v.is_marker or self._holds(v) is not Holds.ANOTHER)

    def _holds(self, version: Version) -> Holds:
        # Without versioning the newest is all there is, and to ask for it by version takes one permission more.
        pinned = None if version.is_latest and version.version_id == NO_VERSION else version.version_id
        try:
            with naming("S3", RAW_BUCKET):
                content = self.source.fetch(S3Object(self.bucket.name, version.key, pinned))
        except PermanentError:  # too large to be read as a ticket, or gone meanwhile
            return Holds.NO_TICKET
        return self.look(content)

    def look(self, content: str | bytes) -> Holds:
        """Whose ticket ``content`` is. One that breaks a rule is somebody's all the same."""
        try:
            value = document.parse(content)
        except document.NotJson:
            return Holds.NO_TICKET
        named = value.get("ticket_id") if isinstance(value, dict) else None
        if not isinstance(named, str):
            return Holds.NO_TICKET
        return Holds.THIS if named == self.ticket_id else Holds.ANOTHER
