"""What chance does to scores, against draws of our own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.evaluation.chance import by_chance, calibration_by_chance, interval
from handler.evaluation.scores import BinScore, accuracy, calibration_curve, error_of, macro_f1, weighted_kappa

counts = st.lists(st.integers(0, 30), min_size=9, max_size=9).filter(any)


def test_an_interval_of_a_share_is_the_known_one() -> None:
    """80 of 100 right: 0.8 and 1.96 standard deviations of a share, 0.04 each, on either side."""
    low, high = interval(np.array([[40, 10], [10, 40]]), accuracy)
    assert (0.72, 0.88) == pytest.approx((low, high), abs=0.015)


def test_ten_times_the_tickets_are_known_three_times_as_well() -> None:
    """As the root of their number."""
    few = np.array([[8, 2, 0], [1, 7, 2], [0, 3, 7]])
    widths = [high - low for low, high in (interval(few * times, weighted_kappa) for times in (1, 10))]
    assert 10**0.5 == pytest.approx(widths[0] / widths[1], rel=0.25)


@given(counts)
def test_an_interval_is_in_order_and_ever_the_same(cells: list[int]) -> None:
    """Whatever was confused with what; the same matrix gives the same numbers."""
    matrix = np.array(cells).reshape(3, 3)
    low, high = interval(matrix, macro_f1)
    assert 0 <= low <= high <= 1
    assert (low, high) == interval(matrix, macro_f1)


def test_calibration_by_chance_is_what_honest_confidences_show() -> None:
    """Drawn a thousand times: rows that are right exactly as often as their confidence says."""
    random = np.random.default_rng(1)
    confidences = random.beta(4, 2, 200)
    draws = [random.random(200) < confidences for _ in range(1_000)]
    errors = [error_of(calibration_curve(confidences.tolist(), draw.tolist())) for draw in draws]
    expected = calibration_by_chance(calibration_curve(confidences.tolist(), [True] * 200))
    assert expected == pytest.approx(np.mean(errors), rel=0.05)
    assert 0.0 == calibration_by_chance([])


def test_a_bar_holds_what_chance_does_95_times_of_100() -> None:
    """A bin of 400 rows at 0.9; and a bar ends where shares end."""
    shares = np.random.default_rng(1).binomial(400, 0.9, 10_000) / 400
    low, high = by_chance(BinScore(400, 0.9, 0.0))
    assert 0.95 == pytest.approx(np.mean((shares >= low) & (shares <= high)), abs=0.02)
    assert 1.0 == by_chance(BinScore(3, 0.95, 0.0))[1]
