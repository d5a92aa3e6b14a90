"""The Deployment's pods, as the autoscaler starts and stops them.

A pod takes what is there up to its batch size and works it off before it asks again (handler/worker/loop.py). Assumptions: a node has
room at once unless ``node_seconds`` says otherwise; the pods that there are at least are warm at the start; the youngest pod is
stopped first, and finishes its batch (in truth it gives back what does not fit its grace).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.scaling.autoscaler import SYNC_SECONDS, Autoscaler, Scaling
from benchmarks.scaling.backlog import Backlog
from benchmarks.scaling.run import Batch, Run
from benchmarks.scaling.workload import Workload

# From the scheduler to the container's creation, the image being on the node: an assumption.
SCHEDULING_SECONDS = 5.0
STOPPING_SECONDS = 20.0  # an idle pod ends its long poll first: `make soak`, docs/reliability.md


@dataclass(frozen=True, slots=True)
class Fleet:
    """How the Deployment is scaled, and what a pod is."""

    scaling: Scaling
    batch_size: int
    vcpus: float
    node_seconds: float = 0.0


@dataclass(slots=True)
class Pod:
    """Ready from ``free`` on, which each batch moves."""

    made: float
    free: float


class Deployment:
    """Tickets in, batches out."""

    def __init__(self, arrivals: Sequence[float], workload: Workload, fleet: Fleet, horizon: float) -> None:
        self._backlog = Backlog(arrivals)
        self._workload = workload
        self._fleet = fleet
        self._autoscaler = Autoscaler(fleet.scaling)
        self._pods = [Pod(0.0, 0.0) for _ in range(fleet.scaling.least)]
        self._in_hand: list[Batch] = []
        self._sync, self._poll = 0.0, 0.0
        self._run = Run(horizon)

    def work_off(self) -> Run:
        """Until every ticket is done and the horizon is reached; then what is still there is paid for so far."""
        now: float | None = 0.0
        while now is not None:
            self._in_hand = [one for one in self._in_hand if one.end > now]
            self._control(now)
            self._receive(now)
            self._run.level(now, len(self._pods))
            now = self._next(now)
        self._run.paid_seconds += sum(self._run.end - pod.made for pod in self._pods)
        return self._run

    def _control(self, now: float) -> None:
        messages = self._backlog.waiting(now) + sum(len(one.arrivals) for one in self._in_hand)
        if self._poll <= now:
            self._resize(now, self._autoscaler.poll(now, messages, len(self._pods)))
            self._poll += self._fleet.scaling.polling
        if self._sync <= now:
            self._resize(now, self._autoscaler.sync(now, messages, len(self._pods)))
            self._sync += SYNC_SECONDS

    def _resize(self, now: float, wanted: int) -> None:
        while len(self._pods) > wanted:
            pod = self._pods.pop()
            self._run.paid_seconds += max(now + STOPPING_SECONDS, pod.free) - pod.made
        while len(self._pods) < wanted:
            start = self._fleet.node_seconds + SCHEDULING_SECONDS + self._workload.cold_seconds
            self._pods.append(Pod(now, now + start))
            self._run.cold_starts += 1

    def _receive(self, now: float) -> None:
        for pod in self._pods:
            if pod.free <= now and self._backlog.waiting(now):
                arrivals = self._backlog.take(now, self._fleet.batch_size)
                pod.free = now + self._workload.seconds(len(arrivals), self._fleet.vcpus)
                batch = Batch(now, pod.free, arrivals)
                self._in_hand.append(batch)
                self._run.batches.append(batch)

    def _next(self, now: float) -> float | None:
        coming = self._backlog.next_arrival()
        waiting = self._backlog.waiting(now)
        if coming is None and not waiting and not self._in_hand and now >= self._run.horizon:
            return None
        moments = [self._sync, self._poll, *(one.end for one in self._in_hand)]
        moments += [pod.free for pod in self._pods if waiting and pod.free > now]
        return min([*moments, *([coming] if coming is not None and not waiting else [])])
