"""From how many tickets a day on Kubernetes is the cheaper one, at an even rate: found by simulating both.

Environments and pods are warm: starts are a matter of the curve, not of an even rate. Rates are tried upwards, so that of several
break-evens (each further pod is a step) the first is found.
"""

from dataclasses import replace
from functools import lru_cache

from benchmarks.scaling import money
from benchmarks.scaling.arrivals import DAY, Curve, steady
from benchmarks.scaling.function import EventSource
from benchmarks.scaling.pods import Fleet
from benchmarks.scaling.scenarios import Platforms
from benchmarks.scaling.workload import Workload

TICKETS, AT_LEAST_SECONDS = 2_000, 300.0  # simulated for each rate
STEP, ROUNDS = 1.15, 4
EVEN = 1_000  # a concurrency that does not bind: what is compared is the price, not the limit


def breakeven(platforms: Platforms, workload: Workload, per_hour: float = 0.0) -> float | None:
    """Tickets a day; None if Lambda is the cheaper one whatever all pods can do. ``per_hour``: of the cluster itself."""
    free = replace(platforms, source=replace(platforms.source, maximum_concurrency=EVEN))
    warm = replace(workload, cold_seconds=0.0)
    high = _first_dear(free, warm, per_hour)
    if high is None:
        return None
    low = high / STEP
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        low, high = (low, middle) if dearer_on_lambda(free, warm, middle, per_hour) else (middle, high)
    return high * DAY


def _first_dear(platforms: Platforms, workload: Workload, per_hour: float) -> float | None:
    """A rate at which Lambda is the dearer one, up to nine tenths of what all pods can do."""
    fleet = platforms.fleet
    a_pod = fleet.batch_size / workload.seconds(fleet.batch_size, fleet.vcpus)
    rate = max(a_pod / 100, 0.9 * _bound(platforms, workload, per_hour))
    while rate < 0.9 * a_pod * fleet.scaling.most:
        if dearer_on_lambda(platforms, workload, rate, per_hour):
            return rate
        rate *= STEP
    return None


def _bound(platforms: Platforms, workload: Workload, per_hour: float) -> float:
    """The rate at which Lambda would cost as much as the least pods if it took one ticket at a time, its dearest way."""
    source, fleet = platforms.source, platforms.fleet
    seconds = workload.seconds(1, source.vcpus)
    ticket = money.lambda_dollars(seconds, 1, source.memory_mb)
    return (fleet.scaling.least * fleet.vcpus * platforms.per_vcpu_hour + per_hour) / 3600 / ticket


def dearer_on_lambda(platforms: Platforms, workload: Workload, per_second: float, per_hour: float = 0.0) -> bool:
    """At an even rate."""
    curve = steady(per_second, max(AT_LEAST_SECONDS, TICKETS / per_second))
    cluster = per_hour * curve.horizon / 3600
    pods = _on_pods(platforms.fleet, curve, workload, platforms.seed) * platforms.per_vcpu_hour
    return _on_lambda(platforms.source, curve, workload, platforms.seed) > pods + cluster


@lru_cache(maxsize=256)  # one run serves every least number of pods
def _on_lambda(source: EventSource, curve: Curve, workload: Workload, seed: int) -> float:
    return Platforms(source=source, seed=seed).function(curve, workload).dollars


@lru_cache(maxsize=256)  # and one of these every window, for a dollar a processor and hour
def _on_pods(fleet: Fleet, curve: Curve, workload: Workload, seed: int) -> float:
    return Platforms(fleet=fleet, per_vcpu_hour=1.0, seed=seed).pods(curve, workload).dollars
