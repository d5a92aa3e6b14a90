"""One signal's numbers: bands, curves, and what is counted where a stage failed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.evaluation.run import FAILED
from handler.evaluation.score import score
from handler.evaluation.scores import COVERAGE_POINTS, calibration_curve, coverage_curve
from handler.pipeline.draft import Label
from tests.evaluation.made import judged

LOW, HIGH = Label("low", 0.4, "head", "low"), Label("high", 0.9, "head", "high")


def test_bands_say_how_many_are_right() -> None:
    """Two of three of the high ones, none of the low; "sure" is high and medium together."""
    found = score("urgency", ["high", "high", "low", "high"], [HIGH, HIGH, HIGH, LOW])
    assert [("high", 3, 2 / 3), ("medium", 0, 0.0), ("low", 1, 0.0)] == [
        (band.band, band.rows, band.accuracy) for band in found.bands
    ]
    assert (0.75, 2 / 3) == pytest.approx((found.sure, found.sure_accuracy))
    assert [(0.9, 0.75), (0.4, 1.0)] == [(point.confidence, point.share) for point in found.coverage]
    assert [1, 3] == [one.rows for one in found.calibration]
    assert [0.4, 0.9] == pytest.approx([one.confidence for one in found.calibration])


def test_what_a_stage_failed_on_is_a_mistake() -> None:
    """And no crash: there is one more column for it, and no kappa, which needs an order."""
    found = score("urgency", ["high", "low"], [HIGH, FAILED])
    assert (0.5, None, "(failed)") == (found.accuracy, found.kappa, found.labels[-1])
    assert FAILED == judged({"urgency": "high"}, urgency=None).labels["urgency"]


def test_a_curve_of_coverage_worked_by_hand() -> None:
    """The surest first; equal confidences are in or out together."""
    points = coverage_curve([0.9, 0.5, 0.5, 0.7], [True, False, True, False])
    assert [(0.9, 0.25, 1.0), (0.7, 0.5, 0.5), (0.5, 1.0, 0.5)] == [(p.confidence, p.share, p.accuracy) for p in points]


def test_calibration_worked_by_hand() -> None:
    """One bin for 0.9 and 0.95, half of it right."""
    (one,) = calibration_curve([0.9, 0.95], [True, False])
    assert (2, 0.925, 0.5) == pytest.approx((one.rows, one.confidence, one.accuracy))


guesses = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=200)


@given(guesses)
def test_curves_end_in_all_rows(pairs: list[tuple[float, bool]]) -> None:
    """Whatever the confidences: shares rise to 1, where accuracy is that of all; bins hold every row once."""
    confidences, right = [c for c, _ in pairs], [r for _, r in pairs]
    points = coverage_curve(confidences, right)
    assert (1.0, np.mean(right)) == pytest.approx((points[-1].share, points[-1].accuracy))
    assert sorted({p.share for p in points}) == [p.share for p in points]
    assert len(points) <= COVERAGE_POINTS
    assert len(pairs) == sum(one.rows for one in calibration_curve(confidences, right))


def test_no_rows_make_no_curve() -> None:
    """And no error."""
    assert ([], []) == (coverage_curve([], []), calibration_curve([], []))
