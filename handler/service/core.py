"""EnrichmentService: messages in, outcomes out; the only way to enrich and store a ticket.

Every entry point (Lambda, worker, command line) only translates to and from ``process``. The order of its steps is
the promise: nothing is settled before it is stored or dead-lettered, and no model runs for what is already known.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from handler.domain.errors import MalformedMessage
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
from handler.domain.ticket import RawTicket, parse_ticket
from handler.pipeline.base import Pipeline
from handler.service.admission import Admission, may_store, out_of_time
from handler.service.case import Case, Job, hold_groups, unsettled
from handler.service.committer import Committer
from handler.service.enricher import Enricher, OnDeadline, OnPartial
from handler.service.guard import Guard, Spread, side_by_side
from handler.service.rounds import next_round

WARM_UP = RawTicket(
    ticket_id="warm-up", subject="Warm up", body="Every model reads this. " * 30, created_at=0, customer_id="nobody"
)  # long enough to be summarised


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


ROUND_RECORDS = 500  # in memory at once: tickets of 100,000 characters, at up to 4 bytes each, are 0.2 GB then


class EnrichmentService:
    """Enriches and stores the tickets that messages name."""

    def __init__(  # noqa: PLR0913 - what the world is, and what can be set
        self,
        ports: Ports,
        pipeline: Pipeline,
        *,
        admission: Admission,
        on_partial: OnPartial = "keep",
        on_deadline: OnDeadline = "retry",
        now: Callable[[], float] = time.time,
        spread: Spread | None = None,
    ) -> None:
        self._ports = ports
        self._pipeline = pipeline
        self._admission = admission
        self._now = now
        self._guard = Guard(spread or side_by_side())
        self._enricher = Enricher(pipeline, admission, self._guard, on_partial, on_deadline)
        self._committer = Committer(ports.store, pipeline.computation.pipeline_version, self._guard)

    def process(self, messages: Sequence[Message], seconds_left: Callable[[], float]) -> list[Outcome]:
        """One Outcome for each Message, in order; never raises for one message's fault."""
        jobs = [Job.of(message) for message in messages]
        self._unwrap(jobs, self._decode)
        self._unwrap(jobs, self._follow_pointer)
        cases = [case for job in jobs for case in job.cases]
        for start in range(0, len(cases), ROUND_RECORDS):
            self._work_off(cases[start : start + ROUND_RECORDS], seconds_left)
        self._admission.end()
        self._dead_letter(jobs)
        return [job.finish() for job in jobs]

    def warm(self) -> None:
        """Loads every model, by enriching a ticket that nobody sent. Raises RetryableError."""
        self._pipeline.run([WARM_UP])

    def _work_off(self, cases: Sequence[Case], seconds_left: Callable[[], float]) -> None:
        """Loads the records and settles each: those that are known, then round by round what the time admits."""
        self._guard.each(lambda case: self._load(case, seconds_left), unsettled(cases))
        self._committer.settle_known(unsettled(cases))
        while waiting := unsettled(cases):
            admitted = self._enricher.enrich(next_round(waiting), seconds_left(), self._now())
            self._committer.commit(unsettled(admitted), lambda: may_store(seconds_left))
            for case in [] if admitted else unsettled(waiting):
                case.fail(out_of_time())
        for case in cases:
            case.release()

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
                self._admission.may_begin(seconds_left)
            case S3Object() as location:
                self._admission.may_begin(seconds_left)
                case.take(parse_ticket(self._ports.source.fetch(location)))
            case PayloadPointer():
                raise MalformedMessage("a payload must not point to another payload")

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
