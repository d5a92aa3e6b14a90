"""How far scores may be off by chance: other tickets of the same kind would have given others.

Everything is drawn, with a seed of its own, so the same scores give the same bounds.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from handler.evaluation.scores import BinScore

DRAWS = 500
DRAWS_OF_BINS = 2_000  # cost next to nothing
SEED = 6
MARGIN = 2.5  # percent on either side of what is called chance
LEAST_ROWS = 30  # with fewer, what was not drawn once is not drawn again: an interval would look narrow

Counts = NDArray[np.int64]
Interval = tuple[float, float]


def interval(counts: Counts, measure: Callable[[Counts], float]) -> Interval | None:
    """The 95% confidence interval of ``measure``, by drawing a confusion matrix's tickets again; None for few rows.

    As if each ticket were drawn by itself: of writers who are not among them it says less.
    https://doi.org/10.1214/aos/1176344552
    """
    total = counts.sum()
    if total < LEAST_ROWS:
        return None
    draws = np.random.default_rng(SEED).multinomial(total, counts.ravel() / total, DRAWS)
    return bounds([measure(draw.reshape(counts.shape)) for draw in draws])


def bounds(values: Sequence[float]) -> Interval:
    """All but the MARGIN on either side."""
    low, high = np.percentile(values, [MARGIN, 100 - MARGIN])
    return float(low), float(high)


def chance_error(curve: Sequence[BinScore]) -> float:
    """The calibration error that so many rows show 5 times of 100, or more, though every confidence is true."""
    rows, confidences = _columns(curve)
    off = np.abs(_drawn(curve) - confidences) * rows
    return float(np.percentile(off.sum(axis=0) / max(rows.sum(), 1), 100 - 2 * MARGIN))


def by_chance(one: BinScore) -> Interval:
    """Where a bin's accuracy lies 95 times of 100 if its confidence is true: https://doi.org/10.1175/WAF993.1."""
    return bounds(_drawn([one])[0].tolist())


def _drawn(curve: Sequence[BinScore]) -> NDArray[np.float64]:
    """Accuracies of rows that are right as often as they say: shape (bins, DRAWS_OF_BINS)."""
    rows, confidences = _columns(curve)
    return np.random.default_rng(SEED).binomial(rows, confidences, (len(curve), DRAWS_OF_BINS)) / rows


def _columns(curve: Sequence[BinScore]) -> tuple[Counts, NDArray[np.float64]]:
    """Rows and confidence of each bin, shape (bins, 1)."""
    rows, confidences = [one.rows for one in curve], [one.confidence for one in curve]
    return np.array(rows, np.int64)[:, None], np.array(confidences, np.float64)[:, None]
