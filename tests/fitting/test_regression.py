"""The regression finds the minimum that scikit-learn finds, and it is one."""

import numpy as np
import pytest

from handler.fitting.regression import fitted, minimum
from handler.pipeline.features import Features
from handler.pipeline.prototypes import probabilities

ROWS, COLUMNS, CLASSES, STRENGTH = 60, 5, 3, 3.0

# scikit-learn 1.9.1: LogisticRegression(C=3.0, max_iter=10_000, tol=1e-12).fit(X, TRUTH, sample_weight=WEIGHTS);
# coef_.T, and intercept_ less its mean
COEFFICIENTS = [
    [-1.25477, 0.097851, 1.156919],
    [2.431494, -2.265775, -0.16572],
    [0.622504, -0.034662, -0.587842],
    [0.100412, 0.648688, -0.749101],
    [-0.53148, 0.129763, 0.401717],
]
INTERCEPTS = [0.597549, 0.027953, -0.625502]

TRUTH = (np.arange(ROWS) * 7 % 11) % CLASSES
WEIGHTS = 0.5 + (np.arange(ROWS) % 3) / 2
X = np.sin(np.outer(np.arange(1, ROWS + 1), np.arange(1, COLUMNS + 1) ** 1.5))
X[:, 0] += 0.6 * TRUTH
ONE_HOT = np.eye(CLASSES)[TRUTH]


def test_it_agrees_with_scikit_learn() -> None:
    """To four digits, which is what is kept of a head. A bias may be shifted as a whole."""
    weights, bias = fitted(X, ONE_HOT, WEIGHTS, STRENGTH)
    assert weights == pytest.approx(np.array(COEFFICIENTS), abs=1e-4)
    assert bias - bias.mean() == pytest.approx(np.array(INTERCEPTS), abs=1e-4)


def objective(weights: Features, bias: Features) -> float:
    said = probabilities(X @ weights + bias)
    missed = -np.log((said * ONE_HOT).sum(axis=1)) @ WEIGHTS
    return float(STRENGTH * missed + 0.5 * (weights**2).sum())


def test_no_step_away_from_it_is_better() -> None:
    """In 200 directions: it is the minimum of what its docstring says."""
    weights, bias = fitted(X, ONE_HOT, WEIGHTS, STRENGTH)
    random = np.random.default_rng(0)
    for _ in range(200):
        step = random.normal(size=weights.shape) * 0.05, random.normal(size=bias.shape) * 0.05
        assert objective(weights, bias) < objective(weights + step[0], bias + step[1])


def test_rows_that_weigh_nothing_change_nothing() -> None:
    """So that an example at half weight counts as half a ticket."""
    more = np.vstack([X, X[:10] * -9]), np.vstack([ONE_HOT, ONE_HOT[:10]]), np.append(WEIGHTS, np.zeros(10))
    for found, expected in zip(fitted(*more, STRENGTH), fitted(X, ONE_HOT, WEIGHTS, STRENGTH), strict=True):
        assert found == pytest.approx(expected, abs=1e-4)


def test_one_class_is_certain() -> None:
    """There is nothing to fit, and nothing breaks."""
    weights, _ = fitted(X, np.ones((ROWS, 1)), WEIGHTS, STRENGTH)
    assert np.zeros((COLUMNS, 1)) == pytest.approx(weights)


def test_curvature_is_learnt() -> None:
    """The bottom of forty dimensions, each steeper than the one before, about as soon as SciPy's L-BFGS-B (780)."""
    steepness, asked = np.logspace(0, 4, 40), []

    def bowl(at: Features) -> tuple[float, Features]:
        asked.append(1)
        return float(0.5 * (steepness * (at - 1) ** 2).sum()), steepness * (at - 1)

    assert np.ones(40) == pytest.approx(minimum(bowl, np.zeros(40)), abs=1e-5)
    assert len(asked) < 1_000


def test_a_narrow_valley_is_followed_to_its_end() -> None:
    """Ten thousand times as steep one way as the other."""
    steepness = np.array([1.0, 1e4])

    def valley(at: Features) -> tuple[float, Features]:
        away = at - 3.0
        return float(0.5 * (steepness * away**2).sum()), steepness * away

    assert np.array([3.0, 3.0]) == pytest.approx(minimum(valley, np.zeros(2)), abs=1e-4)
