"""Keeps what is in hand hidden from other consumers, for as long as the models take."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from handler.domain.message import Delivery
from handler.domain.ports import Queue
from handler.worker.loop import Told


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Every ``every_seconds`` the queue is told once more to hide the messages for ``visibility_seconds``."""

    queue: Queue
    every_seconds: float
    visibility_seconds: int
    told: Told

    @contextmanager
    def over(self, deliveries: Sequence[Delivery]) -> Iterator[None]:
        """Beats while the block runs; has stopped when it is left, so that nothing hides what was given back."""
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=(deliveries, done), name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _beat(self, deliveries: Sequence[Delivery], done: threading.Event) -> None:
        while not done.wait(self.every_seconds):
            errors = self.queue.hide(deliveries, [self.visibility_seconds] * len(deliveries))
            failed = [error for error in errors if error]
            if failed:
                self.told.failed("extend", failed)
