"""Who takes messages off the simulated queue: Lambda's event source mapping, and the worker.

[1] https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
[2] https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from handler import app
from handler.domain.errors import EnrichmentError, StoreUnavailable
from handler.domain.message import Delivery, Message, Outcome, RecordOutcome
from handler.service import EnrichmentService
from handler.worker.loop import Pace, Worker
from tests.promise.queue import Queue, Received, Refused
from tests.promise.world import World

POLL_SECONDS = 5.0
TIMEOUT_SECONDS = 10.0  # of the function: a sixth of the visibility timeout, as AWS asks for [2]
GRACE_SECONDS = 8.0
RESTART_SECONDS = 2.0


@dataclass
class EventSource:
    """Polls the queue for a function, invokes it, and reads its answer as Lambda does."""

    world: World
    queue: Queue
    sandbox: Callable[[], EnrichmentService]
    batch_size: int = 10
    warm: EnrichmentService | None = None

    def run(self) -> None:
        """For ever. The poller itself is AWS's: nothing kills it, though its own delete may get lost."""
        while True:
            received = self.queue.receive(
                self.batch_size, lambda bound: self.world.choices.below(bound, "receive order")
            )
            if received:
                self._invoke(received)
            self.world.pause(0.1 if received else POLL_SECONDS)

    def _invoke(self, received: Sequence[Received]) -> None:
        self.world.note(f"receives {_names(received)}")
        event = {"Records": [self._record(one) for one in received]}
        deadline = self.world.now + TIMEOUT_SECONDS
        process = self.world.spawn("function", lambda: self._handle(event, deadline), mortal=True, deadline=deadline)
        self.world.join(process)
        if process.error and not isinstance(process.error, Exception):
            self.warm = None  # the sandbox is gone
        ids = [one.stored.message_id for one in received]
        failed = set(ids) if process.error else failed_ids(process.outcome, ids)
        for one in received:
            if one.stored.message_id not in failed and not self.world.strikes("lose a delete", one.stored.message_id):
                self._delete(one)

    def _handle(self, event: dict[str, Any], deadline: float) -> Any:
        self.warm = self.warm or self.sandbox()
        outcomes = self.warm.process(app.messages_of(event), lambda: deadline - self.world.now)
        self.world.note(f"function: {told(outcomes)}")
        return app.answer(outcomes)

    def _delete(self, one: Received) -> None:
        try:
            self.queue.delete(one)
        except Refused:
            self.world.note(f"delete of {one.stored.message_id} refused")

    def _record(self, one: Received) -> dict[str, Any]:
        attributes = {"SentTimestamp": str(one.stored.sent_ms), "ApproximateReceiveCount": str(one.receive_count)}
        return {
            "messageId": one.stored.message_id,
            "body": one.stored.body,
            "attributes": attributes | ({"MessageGroupId": one.stored.group} if one.stored.group else {}),
            "messageAttributes": {
                k: {"stringValue": v, "dataType": "String"} for k, v in one.stored.attributes.items()
            },
            "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:queue{'.fifo' if self.queue.fifo else ''}",
        }


def failed_ids(answer: Any, ids: Sequence[str]) -> set[str]:
    """Which messages come back after ``answer``, with ReportBatchItemFailures [1].

    Nothing, null, an empty list or an empty object: the whole batch succeeded. An identifier that is empty, null, under
    a wrong key or of no message of the batch: the whole batch failed.
    """
    failures = (answer or {}).get("batchItemFailures") or []
    named = [one.get("itemIdentifier") for one in failures]
    return set(named) if set(named) <= set(ids) else set(ids)


