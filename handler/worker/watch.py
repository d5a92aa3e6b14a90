"""How full the queues are, asked now and then: what a worker that receives nothing could not know."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from handler import telemetry
from handler.domain.errors import StoreUnavailable
from handler.sqs.length import Length

EVERY_SECONDS = 30.0  # two requests each time, 0.07 USD a month for each pod; CloudWatch is no fresher
UNKNOWN = math.nan


class Measured(Protocol):
    """A queue that can be measured."""

    def measure(self) -> Length:
        """Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Tells ``meter`` how many messages wait, are in hand, and are dead; not a number, where that is not known."""

    queue: Measured
    dead_letters: Measured
    meter: telemetry.Meter
    every_seconds: float = EVERY_SECONDS
    _said: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Looks while the block runs. A look that hangs keeps nobody: its thread ends with the process."""
        done = threading.Event()
        threading.Thread(target=self._look_on, args=(done,), name="watch", daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _look_on(self, done: threading.Event) -> None:
        self.look()
        while not done.wait(self.every_seconds):
            self.look()

    def look(self) -> None:
        """Once, now."""
        queue, dead = self._measured("queue", self.queue), self._measured("dead letters", self.dead_letters)
        self._tell("QueueWaiting", queue.waiting if queue else UNKNOWN)
        self._tell("QueueInHand", queue.in_hand if queue else UNKNOWN)
        self._tell("DeadLetters", dead.waiting + dead.in_hand if dead else UNKNOWN)
        if queue == Length(0, 0):
            self._tell("OldestReceived", 0)

    def _tell(self, name: str, value: float) -> None:
        telemetry.add(self.meter, name, value)

    def _measured(self, what: str, one: Measured) -> Length | None:
        """None if it could not be had; why is logged once, until it can be again."""
        try:
            found = one.measure()
        except StoreUnavailable as error:
            if self._said.get(what) != str(error):
                self._said[what] = str(error)
                telemetry.logger().warning("cannot be measured", what=what, reason=str(error))
            return None
        self._said.pop(what, None)
        return found
