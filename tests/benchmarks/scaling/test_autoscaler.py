"""KEDA and the HPA that it makes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scaling.autoscaler import Autoscaler
from tests.benchmarks.scaling.factories import scaling

DEPTHS = st.lists(st.integers(0, 5_000), min_size=1, max_size=80)


def pods(depths: list[int], scaler: Autoscaler, first: int) -> list[int]:
    """After each of the HPA's turns; KEDA has every second one."""
    found = [first]
    for turn, messages in enumerate(depths):
        count = found[-1] if turn % 2 else scaler.poll(turn * 15.0, messages, found[-1])
        found.append(scaler.sync(turn * 15.0, messages, count))
    return found[1:]


@given(DEPTHS, st.integers(0, 4), st.integers(4, 12))
def test_never_below_the_least_nor_over_the_most(depths: list[int], least: int, most: int) -> None:
    """Whatever the queue does."""
    assert all(least <= one <= most for one in pods(depths, Autoscaler(scaling(least, most)), least))


@given(DEPTHS)
def test_grows_and_shrinks_no_faster_than_its_policies(depths: list[int]) -> None:
    """Four more or twice as many in 15 s, one less in a minute."""
    found = [3, *pods(depths, Autoscaler(scaling(3, 100)), 3)]
    assert all(after <= max(before + 4, before * 2) for before, after in pairwise(found))
    assert all(after >= before - 1 for before, after in zip(found, found[4:], strict=False) if max(found[:5]) <= before)
    assert all(one - other <= 1 for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("messages", "expected"), [(0, 3), (301, 3), (329, 3), (331, 4), (650, 7), (1_000, 7), (50_000, 7)]
)
def test_a_pod_for_each_hundred_messages_with_a_tenth_of_tolerance(messages: int, expected: int) -> None:
    """And at first four more at most."""
    assert expected == Autoscaler(scaling()).sync(0, messages, 3)


def test_a_burst_by_hand() -> None:
    """3, 7, 10, and after five minutes without need one less a minute, down to 3 again."""
    scaler = Autoscaler(scaling())
    found = pods([5_000] * 3 + [0] * 50, scaler, 3)
    assert [7, 10, 10] == found[:3]
    assert [10] * 19 == found[3:22]
    assert [9, 8, 7, 6, 5, 4, 3] == [found[22 + 4 * minute] for minute in range(7)]


def test_from_none_to_one_and_back_after_the_cooldown() -> None:
    """KEDA's part; the HPA sleeps at none."""
    scaler = Autoscaler(scaling(0, 2))
    assert 0 == scaler.sync(0, 500, 0)
    assert 1 == scaler.poll(30, 500, 0)
    assert [1, 0] == [scaler.poll(at, 0, 1) for at in (329, 330)]


def test_where_some_stay_the_cooldown_does_nothing() -> None:
    """It is about none alone: https://keda.sh/docs/latest/reference/scaledobject-spec/."""
    assert 3 == Autoscaler(scaling()).poll(10_000, 0, 3)
