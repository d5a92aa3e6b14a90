"""Whether a fitted head is better than what is in use, on tickets that it did not see, or only by chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from handler.evaluation.chance import DRAWS, SEED, Interval, bounds
from handler.evaluation.score import Score, score
from handler.evaluation.scores import macro_f1, weighted_kappa
from handler.fitting.material import Indices, Material
from handler.pipeline.draft import Label
from handler.pipeline.features import Features
from handler.pipeline.heads import BANDS
from handler.pipeline.labels import chooser

Opinion = Literal["better", "worse", "no clear difference"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``fitted`` and ``used`` on the same tickets; the headline's gain lies in low..high 95 times of 100."""

    signal: str
    fitted: Score
    used: Score
    low: float
    high: float

    @property
    def gain(self) -> float:
        """In kappa for urgency, else in macro-F1."""
        return self.fitted.headline - self.used.headline

    @property
    def opinion(self) -> Opinion:
        """What one can say of it."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "no clear difference"

    def to_row(self) -> dict[str, object]:
        """As a JSON object."""
        bounds = {"gain": self.gain, "gain_low": self.low, "gain_high": self.high}
        scores = {"fitted": self.fitted.to_row(), "in_use": self.used.to_row()}
        return {"signal": self.signal, "opinion": self.opinion, **bounds, **scores}


def verdict(material: Material, found: Features) -> Verdict:
    """``found``: probabilities of the tickets by heads that did not see them, shape (tickets, labels)."""
    truth = [row.labels[material.signal] for row in material.rows]
    labels = _said(material, found)
    low, high = _bounds(material, [label.value for label in labels], [label.value for label in material.used])
    fitted, used = score(material.signal, truth, labels), score(material.signal, truth, material.used)
    return Verdict(material.signal, fitted, used, low, high)


def _said(material: Material, found: Features) -> list[Label]:
    """As Headed says it."""
    choose = chooser(material.signal)
    best = [choose(row) for row in found]
    sure = [float(row[i]) for row, i in zip(found, best, strict=True)]
    return [
        BANDS.label(draft, material.names[i], confidence, "head")
        for i, confidence, draft in zip(best, sure, material.drafts, strict=True)
    ]


def _bounds(material: Material, fitted: Sequence[str], used: Sequence[str]) -> Interval:
    """By drawing the tickets again.

    https://doi.org/10.1214/aos/1176344552
    """
    index = {name: i for i, name in enumerate(material.names)}
    truth = material.truth[: len(fitted)]
    pairs = [np.array([index[value] for value in said]) for said in (fitted, used)]
    measure = _measure(material)
    draws = np.random.default_rng(SEED).integers(0, len(truth), (DRAWS, len(truth)))
    gains = [measure(truth[draw], pairs[0][draw]) - measure(truth[draw], pairs[1][draw]) for draw in draws]
    return bounds(gains)


def _measure(material: Material) -> Callable[[Indices, Indices], float]:
    width = len(material.names)

    def counted(truth: Indices, given: Indices) -> float:
        counts = np.bincount(truth * width + given, minlength=width * width).reshape(width, width)
        return weighted_kappa(counts) if material.signal == "urgency" else macro_f1(counts)

    return counted
