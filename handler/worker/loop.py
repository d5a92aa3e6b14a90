"""The worker's loop: receive, process, answer the queue; until it is told to stop.

A message is deleted when it is settled and hidden for a while when it is not. What happens to a worker in between
costs nothing but time: the message comes back, and what was committed is then a duplicate.
"""

import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from handler.domain.errors import EnrichmentError, StoreUnavailable
from handler.domain.message import Delivery, Outcome
from handler.domain.ports import Queue
from handler.service import EnrichmentService
from handler.service.outage import outage_of
from handler.worker.backoff import Jitter, pause_seconds, retry_seconds

LONG_POLL_SECONDS = 20  # the longest that SQS allows: fewer empty answers to pay for


class Shift(Protocol):
    """How long the worker works."""

    @property
    def over(self) -> bool:
        """Whether it was told to stop."""

    def seconds_left(self) -> float:
        """For the batch in hand; while nobody said stop, what there would be if somebody did now."""

    def rest(self, seconds: float) -> None:
        """Waits, unless it is over sooner."""


class Told(Protocol):
    """Who hears what the worker does."""

    def received(self) -> None:
        """The queue answered a poll."""

    def processed(self, outcomes: Sequence[Outcome]) -> None:
        """A batch was processed."""

    def failed(self, doing: str, errors: Sequence[EnrichmentError]) -> None:
        """The queue refused something."""

    def alive(self) -> None:
        """The loop came round, or a batch in hand made progress."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much at once, and for how long a message in hand is hidden from others."""

    batch_size: int
    visibility_seconds: int
    jitter: Jitter = random.uniform


class Worker:
    """One consumer of one queue. ``heartbeat`` keeps deliveries hidden for as long as its block runs."""

    def __init__(  # noqa: PLR0913 - the world, as the worker sees it
        self,
        queue: Queue,
        service: EnrichmentService,
        *,
        pace: Pace,
        shift: Shift,
        heartbeat: Callable[[Sequence[Delivery]], AbstractContextManager[None]],
        told: Told,
    ) -> None:
        self._queue = queue
        self._service = service
        self._pace = pace
        self._shift = shift
        self._heartbeat = heartbeat
        self._told = told
        self._failures = 0  # in a row: of polls, and of batches that ran into an outage

    def run(self) -> None:
        """Works until the shift is over; then nothing is in hand any more."""
        while not self._shift.over:
            self._told.alive()
            self._turn()

    def _turn(self) -> None:
        deliveries = self._receive()
        if self._shift.over:
            self._release(deliveries)
        elif deliveries:
            self._work_off(deliveries)
        if self._failures:
            self._shift.rest(pause_seconds(self._failures, self._pace.jitter))

    def _receive(self) -> list[Delivery]:
        """A batch, or after a failure one message: if that succeeds, the world is well again."""
        most = 1 if self._failures else self._pace.batch_size
        found: list[Delivery] = []
        try:
            while len(found) < most:
                more = self._queue.receive(most - len(found), 0 if found else LONG_POLL_SECONDS)
                self._told.received()
                found += more
                if not more:
                    break
        except StoreUnavailable as error:
            self._failures += 1
            self._told.failed("receive", [error])
        return found

    def _work_off(self, deliveries: Sequence[Delivery]) -> None:
        with self._heartbeat(deliveries):
            outcomes = self._service.process([one.message for one in deliveries], self._seconds_left)
        self._told.processed(outcomes)
        self._answer(deliveries, outcomes)
        self._failures = self._failures + 1 if outage_of(outcomes) else 0

    def _seconds_left(self) -> float:
        """The core asks before each round, so that a large batch is no stuck loop."""
        self._told.alive()
        return self._shift.seconds_left()

    def _answer(self, deliveries: Sequence[Delivery], outcomes: Sequence[Outcome]) -> None:
        pairs = list(zip(deliveries, outcomes, strict=True))
        again = [(delivery, self._again_after(outcome)) for delivery, outcome in pairs if not outcome.settled]
        self._tell("delete", self._queue.delete([delivery for delivery, outcome in pairs if outcome.settled]))
        self._tell("hide", self._queue.hide([delivery for delivery, _ in again], [seconds for _, seconds in again]))

    def _again_after(self, outcome: Outcome) -> int:
        return 0 if self._shift.over else retry_seconds(outcome, self._pace.visibility_seconds, self._pace.jitter)

    def _release(self, deliveries: Sequence[Delivery]) -> None:
        self._tell("hide", self._queue.hide(deliveries, [0] * len(deliveries)))

    def _tell(self, doing: str, errors: Sequence[EnrichmentError | None]) -> None:
        found = [error for error in errors if error]
        if found:
            self._told.failed(doing, found)
