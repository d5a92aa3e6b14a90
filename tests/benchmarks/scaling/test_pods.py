"""The Deployment's pods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scaling import arrivals, money
from benchmarks.scaling.deployed import fleet as deployed_fleet
from benchmarks.scaling.pods import Deployment, Fleet
from benchmarks.scaling.run import Run
from benchmarks.scaling.workload import MEASURED, Workload
from tests.benchmarks.scaling.factories import fleet, workload

MOMENTS = st.lists(st.floats(0, 600), max_size=60).map(sorted)


def run(moments: list[float] | tuple[float, ...], of: Fleet, work: Workload | None = None, horizon: float = 0.0) -> Run:
    return Deployment(moments, work or workload(), of, horizon).work_off()


@given(MOMENTS, st.integers(0, 3), st.integers(3, 10), st.integers(1, 10), st.sampled_from([100.0, 20_000.0]))
def test_every_arrival_is_done_once_and_never_too_many_pods(
    moments: list[float], least: int, most: int, batch_size: int, ms: float
) -> None:
    """Whatever the queue and the limits."""
    found = run(moments, fleet(least, most, batch_size=batch_size), workload(ms, cold_seconds=3))
    assert moments == sorted(came for one in found.batches for came in one.arrivals)
    assert all(came <= one.start for one in found.batches for came in one.arrivals)
    assert all(1 <= len(one.arrivals) <= batch_size for one in found.batches)
    assert found.most() <= most


def test_more_pods_are_never_a_longer_burst() -> None:
    """As measured, and as deployed but for their number."""
    moments = arrivals.burst(5_000).arrivals(1)
    worst = [run(moments, fleet(3, most, batch_size=100), MEASURED["full"]).ages()[-1] for most in (3, 5, 10, 20, 40)]
    assert sorted(worst, reverse=True) == worst


def test_a_steady_load_obeys_littles_law() -> None:
    """What is in the system, looked at every so often, is the rate times the mean age."""
    moments = arrivals.steady(4, 7200).arrivals(1)
    found = run(moments, fleet(3, 3), workload(500))
    ends = [one.end for one in found.batches]
    seen = [sum(came <= at for came in moments) - sum(end <= at for end in ends) for at in range(0, 7200, 20)]
    ages = found.ages()
    assert 4 * sum(ages) / len(ages) == pytest.approx(sum(seen) / len(seen), rel=0.1)


def test_a_new_pod_works_when_it_has_started() -> None:
    """From none: KEDA looks every 30 s, five seconds for the scheduler, three for the start, one for the ticket."""
    found = run([1.0], fleet(0, 2), workload(cold_seconds=3))
    assert [(38.0, 39.0)] == [(one.start, one.end) for one in found.batches]
    assert 1 == found.cold_starts


def test_dev_sleeps_again_and_pays_for_nothing_then() -> None:
    """Two pods at most; none from five minutes after the last message on."""
    found = run(arrivals.burst(500).arrivals(1), deployed_fleet("dev"), MEASURED["fast"], 7200)
    last = max(one.end for one in found.batches)
    asleep, count = found.levels[-1]
    assert (0, 0, 2) == (found.levels[0][1], count, found.most())
    assert last + 270 <= asleep <= last + 330
    assert found.paid_seconds < 2 * (asleep + 20)


def test_what_stays_is_paid_for_until_the_horizon_by_hand() -> None:
    """Three pods of two processors for an hour, idle: $0.0432 a processor."""
    found = run([], fleet(), horizon=3600)
    assert 3 * 2 * 0.0432 == pytest.approx(money.on_nodes(found, 2))


def test_a_pod_that_is_stopped_finishes_its_batch_and_is_paid_for_until_then() -> None:
    """Its tickets are done once, and no other pod takes them."""
    slow = workload(1_000_000)
    found = run([0.0] * 350, Fleet(fleet().scaling, 100, 1.0), slow)
    assert 350 == len(found.ages())
    assert found.paid_seconds >= sum(one.end - one.start for one in found.batches)
