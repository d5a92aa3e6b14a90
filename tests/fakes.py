"""The world, made small: stages and stores that behave, and can be told to fail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from handler.domain.errors import EnrichmentError, StoreUnavailable
from handler.domain.message import DeadLetter, S3Object
from handler.domain.ports import Summary
from handler.domain.ticket import RawTicket
from handler.domain.version import CommittedRow, EnrichedVersion, TicketKey, TicketVersion
from handler.pipeline.base import Computation, Draft, Label, Pipeline
from handler.pipeline.work import whole
from handler.storage.memory import MemoryStore


def no_fault(*_: object) -> None:
    """The fault that never happens."""


@dataclass
class FakeStage:
    """Gives every ticket every signal, and keeps what it saw. ``fault`` may raise for a batch of tickets."""

    name: str = "fake"
    needs: tuple[str, ...] = ()
    fault: Callable[[Sequence[RawTicket]], None] = no_fault
    batches: list[list[str]] = field(default_factory=list)

    work = staticmethod(whole)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        self.batches.append([ticket.ticket_id for ticket in tickets])
        self.fault(tickets)
        return [_filled(ticket, draft) for ticket, draft in zip(tickets, drafts, strict=True)]


def _filled(ticket: RawTicket, draft: Draft) -> Draft:
    label = Label("bug_report", 0.9, "prototype", "high", ("fails",))
    return replace(
        draft,
        subject=ticket.subject,
        body=ticket.body,
        embedding=np.eye(1, 384, dtype=np.float32)[0],
        intent=label,
        intents=(("bug_report", 0.9),),
        urgency=replace(label, value="high"),
        sentiment=replace(label, value="NEUTRAL"),
        language=replace(label, value="en"),
        summary=Summary(ticket.subject, "verbatim"),
    )


def computation(pipeline_version: int = 1) -> Computation:
    """A computation that names nothing real."""
    return Computation(pipeline_version, "fast", "ctranslate2", {"minilm": "0" * 12}, "t" * 12, "f" * 64)


def pipeline(*stages: FakeStage, version: int = 1) -> Pipeline:
    """A pipeline of fake stages."""
    return Pipeline(stages or [FakeStage()], computation(version))


@dataclass
class FaultyStore:
    """A MemoryStore that raises what ``fault`` raises before each call, told its name."""

    inner: MemoryStore = field(default_factory=MemoryStore)
    fault: Callable[[str], None] = no_fault

    def read(self, keys: Sequence[TicketKey]) -> Mapping[TicketKey, CommittedRow | None]:
        self.fault("read")
        return self.inner.read(keys)

    def write(self, result: EnrichedVersion) -> str:
        self.fault("write")
        return self.inner.write(result)

    def commit(self, result: EnrichedVersion, s3_key: str) -> bool:
        self.fault("commit")
        return self.inner.commit(result, s3_key)

    def advance(self, version: TicketVersion) -> bool:
        self.fault("advance")
        return self.inner.advance(version)


class DownSource:
    """A source that does not answer."""

    def fetch(self, location: S3Object) -> bytes:
        raise StoreUnavailable("S3 did not answer")


@dataclass
class RefusingDeadLetters:
    """A dead-letter queue that takes nothing."""

    def send(self, letters: Sequence[DeadLetter]) -> Sequence[EnrichmentError | None]:
        return [StoreUnavailable("SQS did not take the letter") for _ in letters]
