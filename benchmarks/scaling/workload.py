"""What a batch costs, from measured figures: docs/performance.md and docs/deploying.md, or a result of one's own."""

import json
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

from benchmarks.costs import milliseconds

# Receiving, reading, storing and deleting, as a share of the whole: `python -m benchmarks.worker --tickets 800 --long`
# said 92 and 90% against a local AWS on the same processors. Against AWS it was not measured: an assumption there.
EFFICIENCY = 0.90


@dataclass(frozen=True, slots=True)
class Workload:
    """Milliseconds a ticket on two threads by the size of the batch, and on one and two threads; a container's start."""

    profile: str
    ms_by_batch: tuple[tuple[int, float], ...]
    ms_by_threads: tuple[float, float]
    cold_seconds: float
    efficiency: float = EFFICIENCY

    @lru_cache(maxsize=1_024)  # noqa: B019 - a handful of workloads, and asked for each batch
    def seconds(self, tickets: int, vcpus: float) -> float:
        """A batch's time on ``vcpus``; a share of one takes its share of the time, more than one follow Amdahl's law."""
        one, two = self.ms_by_threads
        slower = milliseconds({"1": one, "2": two}, max(1.0, vcpus)) / two / min(1.0, vcpus)
        return tickets * self._ms(tickets) * slower / 1000 / self.efficiency

    def _ms(self, tickets: int) -> float:
        """Straight lines between what was measured, over the logarithm of the size; level beyond both ends."""
        sizes = [size for size, _ in self.ms_by_batch]
        right = bisect_left(sizes, tickets)
        if right in (0, len(sizes)):
            return self.ms_by_batch[min(right, len(sizes) - 1)][1]
        (low, slow), (high, fast) = self.ms_by_batch[right - 1 : right + 1]
        return slow + (fast - slow) * log(tickets / low) / log(high / low)


# Milliseconds: `python -m benchmarks --profile fast|full --json`, docs/performance.md, without VNNI. Cold starts, from a container's
# creation to its first answer: `make image-figures`, docs/deploying.md, 2,048 MB; an upper bound there.
MEASURED = {
    "fast": Workload("fast", ((1, 57.2), (10, 42.5), (100, 33.9)), (67.0, 42.9), 2.3),
    "full": Workload("full", ((1, 1806), (10, 667), (100, 448)), (902, 650), 5.8),
}


def measured(path: Path, cold_seconds: float | None = None) -> Workload:
    """From the last line of ``python -m benchmarks --json``; its cold start is a process's, without a container's."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    sizes = tuple(sorted((int(size), float(ms)) for size, ms in found["by_batch_size"].items()))
    one = float(found["by_threads"]["1"])
    two = float(found["by_threads"].get("2", one))
    return Workload(found["profile"], sizes, (one, two), cold_seconds or float(found["cold_start_s"]))