@dataclass
class SimulatedQueue:
    """The worker's Queue port on the simulated SQS."""

    world: World
    queue: Queue
    held: dict[str, Received] = field(default_factory=dict)

    def receive(self, most: int, wait_seconds: int) -> Sequence[Delivery]:
        found = self.world.call(
            "receive", lambda: self.queue.receive(most, lambda bound: self.world.choices.below(bound, "receive order"))
        )
        if not found and wait_seconds:
            self.world.pause(wait_seconds)
            found = self.world.call(
                "receive",
                lambda: self.queue.receive(most, lambda bound: self.world.choices.below(bound, "receive order")),
            )
        if found:
            self.world.note(f"receives {_names(found)}")
        self.held |= {one.receipt: one for one in found}
        return [Delivery(self._message(one), one.receipt) for one in found]

    def delete(self, deliveries: Sequence[Delivery]) -> Sequence[EnrichmentError | None]:
        return self._each("delete", deliveries, lambda _, one: self.queue.delete(one))

    def hide(self, deliveries: Sequence[Delivery], seconds: Sequence[int]) -> Sequence[EnrichmentError | None]:
        return self._each("hide", deliveries, lambda i, one: self.queue.change_visibility(one, seconds[i]))

    def _each(
        self, doing: str, deliveries: Sequence[Delivery], act: Callable[[int, Received], None]
    ) -> Sequence[EnrichmentError | None]:
        def entry(i: int, delivery: Delivery) -> EnrichmentError | None:
            if self.world.strikes("refuse an entry", delivery.message.message_id):
                return StoreUnavailable("this entry failed")
            try:
                act(i, self.held[delivery.receipt])
            except Refused as refused:
                return StoreUnavailable(str(refused))
            return None

        if not deliveries:
            return []
        try:
            return self.world.call(
                f"{doing} {len(deliveries)}", lambda: [entry(i, one) for i, one in enumerate(deliveries)]
            )
        except StoreUnavailable as error:
            return [error] * len(deliveries)

    def _message(self, one: Received) -> Message:
        return Message(
            one.stored.message_id,
            one.stored.body,
            one.stored.sent_ms,
            one.stored.attributes.get("SourceTime"),
            one.stored.group if self.queue.fifo else None,
            one.receive_count,
        )


@dataclass
class SimulatedShift:
    """A worker's shift; it ends when the world says SIGTERM, and is then as long as its grace."""

    world: World
    ends: float | None = None

    @property
    def over(self) -> bool:
        if self.ends is None and self.world.strikes("SIGTERM"):
            self.ends = self.world.now + GRACE_SECONDS
        return self.ends is not None

    def seconds_left(self) -> float:
        return GRACE_SECONDS if self.ends is None else self.ends - self.world.now

    def rest(self, seconds: float) -> None:
        self.world.pause(seconds)


@dataclass
class WorkerPod:
    """A worker that is started again whenever it ends or is killed."""

    world: World
    queue: Queue
    start: Callable[[], EnrichmentService]
    batch_size: int = 10

    def run(self) -> None:
        while True:
            process = self.world.spawn("worker", self._live, mortal=True)
            self.world.join(process)
            if isinstance(process.error, Exception):
                raise process.error  # whatever happens, a worker does not fall over
            self.world.pause(RESTART_SECONDS)

    def _live(self) -> None:
        queue = SimulatedQueue(self.world, self.queue)
        pace = Pace(self.batch_size, round(self.queue.visibility), self._jitter)
        shift, heartbeat = SimulatedShift(self.world), self._heartbeat(queue)
        Worker(queue, self.start(), pace=pace, shift=shift, heartbeat=heartbeat, told=self).run()

    def _jitter(self, low: float, high: float) -> float:
        return low + (high - low) * self.world.choices.below(5, "jitter") / 4

    def _heartbeat(self, queue: SimulatedQueue) -> Callable[[Sequence[Delivery]], Any]:
        @contextmanager
        def beating(deliveries: Sequence[Delivery]) -> Iterator[None]:
            seconds = round(self.queue.visibility)
            done: list[bool] = []

            def beat() -> None:
                self.world.pause(seconds / 2)
                while not done:
                    queue.hide(deliveries, [seconds] * len(deliveries))
                    self.world.pause(seconds / 2)

            self.world.spawn("heartbeat", beat, child=True)
            try:
                yield
            finally:
                done.append(True)

        return beating

    def processed(self, outcomes: Sequence[Outcome]) -> None:
        self.world.note(f"worker: {told(outcomes)}")

    def failed(self, doing: str, errors: Sequence[EnrichmentError]) -> None:
        self.world.note(f"worker: {doing} failed for {len(errors)}")

    def received(self) -> None:
        """See loop.Told."""

    def alive(self) -> None:
        """Nothing in a simulation looks whether it is alive."""


def told(outcomes: Sequence[Outcome]) -> str:
    """What became of a batch, in one line."""
    return " ".join(f"{one.message.message_id}={'+'.join(map(_became, one.records))}" for one in outcomes)


def _became(record: RecordOutcome) -> str:
    return f"{record.disposition}({record.code})" if record.code else str(record.disposition)


def _names(received: Sequence[Received]) -> str:
    return " ".join(f"{one.stored.message_id}#{one.receive_count}" for one in received)
