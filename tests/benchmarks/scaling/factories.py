"""Small worlds to simulate."""

from benchmarks.scaling.autoscaler import Scaling
from benchmarks.scaling.function import EventSource
from benchmarks.scaling.pods import Fleet
from benchmarks.scaling.workload import Workload


def workload(ms: float = 1000.0, *, cold_seconds: float = 0.0) -> Workload:
    """Each ticket takes ``ms``, whatever its batch and however many processors."""
    return Workload("even", ((1, ms),), (ms, ms), cold_seconds, efficiency=1.0)


def source(maximum: int, *, batch_size: int = 1, window_seconds: float = 0.0, first: int = 5) -> EventSource:
    """On one processor."""
    return EventSource(batch_size, window_seconds, maximum, 1769, first)


def scaling(least: int = 3, most: int = 10, **numbers: float) -> Scaling:
    """As deployed, unless it is said otherwise."""
    deployed = {"polling": 30, "cooldown": 300, "target": 100, "down_window": 300, "down_pods": 1, "down_period": 60}
    return Scaling(least=least, most=most, **{**deployed, **numbers})  # type: ignore[arg-type] # whole numbers all


def fleet(least: int = 3, most: int = 10, *, batch_size: int = 1) -> Fleet:
    """Of pods with one processor."""
    return Fleet(scaling(least, most), batch_size, 1.0)
