"""When tickets come."""

import pytest

from benchmarks.scaling.arrivals import DAY, Curve, burst, daily, steady

CURVES = [steady(2), burst(1_000), daily(1_000)]


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_each_curve_has_its_number_in_its_time_and_the_same_for_the_same_seed(curve: Curve) -> None:
    """In order, so that the queue can be first in, first out."""
    found = curve.arrivals(1)
    assert curve.count == len(found)
    assert sorted(found) == list(found)
    assert 0 <= found[0] <= found[-1] < curve.within
    assert found == Curve.arrivals(curve, 1) != curve.arrivals(2)


def test_the_middle_of_the_day_is_the_busiest() -> None:
    """The middle third has (1/3 + 0.9 x sin(60 degrees) / pi) of the day: 58%; a steady load would have 33."""
    found = daily(20_000).arrivals(3)
    middle = sum(DAY / 3 <= at < DAY * 2 / 3 for at in found)
    assert pytest.approx(1 / 3 + 0.9 * 3**0.5 / 2 / 3.14159265, abs=0.01) == middle / len(found)
