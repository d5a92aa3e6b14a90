"""One record of one message on its way through the service, and the message that waits for all of its records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handler.domain.enriched import EnrichedTicket
from handler.domain.errors import HeldBack, PermanentError
from handler.domain.message import DeadLetter, Disposition, InlineTicket, Message, Outcome, Record, RecordOutcome
from handler.domain.ticket import RawTicket
from handler.domain.version import CommittedRow, TicketVersion, version_of


@dataclass(slots=True)
class Case:
    """A record and what has become known of it; ``outcome`` is None until it is settled."""

    message: Message
    index: int
    record: Record
    inside: Sequence[Record] = ()
    row: CommittedRow | None = None
    enriched: EnrichedTicket | None = None
    s3_key: str | None = None
    outcome: RecordOutcome | None = None
    _ticket: RawTicket | None = None
    _ticket_id: str | None = None
    _version: TicketVersion | None = None

    def take(self, ticket: RawTicket) -> None:
        """Takes in the ticket that the record names, and which version of it this is."""
        self._ticket = ticket
        self._ticket_id = ticket.ticket_id
        self._version = version_of(ticket, self.record.time_ms, self.record.sequencer)

    @property
    def ticket(self) -> RawTicket:
        """The validated ticket; asked for only once there is one."""
        assert self._ticket is not None  # noqa: S101 - a bug if not: settled as RETRY like any other
        return self._ticket

    @property
    def version(self) -> TicketVersion:
        """Its version; asked for only once there is one."""
        assert self._version is not None  # noqa: S101 - as above
        return self._version

    @property
    def result(self) -> EnrichedTicket:
        """The enriched ticket; asked for only once there is one."""
        assert self.enriched is not None  # noqa: S101 - as above
        return self.enriched

    def settle(self, disposition: Disposition, error: Exception | None = None) -> None:
        """Says what became of it."""
        ticket_id = self._ticket_id or getattr(error, "ticket_id", None)
        self.outcome = RecordOutcome(disposition, ticket_id, error, self.enriched)

    def release(self) -> None:
        """Forgets what only an unsettled record needs: a batch of long tickets must not pile up in memory."""
        self.inside, self.row, self._ticket, self._version = (), None, None, None

    def fail(self, error: Exception) -> None:
        """Settles by whose fault it is: the message's for good, the world's or a bug's for now."""
        self.settle(Disposition.REJECTED if isinstance(error, PermanentError) else Disposition.RETRY, error)


@dataclass(slots=True)
class Job:
    """A message and the cases of its records: at first one, the body as received."""

    message: Message
    cases: list[Case]

    @classmethod
    def of(cls, message: Message) -> "Job":
        """A message that nothing is known of yet."""
        return cls(message, [Case(message, 0, Record(InlineTicket(message.body), message.body))])

    def unwrap(self) -> None:
        """Replaces each case in which records were found by a case for each of them."""
        self.cases = [
            found
            for case in self.cases
            for found in [Case(self.message, i, record) for i, record in enumerate(case.inside)] or [case]
        ]

    @property
    def retrying(self) -> bool:
        """Whether the message has to stay on the queue."""
        return any(_is(case, Disposition.RETRY) for case in self.cases)

    def letters(self) -> list[tuple[Case, DeadLetter]]:
        """What has to be dead-lettered; nothing while a neighbour in the same message is tried again."""
        rejected = [] if self.retrying else [case for case in self.cases if _is(case, Disposition.REJECTED)]
        return [(case, DeadLetter(case.record, case.index, self.message, _reason(case))) for case in rejected]

    def hold(self) -> None:
        """Keeps the whole message on the queue; what is committed already comes back as a duplicate."""
        for case in self.cases:
            if not _is(case, Disposition.RETRY):
                case.fail(HeldBack("an earlier message of its group has to be tried again"))

    def finish(self) -> Outcome:
        """The message's outcome. A rejection that could not be dead-lettered yet is reported as RETRY."""
        for case in self.cases:
            if self.retrying and _is(case, Disposition.REJECTED):
                case.settle(Disposition.RETRY, _reason(case))
        return Outcome(self.message, tuple(case.outcome for case in self.cases if case.outcome))


def unsettled(cases: Iterable[Case]) -> list[Case]:
    """Those that still have to be worked on."""
    return [case for case in cases if case.outcome is None]


def hold_groups(jobs: Iterable[Job]) -> None:
    """FIFO: after the first message of a group that is tried again, the later ones are too."""
    held: set[str] = set()
    for job in jobs:
        group = job.message.group_id
        if group is None:
            continue
        if group in held:
            job.hold()
        elif job.retrying:
            held.add(group)


def _is(case: Case, disposition: Disposition) -> bool:
    return case.outcome is not None and case.outcome.disposition is disposition


def _reason(case: Case) -> PermanentError:
    error = case.outcome and case.outcome.error
    assert isinstance(error, PermanentError)  # noqa: S101 - fail() rejects for nothing else
    return error
