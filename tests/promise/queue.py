"""SQS, standard and FIFO, as AWS documents it; each rule with its source.

[A] https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
[B] https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
[C] https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
[D] https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
[E] https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
[F] https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

MOST_PER_RECEIVE = 10
DEDUPLICATION_SECONDS = 300


@dataclass(eq=False)
class Stored:
    """One message in the queue. ``deleted``: it has left, though a copy of it may turn up once more [C]."""

    message_id: str
    body: str
    sent_ms: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    receives: int = 0
    visible_at: float = 0.0
    receipt: str = ""
    deleted: bool = False


@dataclass(frozen=True)
class Received:
    """What a consumer got in its hand."""

    stored: Stored
    receipt: str
    receive_count: int


class Clock(Protocol):
    """Seconds since the run began, and Unix milliseconds."""

    now: float

    @property
    def now_ms(self) -> int: ...


class Refused(Exception):
    """SQS's answer to a request that it does not fulfil."""


@dataclass
class Queue:
    """A queue. ``reappears`` says whether a deleted message turns up once more [C]."""

    name: str
    clock: Clock
    visibility: float = 60
    fifo: bool = False
    dead_letters: "Queue | None" = None
    max_receives: int = 5
    reappears: Callable[[], bool] = lambda: False
    messages: list[Stored] = field(default_factory=list)
    _sent: int = 0
    _tokens: dict[str, float] = field(default_factory=dict)

    def send(
        self,
        body: str,
        attributes: Mapping[str, str] | None = None,
        *,
        group: str | None = None,
        token: str | None = None,
        delay: float = 0,
    ) -> str | None:
        """Its message id; None where a FIFO queue has taken the same ``token`` within five minutes [D]."""
        if (
            token is not None
            and self._tokens.get(token, -DEDUPLICATION_SECONDS) > self.clock.now - DEDUPLICATION_SECONDS
        ):
            return None
        if token is not None:
            self._tokens[token] = self.clock.now
        self._sent += 1
        found = Stored(f"{self.name}-{self._sent}", body, self.clock.now_ms, dict(attributes or {}), group)
        found.visible_at = self.clock.now + delay
        self.messages.append(found)
        return found.message_id

    def receive(self, most: int, choose: Callable[[int], int] = lambda _: 0) -> list[Received]:
        """Visible messages, hidden from now on for the visibility timeout [A]; ``choose`` picks them below a bound."""
        found: list[Received] = []
        while len(found) < min(most, MOST_PER_RECEIVE) and (visible := self._visible([one.stored for one in found])):
            one = visible[0 if self.fifo else choose(len(visible))]
            if one.receives >= self.max_receives and self.dead_letters and not one.deleted:
                self._move(one)
                continue
            one.receives += 1
            one.visible_at = self.clock.now + self.visibility
            one.receipt = f"{one.message_id}/{one.receives}"
            found.append(Received(one, one.receipt, one.receives))
        return found

    def delete(self, received: Received) -> None:
        """An old receipt may have no effect [E]: here it never has. A FIFO queue refuses one that has expired [E]."""
        one = received.stored
        if self.fifo and one.visible_at <= self.clock.now:
            raise Refused("ReceiptHandleIsInvalid")
        if one.receipt == received.receipt and one in self.messages:
            one.deleted = True
            if not self.reappears():
                self.messages.remove(one)

    def change_visibility(self, received: Received, seconds: float) -> None:
        """Hides the message for ``seconds`` from now on, whatever was left; refused once it is visible again [F]."""
        one = received.stored
        if one not in self.messages or one.visible_at <= self.clock.now or one.receipt != received.receipt:
            raise Refused("MessageNotInflight")
        one.visible_at = self.clock.now + seconds

    def _visible(self, taken: Sequence[Stored]) -> Sequence[Stored]:
        """What may be given after ``taken``. A FIFO group waits while a message of it is in other hands [D]."""
        found = [one for one in self.messages if one.visible_at <= self.clock.now]
        if not self.fifo:
            return found
        elsewhere = {one.group for one in self.messages if one.visible_at > self.clock.now and one not in taken}
        return [one for one in found if one.group not in elsewhere]

    def _move(self, one: Stored) -> None:
        """To the dead-letter queue, after as many receives as are allowed. Attributes and sending time stay [B]."""
        assert self.dead_letters
        self.messages.remove(one)
        self.dead_letters.messages.append(
            Stored(one.message_id, one.body, one.sent_ms, one.attributes, one.group, visible_at=self.clock.now)
        )
