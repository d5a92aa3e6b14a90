"""How far scores may be off by chance: other tickets of the same kind would have given others."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from handler.evaluation.scores import BinScore

DRAWS = 500
SEED = 6
MARGIN = 2.5  # percent on either side of what is called chance
DEVIATIONS = 1.96  # of a normal variable on either side of its mean: the same MARGIN is left out
MEAN_DISTANCE = math.sqrt(2 / math.pi)  # of a normal variable from its mean, in standard deviations

Counts = NDArray[np.int64]
Interval = tuple[float, float]


def interval(counts: Counts, measure: Callable[[Counts], float]) -> Interval:
    """Where ``measure`` lies for 95 of 100 draws of as many tickets, with replacement, from a confusion matrix.

    As if each ticket were drawn by itself: of writers who are not among them it says less. Raises ValueError if it is
    empty. https://doi.org/10.1214/aos/1176344552
    """
    total = counts.sum()
    draws = np.random.default_rng(SEED).multinomial(total, counts.ravel() / total, DRAWS)
    return bounds([measure(draw.reshape(counts.shape)) for draw in draws])


def bounds(values: Sequence[float]) -> Interval:
    """All but the MARGIN on either side."""
    low, high = np.percentile(values, [MARGIN, 100 - MARGIN])
    return float(low), float(high)


def calibration_by_chance(curve: Sequence[BinScore]) -> float:
    """The calibration error that these rows would show in the mean if each confidence were true.

    https://doi.org/10.1175/WAF993.1
    """
    rows = sum(one.rows for one in curve)
    return sum(MEAN_DISTANCE * _deviation(one) * one.rows for one in curve) / max(rows, 1)


def by_chance(one: BinScore) -> Interval:
    """Where a bin's accuracy lies 95 times of 100 if its confidence is true."""
    reach = DEVIATIONS * _deviation(one)
    return max(one.confidence - reach, 0.0), min(one.confidence + reach, 1.0)


def _deviation(one: BinScore) -> float:
    return math.sqrt(one.confidence * (1 - one.confidence) / one.rows)
