"""Runs on both platforms, as deployed or as asked for."""

from dataclasses import dataclass, field

from benchmarks.scaling import arrivals, money
from benchmarks.scaling.arrivals import Curve
from benchmarks.scaling.deployed import event_source, fleet
from benchmarks.scaling.function import EventSource, Function
from benchmarks.scaling.pods import Deployment, Fleet
from benchmarks.scaling.run import Run
from benchmarks.scaling.workload import Workload

SEED = 7
CURVES = (arrivals.steady(5), arrivals.burst(50_000), arrivals.daily(100_000))


@dataclass(frozen=True, slots=True)
class Platforms:
    """Both, and what an hour of a processor costs."""

    source: EventSource = field(default_factory=event_source)
    fleet: Fleet = field(default_factory=fleet)
    per_vcpu_hour: float = money.DOLLARS_PER_VCPU_HOUR
    seed: int = SEED

    def function(self, curve: Curve, workload: Workload) -> "Result":
        """On Lambda."""
        run = Function(curve.arrivals(self.seed), workload, self.source, curve.horizon).work_off()
        return Result("Lambda", curve.name, run, money.on_lambda(run, self.source.memory_mb))

    def pods(self, curve: Curve, workload: Workload) -> "Result":
        """On Kubernetes."""
        run = Deployment(curve.arrivals(self.seed), workload, self.fleet, curve.horizon).work_off()
        return Result("Kubernetes", curve.name, run, money.on_nodes(run, self.fleet.vcpus, self.per_vcpu_hour))


@dataclass(frozen=True, slots=True)
class Result:
    """One curve on one platform."""

    platform: str
    curve: str
    run: Run
    dollars: float


def both(platforms: Platforms, workload: Workload, curves: tuple[Curve, ...] = CURVES) -> list[Result]:
    """Every curve on Lambda and on Kubernetes."""
    return [one(curve, workload) for curve in curves for one in (platforms.function, platforms.pods)]
