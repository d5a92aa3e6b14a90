"""The numbers are what their names say."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handler.evaluation.scores import accuracy, by_class, calibration_error, confusion, macro_f1, weighted_kappa

LABELS = ("low", "medium", "high")
TRUTH = ["low", "low", "medium", "medium", "high", "high"]
GIVEN = ["low", "medium", "medium", "medium", "high", "low"]

labels = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=50)


def test_worked_by_hand() -> None:
    """Rows are what it was; F1 is 0.5, 0.8 and 2/3."""
    counts = confusion(TRUTH, GIVEN, LABELS)
    assert [[1, 1, 0], [0, 2, 0], [1, 0, 1]] == counts.tolist()
    assert 4 / 6 == accuracy(counts)
    assert [0.5, 0.8, 2 / 3] == pytest.approx([one.f1 for one in by_class(counts, LABELS)])
    assert (0.5 + 0.8 + 2 / 3) / 3 == pytest.approx(macro_f1(counts))
    # off by 1 once, by 2 once: 5; by chance (2,2,2) x (2,3,1) / 6 x squares: (3 + 4 + 2 + 1 + 8 + 3) x 2 / 6 = 7
    assert 1 - 5 / 7 == pytest.approx(weighted_kappa(counts))


@given(labels)
def test_agreement_is_one(pairs: list[tuple[str, str]]) -> None:
    """Of all scores."""
    truth = [was for was, _ in pairs]
    counts = confusion(truth, truth, LABELS)
    assert (1.0, 1.0, 1.0) == pytest.approx((accuracy(counts), macro_f1(counts), weighted_kappa(counts)))


@given(labels)
@example([("low", "high"), ("medium", "medium"), ("high", "low")])  # was a rounding below -1
def test_a_mistake_never_helps(pairs: list[tuple[str, str]]) -> None:
    """Scores are within their bounds, whatever was given."""
    counts = confusion([was for was, _ in pairs], [said for _, said in pairs], LABELS)
    assert 0 <= macro_f1(counts) <= 1
    assert -1 <= weighted_kappa(counts) <= 1
    assert counts.sum() == len(pairs)


def test_a_label_that_never_occurs_counts_for_nothing() -> None:
    """Or every small set would score badly."""
    counts = confusion(["low"], ["low"], LABELS)
    assert 1.0 == macro_f1(counts)


def test_calibration_is_the_gap_between_confidence_and_accuracy() -> None:
    """Half right at 0.9 is 0.4 off; and in the mean over bins by their weight."""
    assert 0.4 == pytest.approx(calibration_error([0.9] * 10, [True, False] * 5))
    assert 0.2 == pytest.approx(calibration_error([0.9] * 10 + [0.5] * 10, [True, False] * 10))
    assert 0.0 == calibration_error([], [])
    assert 0.0 == calibration_error(np.array([1.0]).tolist(), [True])
