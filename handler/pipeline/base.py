"""A stage, a draft, and how a batch of tickets runs through the stages.

A stage sees the whole batch, so a model does too. What breaks it is found by halving: the ticket at fault lacks
that stage's signal and says so, and its neighbours keep theirs.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from handler.domain.enriched import Band, Method
from handler.domain.errors import RetryableError
from handler.domain.ports import Summary, Vectors
from handler.domain.ticket import RawTicket


@dataclass(frozen=True, slots=True)
class Label:
    """One signal: its value, how sure (0..1 and in words), how it was found, and the words that speak for it."""

    value: str
    confidence: float
    method: Method
    band: Band
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuses a model's NaN where it arises, so that it costs this signal of this ticket and no more."""
        if not math.isfinite(self.confidence):
            raise ValueError("a confidence must be a number")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a ticket so far. ``subject`` and ``body`` stay empty until they are safe to show.

    ``embedding`` is float32, shape (384,), unit length. ``errors`` and ``seconds`` are by stage name.
    """

    subject: str = ""
    body: str = ""
    pii: Mapping[str, int] = field(default_factory=dict)
    language: Label | None = None
    embedding: Vectors | None = None
    intent: Label | None = None
    intents: tuple[tuple[str, float], ...] = ()
    urgency: Label | None = None
    sentiment: Label | None = None
    summary: Summary | None = None
    truncated: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Subject and body as one text."""
        return f"{self.subject}\n{self.body}".strip()

    def failed(self, stage: str, code: str) -> "Draft":
        """This draft, naming ``stage`` as failed."""
        return replace(self, errors={**self.errors, stage: code})

    def took(self, stage: str, seconds: float) -> "Draft":
        """This draft, with its share of the time that ``stage`` took."""
        return replace(self, seconds={**self.seconds, stage: seconds})


@dataclass(frozen=True, slots=True)
class Computation:
    """What computes, by name and version: it goes into every result. ``fingerprint`` is a hash of all of it."""

    pipeline_version: int
    profile: str
    backend: str
    models: Mapping[str, str]
    taxonomy: str
    fingerprint: str

    @property
    def model_version(self) -> str:
        """The short name of it all."""
        return f"{self.pipeline_version}-{self.fingerprint[:12]}"


class Stage(Protocol):
    """One signal. ``needs`` names the stages without whose signal it cannot run."""

    @property
    def name(self) -> str:
        """Under which errors and timings count it."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of stages that have to have given their signal."""

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> Sequence[Draft]:
        """A new draft for each ticket, in order. Raises whatever it likes; a RetryableError blames no ticket."""


class Pipeline:
    """Stages in order, each over the whole batch. ``computation`` says what they are, by name and version."""

    def __init__(
        self, stages: Sequence[Stage], computation: Computation, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.computation = computation
        self._stages = tuple(stages)
        self._clock = clock

    def run(self, tickets: Sequence[RawTicket]) -> list[Draft]:
        """A draft for each ticket, in order; tickets that say the same share the work. Raises RetryableError."""
        distinct: dict[tuple[str, str, str | None], RawTicket] = {}
        for ticket in tickets:
            distinct.setdefault(_says(ticket), ticket)
        drafts = self._run_distinct(list(distinct.values()))
        by_text = dict(zip(distinct, drafts, strict=True))
        return [by_text[_says(ticket)] for ticket in tickets]

    def _run_distinct(self, tickets: Sequence[RawTicket]) -> list[Draft]:
        drafts = [Draft() for _ in tickets]
        for stage in self._stages:
            drafts = self._run_stage(stage, tickets, drafts)
        return drafts

    def _run_stage(self, stage: Stage, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        ready = [i for i, draft in enumerate(drafts) if not set(stage.needs) & draft.errors.keys()]
        started = self._clock()
        done = _bisect(stage, [tickets[i] for i in ready], [drafts[i] for i in ready])
        share = (self._clock() - started) / max(len(ready), 1)
        blocked = [draft.failed(stage.name, "MissingInput") for draft in drafts]
        for i, draft in zip(ready, done, strict=True):
            blocked[i] = draft.took(stage.name, share)
        return blocked


def _bisect(stage: Stage, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
    """The stage over the batch; where it fails, over each half, down to the ticket that breaks it."""
    if not tickets:
        return []
    try:
        return _run(stage, tickets, drafts)
    except RetryableError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a model library raises: halving finds the ticket at fault
        if len(tickets) == 1:
            return [drafts[0].failed(stage.name, type(error).__name__)]
    half = len(tickets) // 2
    return _bisect(stage, tickets[:half], drafts[:half]) + _bisect(stage, tickets[half:], drafts[half:])


def _run(stage: Stage, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
    found = list(stage(tickets, drafts))
    if len(found) != len(tickets):
        raise ValueError("a stage must give a draft for each ticket")
    return found


def _says(ticket: RawTicket) -> tuple[str, str, str | None]:
    """All that a stage may look at: tickets equal in this get equal drafts."""
    return ticket.subject, ticket.body, ticket.priority
