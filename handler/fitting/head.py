"""One head: the regression over scaled features, and the temperature that makes its confidence meet its accuracy."""

from collections.abc import Sequence

import numpy as np

from handler.fitting.material import EXAMPLE, Indices, Material
from handler.fitting.regression import fitted
from handler.pipeline.features import Features
from handler.pipeline.heads_file import HeadData
from handler.pipeline.prototypes import probabilities

STRENGTH = {"intent": 3.0, "urgency": 3.0, "sentiment": 2.0}  # C of the regression: more is less restraint
RULES_WEIGHT = 0.6  # of what examples and rules say, in the log odds of the intents: they were made with the examples
MEANING = 768  # the first features: embeddings, of unit length
NEVER = -20.0  # log odds of a label that no ticket of a fold's training has
DIGITS = 4
COOLEST, HOTTEST = 0.2, 5.0  # temperatures that are tried
SPLITS = 60  # of that range, each to 62% of it: to the last digit
GOLDEN = (5**0.5 - 1) / 2


class Fitting:
    """Fits heads of one signal to some rows of its material. Features are brought to a like scale."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._has_rules = material.signal == "intent"
        features, width = material.features, len(material.names)
        self._rules = features[:, MEANING:] * RULES_WEIGHT if self._has_rules else np.zeros((len(features), width))
        kept = features[:, :MEANING] if self._has_rules else features
        self._scale = np.ones(kept.shape[1])
        self._scale[MEANING:] = 1 / np.maximum(kept[:, MEANING:].std(axis=0), 0.05) / 3
        self._mean = kept.mean(axis=0) * (np.arange(kept.shape[1]) >= MEANING)
        self._features = (kept - self._mean) * self._scale

    def left_out(self, folds: Sequence[int]) -> Features:
        """Log odds of each ticket, by a head that saw no ticket of its fold: shape (tickets, labels)."""
        tickets = len(self._material.rows)
        fold = np.array([*folds, *[EXAMPLE] * (len(self._features) - tickets)])
        odds = np.zeros((tickets, len(self._material.names)))
        for one in sorted(set(folds)):
            weights, bias = self._fitted(np.flatnonzero(fold != one))
            inside = np.flatnonzero(fold == one)
            odds[inside] = self._features[inside] @ weights + bias + self._rules[inside]
        return odds

    def head(self, divisor: float) -> HeadData:
        """Fitted to all rows, over the raw features: scale, mean, temperature and the rules' weight are worked in."""
        scaled, free = self._fitted(np.arange(len(self._features)))
        weights = scaled * self._scale[:, None] / divisor
        bias = (free - (self._mean * self._scale) @ scaled) / divisor
        if self._has_rules:
            weights = np.vstack([weights, np.eye(len(bias)) * RULES_WEIGHT / divisor])
        return HeadData(
            labels=self._material.names, bias=_rounded(bias), weights=tuple(_rounded(row) for row in weights)
        )

    def _fitted(self, rows: Indices) -> tuple[Features, Features]:
        """Over all labels; one that has no row here is never said."""
        truth = self._material.truth[rows]
        present = np.unique(truth)
        classes = (truth[:, None] == present).astype(float)
        strength = STRENGTH[self._material.signal]
        some, free = fitted(self._features[rows], classes, self._material.weights[rows], strength)
        weights, bias = np.zeros((len(some), len(self._material.names))), np.full(len(self._material.names), NEVER)
        weights[:, present], bias[present] = some, free
        return weights, bias


def temperature(odds: Features, truth: Indices) -> float:
    """What the log odds have to be divided by, so that confidence meets accuracy: least log loss (golden section)."""

    def loss(divisor: float) -> float:
        return -float(np.mean(np.log(probabilities(odds / divisor)[np.arange(len(truth)), truth] + 1e-12)))

    low, high = COOLEST, HOTTEST
    for _ in range(SPLITS):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return (low + high) / 2


def cooled(odds: Features, truth: Indices, folds: Sequence[int]) -> Features:
    """Probabilities of left-out tickets, each fold at the temperature of the others: none is its own judge."""
    parts, found = np.array(folds), np.zeros_like(odds)
    for one in sorted(set(folds)):
        inside = parts == one
        found[inside] = probabilities(odds[inside] / temperature(odds[~inside], truth[~inside]))
    return found


def _rounded(numbers: Features) -> tuple[float, ...]:
    return tuple(round(float(number), DIGITS) for number in numbers)
