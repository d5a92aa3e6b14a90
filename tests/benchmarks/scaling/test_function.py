"""The Lambda function behind its pollers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scaling import arrivals, money
from benchmarks.scaling.function import EventSource, Function
from benchmarks.scaling.run import Run
from benchmarks.scaling.workload import MEASURED, Workload
from tests.benchmarks.scaling.factories import source, workload

MOMENTS = st.lists(st.floats(0, 600), max_size=60).map(sorted)


def run(moments: list[float] | tuple[float, ...], of: EventSource, work: Workload | None = None) -> Run:
    return Function(moments, work or workload(), of, 600.0).work_off()


def at_once(found: Run) -> int:
    """Batches in hand together, counted from their starts and ends alone; an end makes room for a start."""
    changes = sorted([(one.start, 1) for one in found.batches] + [(one.end, -1) for one in found.batches])
    return max((sum(change for _, change in changes[: n + 1]) for n in range(len(changes))), default=0)


@given(MOMENTS, st.integers(2, 20), st.integers(1, 10), st.sampled_from([0.0, 5.0]), st.sampled_from([0.0, 3.0]))
def test_every_arrival_is_done_once_and_never_too_many_at_once(
    moments: list[float], maximum: int, batch_size: int, window: float, cold: float
) -> None:
    """Whatever the queue, the limits and the cold starts."""
    of = source(maximum, batch_size=batch_size, window_seconds=window)
    found = run(moments, of, workload(cold_seconds=cold))
    assert moments == sorted(came for one in found.batches for came in one.arrivals)
    assert all(came <= one.start for one in found.batches for came in one.arrivals)
    assert all(1 <= len(one.arrivals) <= batch_size for one in found.batches)
    assert at_once(found) == found.most() <= maximum


@given(MOMENTS, st.integers(2, 8), st.integers(1, 4))
def test_more_concurrency_is_never_a_longer_wait(moments: list[float], few: int, more: int) -> None:
    """Ticket by ticket, where nothing but the concurrency differs: one ticket a batch, no cold start, no ramp."""
    slow, fast = (run(moments, source(most, first=most), workload(20_000)).ages() for most in (few, few + more))
    assert all(one >= other - 1e-9 for one, other in zip(slow, fast, strict=True))


def test_a_higher_limit_is_never_a_longer_burst() -> None:
    """With the ramp, full batches and cold starts as measured."""
    moments = arrivals.burst(5_000).arrivals(1)
    of = (source(most, batch_size=10) for most in (2, 5, 10, 50, 200, 1_000))
    worst = [run(moments, one, MEASURED["full"]).ages()[-1] for one in of]
    assert all(one >= other for one, other in pairwise(worst))
    assert worst[0] > 10 * worst[-1]


def test_a_steady_load_obeys_littles_law() -> None:
    """Invocations at once are the rate times their seconds, from the changes of level and not from the batches."""
    curve = arrivals.steady(4, 7200)
    found = Function(curve.arrivals(1), workload(500), source(50), 7200).work_off()
    assert 4 * 0.5 == pytest.approx(found.mean(), rel=0.01)


def test_the_wait_of_one_server_is_what_queueing_theory_says() -> None:
    """Pollaczek and Khinchine: at 70% use, a second of service, random arrivals: 0.7 / (2 x 0.3) seconds of waiting."""
    curve = arrivals.steady(0.7, 200_000)
    found = Function(curve.arrivals(5), workload(), source(2, first=1), 0.0)
    found._pollers = type(found._pollers)(1, 1)  # one: fewer than the event source allows
    ages = found.work_off().ages()
    assert 1 + 0.7 / 0.6 == pytest.approx(sum(ages) / len(ages), rel=0.03)


def test_a_batch_waits_for_its_window_or_until_it_is_full() -> None:
    """Four tickets, three a batch, a window of ten seconds: three go when they are there, one after its ten seconds."""
    found = run([0, 1, 2, 3], source(5, batch_size=3, window_seconds=10))
    assert [(2, 3), (13, 1)] == [(one.start, len(one.arrivals)) for one in found.batches]


def test_an_environment_is_kept_for_ten_minutes() -> None:
    """Its start is waited for and paid for; a warm one starts at once."""
    found = run([0, 100, 1000], source(5), workload(cold_seconds=2))
    assert [3, 1, 3] == [one.end - one.start for one in found.batches]
    assert (2, 7) == (found.cold_starts, found.paid_seconds)


def test_the_cost_of_a_burst_by_hand() -> None:
    """A thousand tickets of a second, ten a batch: 1,000 s and 5 cold starts of 4 s on 1,769 MB, and 100 requests."""
    found = run([0.0] * 1000, source(5, batch_size=10), workload(cold_seconds=4))
    expected = 1020 * 1769 / 1024 * 0.0000166667 + 100 * 0.20 / 1e6
    assert expected == pytest.approx(money.on_lambda(found, 1769))
