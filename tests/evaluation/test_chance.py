"""What chance does to scores, against draws of our own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.evaluation.chance import LEAST_ROWS, by_chance, chance_error, interval
from handler.evaluation.scores import BinScore, accuracy, calibration_curve, error_of, macro_f1, weighted_kappa

counts = st.lists(st.integers(0, 30), min_size=9, max_size=9).filter(any)


def test_an_interval_of_a_share_is_the_known_one() -> None:
    """80 of 100 right: 0.8 and 1.96 standard deviations of a share, 0.04 each, on either side."""
    found = interval(np.array([[40, 10], [10, 40]]), accuracy)
    assert (0.72, 0.88) == pytest.approx(found, abs=0.015)


def test_ten_times_the_tickets_are_known_three_times_as_well() -> None:
    """As the root of their number."""
    few = np.array([[8, 2, 0], [1, 7, 2], [0, 3, 7]])
    widths = [high - low for low, high in filter(None, (interval(few * times, weighted_kappa) for times in (1, 10)))]
    assert 10**0.5 == pytest.approx(widths[0] / widths[1], rel=0.25)


@given(counts)
def test_an_interval_is_in_order_and_ever_the_same(cells: list[int]) -> None:
    """Whatever was confused with what; the same matrix gives the same numbers, and few rows give none."""
    matrix = np.array(cells).reshape(3, 3)
    found = interval(matrix, macro_f1)
    assert (found is None) == (sum(cells) < LEAST_ROWS)
    assert found is None or 0 <= found[0] <= found[1] <= 1
    assert found == interval(matrix, macro_f1)


@pytest.mark.parametrize("rows", [5, 200])
def test_honest_confidences_exceed_their_error_by_chance_five_times_of_a_hundred(rows: int) -> None:
    """Drawn two thousand times: rows that are right exactly as often as their confidence says."""
    random = np.random.default_rng(1)
    confidences = random.choice([0.3, 0.62, 0.95, 0.98], rows).tolist()
    bound = chance_error(calibration_curve(confidences, [True] * rows))
    draws = [(random.random(rows) < confidences).tolist() for _ in range(2_000)]
    above = np.mean([error_of(calibration_curve(confidences, draw)) > bound + 1e-9 for draw in draws])
    assert 0.0 <= above <= 0.065
    assert above > 0.01 or rows < 10  # few rows have few errors to show


def test_an_empty_curve_has_no_error() -> None:
    """Not even by chance."""
    assert 0.0 == chance_error([])


@pytest.mark.parametrize(("rows", "confidence"), [(400, 0.9), (3, 0.95), (1, 0.98), (10, 0.5)])
def test_a_bar_holds_what_chance_does_95_times_of_100(rows: int, confidence: float) -> None:
    """In large bins and in small ones, whose shares are few."""
    shares = np.random.default_rng(1).binomial(rows, confidence, 10_000) / rows
    low, high = by_chance(BinScore(rows, confidence, 0.0))
    assert 0.93 <= np.mean((shares >= low) & (shares <= high)) <= 1.0
    assert 0 <= low <= high <= 1
