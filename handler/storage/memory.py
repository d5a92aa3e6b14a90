"""The reference behaviour: what the stores promise, in the fewest lines. Tests and the command line use it."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from handler.domain.errors import EnrichmentError, TicketNotFound
from handler.domain.message import DeadLetter, S3Object
from handler.domain.version import CommittedRow, EnrichedVersion, TicketKey, TicketVersion, may_advance, may_replace


@dataclass(slots=True)
class MemorySource:
    """Objects by location."""

    objects: dict[S3Object, bytes] = field(default_factory=dict)

    def fetch(self, location: S3Object) -> bytes:
        """See ports.TicketSource."""
        try:
            return self.objects[location]
        except KeyError:
            raise TicketNotFound("the object that the message names is not there") from None


@dataclass(slots=True)
class MemoryStore:
    """Rows and objects in two dicts; a lock makes the conditions atomic."""

    rows: dict[TicketKey, CommittedRow] = field(default_factory=dict)
    objects: dict[str, EnrichedVersion] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, keys: Sequence[TicketKey]) -> Mapping[TicketKey, CommittedRow | None]:
        """See ports.ResultStore."""
        return {key: self.rows.get(key) for key in keys}

    def write(self, result: EnrichedVersion) -> str:
        """See ports.ResultStore."""
        with self._lock:
            attempt = len(self.objects)
            key = (
                f"{result.version.key.ticket_id}/{result.version.content_hash}/{result.pipeline_version}-{attempt}.json"
            )
            self.objects[key] = result
        return key

    def commit(self, result: EnrichedVersion, s3_key: str) -> bool:
        """See ports.ResultStore."""
        key, version = result.version.key, result.version
        with self._lock:
            allowed = may_replace(result, self.rows.get(key))
            if allowed:
                self.rows[key] = CommittedRow(
                    version.content_hash, version.source_order, result.pipeline_version, result.status, s3_key
                )
        return allowed

    def advance(self, version: TicketVersion) -> bool:
        """See ports.ResultStore."""
        with self._lock:
            row = self.rows.get(version.key)
            if row is None or not may_advance(version, row):
                return False
            self.rows[version.key] = replace(row, source_order=version.source_order)
        return True


class NoStore:
    """Remembers nothing, so that everything is computed: for the command line, which prints its results."""

    def read(self, keys: Sequence[TicketKey]) -> Mapping[TicketKey, CommittedRow | None]:
        """See ports.ResultStore."""
        return dict.fromkeys(keys)

    def write(self, result: EnrichedVersion) -> str:  # noqa: ARG002 - the port's signature
        """See ports.ResultStore."""
        return ""

    def commit(self, result: EnrichedVersion, s3_key: str) -> bool:  # noqa: ARG002 - the port's signature
        """See ports.ResultStore."""
        return True

    def advance(self, version: TicketVersion) -> bool:  # noqa: ARG002 - the port's signature
        """See ports.ResultStore."""
        return True


@dataclass(slots=True)
class MemoryDeadLetters:
    """Letters in a list."""

    letters: list[DeadLetter] = field(default_factory=list)

    def send(self, letters: Sequence[DeadLetter]) -> Sequence[EnrichmentError | None]:
        """See ports.DeadLetters."""
        self.letters.extend(letters)
        return [None] * len(letters)
