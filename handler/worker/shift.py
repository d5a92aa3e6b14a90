"""How long a worker works: until SIGTERM or SIGINT, and then for a grace period at most."""

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)
SIGNALLED = 128  # a shell's exit status for a process that a signal ended, plus the signal


class Shift:
    """See loop.Shift. ``clock`` is in seconds.

    While nobody said stop, a batch is given the whole grace period: what is admitted then fits if somebody does.
    """

    def __init__(self, grace_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._grace = grace_seconds
        self._clock = clock
        self._told = threading.Event()
        self._ends = 0.0

    @property
    def over(self) -> bool:
        """Whether it was told to stop."""
        return self._told.is_set()

    def seconds_left(self) -> float:
        """For the batch in hand."""
        return self._ends - self._clock() if self.over else self._grace

    def rest(self, seconds: float) -> None:
        """Waits, unless it is over sooner."""
        self._told.wait(seconds)

    def end(self, number: int = signal.SIGTERM, _frame: FrameType | None = None) -> None:
        """A signal's handler: the first one ends the shift, the second one the process, at once."""
        if self.over:
            os._exit(SIGNALLED + number)  # what is in hand comes back when its visibility ends
        self._ends = self._clock() + self._grace
        self._told.set()

    def heed_signals(self) -> None:
        """From now on SIGTERM and SIGINT end it."""
        for number in SIGNALS:
            signal.signal(number, self.end)
