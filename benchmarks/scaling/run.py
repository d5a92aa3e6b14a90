"""What is known of a run afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True, slots=True)
class Batch:
    """Tickets, by when they came, that one instance worked on."""

    start: float
    end: float
    arrivals: Sequence[float]


@dataclass(slots=True)
class Run:
    """``levels``: instances from a moment on. ``paid_seconds``: of instances, until ``horizon`` or its last batch."""

    horizon: float
    batches: list[Batch] = field(default_factory=list)
    levels: list[tuple[float, int]] = field(default_factory=list)
    paid_seconds: float = 0.0
    cold_starts: int = 0

    def level(self, now: float, instances: int) -> None:
        """Notes a change."""
        if not self.levels or self.levels[-1][1] != instances:
            self.levels.append((now, instances))

    @property
    def end(self) -> float:
        """When it is over."""
        return max([self.horizon, *(one.end for one in self.batches)])

    def ages(self) -> list[float]:
        """From a ticket's arrival to the end of its batch, as the metric QueueAge counts; ascending."""
        return sorted(one.end - came for one in self.batches for came in one.arrivals)

    def most(self) -> int:
        """Instances at once."""
        return max((count for _, count in self.levels), default=0)

    def mean(self) -> float:
        """Instances, over the whole time."""
        moments = [*(at for at, _ in self.levels), self.end]
        spans = zip(self.levels, moments[1:], strict=True)
        return sum(count * (until - at) for (at, count), until in spans) / self.end


def percentile(ascending: Sequence[float], share: float) -> float:
    """The least value that at least ``share`` of them do not exceed; 0 of none."""
    if not ascending:
        return 0.0
    return ascending[max(0, ceil(share * len(ascending)) - 1)]
