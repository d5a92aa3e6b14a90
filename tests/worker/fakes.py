"""A queue and a service that behave as told, and an ear."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from handler.domain.errors import EnrichmentError, StoreUnavailable
from handler.domain.message import Delivery, Disposition, Message, Outcome, RecordOutcome
from handler.service import EnrichmentService
from handler.worker.loop import Pace, Worker


def delivery(name: str, receive_count: int = 1) -> Delivery:
    return Delivery(Message(name, "{}", receive_count=receive_count), f"receipt-{name}")


def outcome(message: Message, disposition: Disposition, error: Exception | None = None) -> Outcome:
    return Outcome(message, (RecordOutcome(disposition, error=error),))


@dataclass
class FakeQueue:
    """Gives ``batches``, one a receive, an error where there is one; then nothing, and ``empty`` is called."""

    batches: list[list[Delivery] | Exception] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[tuple[str, int]] = field(default_factory=list)
    refuses: bool = False

    def receive(self, most: int, wait_seconds: int) -> Sequence[Delivery]:
        self.asked.append((most, wait_seconds))
        found = self.batches.pop(0) if self.batches else []
        if isinstance(found, Exception):
            raise found
        return found

    def delete(self, deliveries: Sequence[Delivery]) -> Sequence[EnrichmentError | None]:
        self.deleted += [one.message.message_id for one in deliveries]
        return self._answer(deliveries)

    def hide(self, deliveries: Sequence[Delivery], seconds: Sequence[int]) -> Sequence[EnrichmentError | None]:
        self.hidden += [(one.message.message_id, hidden) for one, hidden in zip(deliveries, seconds, strict=True)]
        return self._answer(deliveries)

    def _answer(self, deliveries: Sequence[Delivery]) -> Sequence[EnrichmentError | None]:
        return [StoreUnavailable("refused") if self.refuses else None for _ in deliveries]


def work_off(queue: FakeQueue, service: EnrichmentService) -> None:
    """What a worker does with all that the queue has."""
    ear = Ear()

    class Shift:
        over = property(lambda _: not queue.batches and bool(ear.batches))

        def seconds_left(self) -> float:
            return 60.0

        def rest(self, seconds: float) -> None:
            raise AssertionError("there is no outage to wait for")

    pace = Pace(100, 360)
    Worker(queue, service, pace=pace, shift=Shift(), heartbeat=lambda _: nullcontext(), told=ear).run()


@dataclass
class Ear:
    """Hears what a worker tells."""

    batches: list[list[Outcome]] = field(default_factory=list)
    failures: list[tuple[str, int]] = field(default_factory=list)
    signs_of_life: int = 0
    answered: int = 0

    def received(self) -> None:
        self.answered += 1

    def processed(self, outcomes: Sequence[Outcome]) -> None:
        self.batches.append(list(outcomes))

    def failed(self, doing: str, errors: Sequence[EnrichmentError]) -> None:
        self.failures.append((doing, len(errors)))

    def alive(self) -> None:
        self.signs_of_life += 1
