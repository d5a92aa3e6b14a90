"""The Lambda function behind its pollers.

An invocation has an execution environment to itself: a warm one if one is free, else a new one, whose start is billed
(https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/). Assumptions: the one that was used last is taken
first, environments are kept for ten minutes, and each poller has its answer at once.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.costs import MB_PER_VCPU
from benchmarks.scaling.backlog import Backlog
from benchmarks.scaling.pollers import FIRST, Pollers
from benchmarks.scaling.run import Batch, Run
from benchmarks.scaling.workload import Workload

KEPT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class EventSource:
    """As template.yaml has it. ``first``: pollers at first, AWS's and not ours to choose."""

    batch_size: int
    window_seconds: float
    maximum_concurrency: int
    memory_mb: int
    first: int = FIRST

    @property
    def vcpus(self) -> float:
        """One for each 1,769 MB; below one, time grows in proportion."""
        return self.memory_mb / MB_PER_VCPU


class Function:
    """Tickets in, batches out."""

    def __init__(self, arrivals: Sequence[float], workload: Workload, source: EventSource, horizon: float) -> None:
        self._backlog = Backlog(arrivals)
        self._workload = workload
        self._source = source
        self._pollers = Pollers(source.maximum_concurrency, source.first)
        self._busy: list[float] = []  # a heap of when each is done
        self._warm: list[float] = []  # since when each is free, the latest last
        self._run = Run(horizon)

    def work_off(self) -> Run:
        """Until every ticket is done."""
        now: float | None = 0.0
        while now is not None:
            self._release(now)
            while self._ready(now) and len(self._busy) < self._pollers.limit(now):
                self._invoke(now)
            self._pollers.saw(now, waiting=self._ready(now))
            self._run.level(now, len(self._busy))
            now = self._next(now)
        return self._run

    def _release(self, now: float) -> None:
        while self._busy and self._busy[0] <= now:
            self._warm.append(heapq.heappop(self._busy))

    def _ready(self, now: float) -> bool:
        """A batch is full, or its first message has waited for the window."""
        waiting = self._backlog.waiting(now)
        return waiting >= self._source.batch_size or (waiting > 0 and self._due() <= now)

    def _due(self) -> float:
        return self._backlog.oldest() + self._source.window_seconds

    def _invoke(self, now: float) -> None:
        arrivals = self._backlog.take(now, self._source.batch_size)
        seconds = self._workload.seconds(len(arrivals), self._source.vcpus)
        seconds += 0.0 if self._find_warm(now) else self._start_cold()
        heapq.heappush(self._busy, now + seconds)
        self._run.batches.append(Batch(now, now + seconds, arrivals))
        self._run.paid_seconds += seconds

    def _find_warm(self, now: float) -> bool:
        if self._warm and now - self._warm[-1] <= KEPT_SECONDS:
            self._warm.pop()
            return True
        self._warm.clear()  # the others have been idle for longer
        return False

    def _start_cold(self) -> float:
        self._run.cold_starts += 1
        return self._workload.cold_seconds

    def _next(self, now: float) -> float | None:
        moments = [self._pollers.next_growth(), self._busy[0] if self._busy else None]
        if not self._ready(now):  # else every poller is busy, and one more message changes nothing
            moments.append(self._backlog.next_arrival())
            moments.append(self._due() if self._backlog.waiting(now) else None)
        return min((moment for moment in moments if moment is not None), default=None)
