"""A function whose time is simulated: it passes only where a stage takes it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Literal

from handler.domain.message import Message, Outcome
from handler.domain.ports import Summary
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft, Pipeline, Stage
from handler.pipeline.haste import AtLeisure
from handler.pipeline.work import whole
from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from tests.factories import RAW_BUCKET
from tests.fakes import FakeStage, computation, no_fault

BEAMS = 10_000.0  # characters' worth of an abstractive summary
SHORT = 300  # characters that are their own summary

Method = Literal["abstractive", "extractive"]


@dataclass
class Clock:
    """Seconds since the start. ``load`` are taken once, by whoever runs first."""

    now: float = 0.0
    load: float = 0.0
    noise: Iterator[float] = field(default_factory=lambda: repeat(1.0))

    def __call__(self) -> float:
        return self.now

    def take(self, seconds: float) -> None:
        self.now += seconds * next(self.noise) + self.load
        self.load = 0.0


@dataclass
class Read:
    """Reads all, at ``rate`` seconds a character's worth. ``batches`` and ``fault`` are as in FakeStage."""

    clock: Clock
    rate: float
    batches: list[list[str]] = field(default_factory=list)
    fault: Callable[[Sequence[RawTicket]], None] = no_fault
    name: str = "read"
    needs: tuple[str, ...] = ()

    work = staticmethod(whole)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        self.batches.append([ticket.ticket_id for ticket in tickets])
        self.fault(tickets)
        self.clock.take(self.rate * sum(self.work(one, hurried=False) for one in tickets))
        return [replace(draft, summary=None) for draft in FakeStage()(tickets, drafts)]  # another stage's


@dataclass
class Summarizing:
    """Summaries that cost by their length: abstractive ones for their beams, too, others where there is none yet."""

    clock: Clock
    rate: float
    method: Method
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return {"abstractive": "summarize", "extractive": "extract"}[self.method]

    def work(self, ticket: RawTicket, *, hurried: bool) -> float:
        if len(ticket.body) <= SHORT or (self.method == "extractive" and not hurried):
            return 0.0
        return whole(ticket, hurried=hurried) + (BEAMS if self.method == "abstractive" else 0)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        missing = [ticket for ticket, draft in zip(tickets, drafts, strict=True) if draft.summary is None]
        self.clock.take(self.rate * sum(self.work(one, hurried=self.method == "extractive") for one in missing))
        said = Summary("s", self.method)
        return [replace(draft, summary=said) if draft.summary is None else draft for draft in drafts]


@dataclass
class Function:
    """A warm function that is invoked again and again. ``rates`` of reading, and of both kinds of summary."""

    clock: Clock
    rates: tuple[float, float, float]
    limit: float
    reserve: float = 1.0
    on_deadline: Literal["retry", "extractive"] = "retry"
    store: MemoryStore = field(default_factory=MemoryStore)

    def __post_init__(self) -> None:
        reading, thorough, quick = self.rates
        self.read = Read(self.clock, reading)
        self.stages: tuple[Stage, ...] = (
            self.read,
            AtLeisure(Summarizing(self.clock, thorough, "abstractive")),
            Summarizing(self.clock, quick, "extractive"),
        )
        ports = Ports(Envelope(RAW_BUCKET), MemorySource(), self.store, MemoryDeadLetters())
        self.service = EnrichmentService(
            ports,
            Pipeline(self.stages, computation(), self.clock),
            admission=Admission(self.reserve),
            on_deadline=self.on_deadline,
        )

    def invoke(self, messages: Sequence[Message]) -> tuple[list[Outcome], float]:
        """The outcomes, and how long it took."""
        started = self.clock.now
        outcomes = self.service.process(messages, self.seconds_left(started))
        return outcomes, self.clock.now - started

    def seconds_left(self, started: float) -> Callable[[], float]:
        return lambda: self.limit - (self.clock.now - started)

    def dearest(self, tickets: Sequence[RawTicket]) -> float:
        """What the most expensive of ``tickets`` takes at leisure, without noise."""
        reading, thorough, _ = self.rates
        summary = Summarizing(self.clock, thorough, "abstractive")
        return max(reading * whole(t, hurried=False) + thorough * summary.work(t, hurried=False) for t in tickets)
