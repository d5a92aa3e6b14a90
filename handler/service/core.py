"""EnrichmentService: messages in, outcomes out; the only way to enrich and store a ticket.

Every entry point (Lambda, worker, command line) only translates to and from ``process``. The order of its steps is
the promise: nothing is settled before it is stored or dead-lettered, and no model runs for what is already known.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from handler.domain.errors import MalformedMessage, OutOfTime, PartialResult
from handler.domain.message import (
    DeadLetter,
    Disposition,
    Ignored,
    InlineTicket,
    Message,
    Outcome,
    PayloadPointer,
    Record,
    S3Object,
    Unusable,
)
from handler.domain.ports import DeadLetters, ResultStore, TicketSource
from handler.domain.ticket import parse_ticket
from handler.pipeline.base import Draft, Pipeline
from handler.pipeline.enrichment import enriched_ticket
from handler.service.admission import Admission, may_store
from handler.service.case import Case, Job, hold_groups, unsettled
from handler.service.committer import Committer
from handler.service.guard import Guard


class Decoder(Protocol):
    """Messages to the records that they name; a bad message is an Unusable record, not an exception."""

    def decode(self, message: Message) -> list[Record]:
        """The records that the body names."""

    def decode_payload(self, message: Message, payload: bytes) -> list[Record]:
        """The records that the payload names to which the body points."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The world, as the service sees it."""

    decoder: Decoder
    source: TicketSource
    store: ResultStore
    dead_letters: DeadLetters


class EnrichmentService:
    """Enriches and stores the tickets that messages name."""

    def __init__(
        self,
        ports: Ports,
        pipeline: Pipeline,
        *,
        admission: Admission,
        on_partial: Literal["keep", "retry"] = "keep",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._ports = ports
        self._pipeline = pipeline
        self._admission = admission
        self._on_partial = on_partial
        self._now = now
        self._guard = Guard()
        self._committer = Committer(ports.store, pipeline.computation.pipeline_version, self._guard)

    def process(self, messages: Sequence[Message], seconds_left: Callable[[], float]) -> list[Outcome]:
        """One Outcome for each Message, in order; never raises for one message's fault."""
        jobs = [Job.of(message) for message in messages]
        self._unwrap(jobs, self._decode)
        self._unwrap(jobs, self._follow_pointer)
        cases = [case for job in jobs for case in job.cases]
        self._guard.each(lambda case: self._load(case, seconds_left), unsettled(cases))
        self._committer.settle_known(unsettled(cases))
        self._enrich(unsettled(cases), seconds_left)
        self._committer.commit(unsettled(cases), lambda: may_store(seconds_left))
        self._dead_letter(jobs)
        return [job.finish() for job in jobs]

    def _unwrap(self, jobs: Sequence[Job], step: Callable[[Case], None]) -> None:
        """Puts what ``step`` finds inside a case in the place of the case."""
        self._guard.each(step, unsettled(case for job in jobs for case in job.cases))
        for job in jobs:
            job.unwrap()

    def _decode(self, case: Case) -> None:
        case.inside = self._ports.decoder.decode(case.message)

    def _follow_pointer(self, case: Case) -> None:
        if isinstance(case.record.origin, PayloadPointer):
            payload = self._ports.source.fetch(case.record.origin.location)
            case.inside = self._ports.decoder.decode_payload(case.message, payload)

    def _load(self, case: Case, seconds_left: Callable[[], float]) -> None:
        match case.record.origin:
            case Ignored():
                case.settle(Disposition.IGNORED)
            case Unusable(error):
                raise error
            case InlineTicket(text):
                case.take(parse_ticket(text))
            case S3Object() as location:
                self._admission.may_fetch(seconds_left)
                case.take(parse_ticket(self._ports.source.fetch(location)))
            case PayloadPointer():
                raise MalformedMessage("a payload must not point to another payload")

    def _enrich(self, cases: Sequence[Case], seconds_left: Callable[[], float]) -> None:
        """Runs the pipeline once for all contents that the time left admits; equal contents share the run."""
        contents = list({case.version.content_hash: case for case in reversed(cases)}.values())[::-1]
        admitted = contents[: self._admission.admit([case.ticket for case in contents], seconds_left())]
        drafts: dict[str, Draft] = {}
        self._guard.together(lambda: drafts.update(self._drafts(admitted)), cases)
        self._guard.each(lambda case: self._take(case, drafts.get(case.version.content_hash)), unsettled(cases))

    def _drafts(self, cases: Sequence[Case]) -> dict[str, Draft]:
        tickets = [case.ticket for case in cases]
        started = time.perf_counter()
        drafts = self._pipeline.run(tickets)
        self._admission.learn(tickets, time.perf_counter() - started)
        return {case.version.content_hash: draft for case, draft in zip(cases, drafts, strict=True)}

    def _take(self, case: Case, draft: Draft | None) -> None:
        if draft is None:
            raise OutOfTime("not enough time left to fetch, enrich and store it")
        digest = case.version.content_hash
        case.enriched = enriched_ticket(case.ticket, draft, self._pipeline.computation, digest, self._now())
        if self._on_partial == "retry" and case.enriched.enrichment.status == "partial":
            raise PartialResult("a stage failed, and partial results are not kept")

    def _dead_letter(self, jobs: Sequence[Job]) -> None:
        hold_groups(jobs)
        rejected = [pair for job in jobs for pair in job.letters()]
        self._guard.together(lambda: self._send(rejected), [case for case, _ in rejected])
        hold_groups(jobs)

    def _send(self, rejected: Sequence[tuple[Case, DeadLetter]]) -> None:
        errors = self._ports.dead_letters.send([letter for _, letter in rejected]) if rejected else []
        for (case, _), error in zip(rejected, errors, strict=True):
            if error:
                case.settle(Disposition.RETRY, error)
