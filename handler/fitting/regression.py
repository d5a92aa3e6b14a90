"""Multinomial logistic regression with an L2 penalty, by L-BFGS, in NumPy.

The same minimum as scikit-learn's ``LogisticRegression(C=strength)``, which a test holds it to: a user who fits heads
needs no library more than one who uses them.
"""

from collections import deque
from collections.abc import Callable

import numpy as np

from handler.pipeline.features import Features
from handler.pipeline.prototypes import probabilities

MEMORY = 10  # steps that L-BFGS remembers
ROUNDS = 2_000
FLAT = 1e-6  # largest slope that counts as the minimum, of the loss of one row
LEAST_STEP = 1e-12
DECREASE = 1e-4  # of what the slope promises (Armijo)

Loss = Callable[[Features], tuple[float, Features]]


def fitted(features: Features, classes: Features, weights: Features, strength: float) -> tuple[Features, Features]:
    """Weights, shape (features, classes), and bias. ``classes``: one-hot, shape (rows, classes)."""
    total = weights.sum()
    padded = np.hstack([features, np.ones((len(features), 1))])
    restraint = np.ones((padded.shape[1], 1)) / (strength * total)
    restraint[-1] = 0.0  # the bias is free

    def loss(flat: Features) -> tuple[float, Features]:
        table = flat.reshape(padded.shape[1], -1)
        said = probabilities(padded @ table)
        missed = -np.log(np.maximum((said * classes).sum(axis=1), 1e-300))
        slope = padded.T @ ((said - classes) * weights[:, None]) / total + restraint * table
        return float(missed @ weights / total + 0.5 * (restraint * table**2).sum()), slope.ravel()

    found = minimum(loss, np.zeros(padded.shape[1] * classes.shape[1])).reshape(padded.shape[1], -1)
    return found[:-1], found[-1]


def minimum(loss: Loss, at: Features) -> Features:
    """Where ``loss``, smooth and convex, is least.

    https://doi.org/10.1007/BF01589116
    """
    steps: deque[tuple[Features, Features]] = deque(maxlen=MEMORY)
    value, slope = loss(at)
    for _ in range(ROUNDS):
        down, size = -_bent(slope, steps), 1.0
        after, (lower, next_slope) = at + down, loss(at + down)
        while lower > value + DECREASE * size * (slope @ down) and size > LEAST_STEP:
            size /= 2
            after = at + size * down
            lower, next_slope = loss(after)
        if size <= LEAST_STEP or np.abs(next_slope).max() < FLAT:
            return after if lower <= value else at
        moved, turned = after - at, next_slope - slope
        if moved @ turned > 0:
            steps.append((moved, turned))
        at, value, slope = after, lower, next_slope
    return at


def _bent(slope: Features, steps: deque[tuple[Features, Features]]) -> Features:
    """The slope as the curvature met on the way bends it."""
    bent, shares = slope.copy(), []
    for moved, turned in reversed(steps):
        shares.append((moved @ bent) / (moved @ turned))
        bent -= shares[-1] * turned
    if steps:
        moved, turned = steps[-1]
        bent *= (moved @ turned) / (turned @ turned)
    for moved, turned in steps:
        bent += (shares.pop() - (turned @ bent) / (moved @ turned)) * moved
    return bent
