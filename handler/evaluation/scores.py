"""Numbers that say how good labels are. Nothing here knows a model or a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10  # of confidence, for the calibration error
COVERAGE_POINTS = 50  # are enough to draw a curve


@dataclass(frozen=True, slots=True)
class BinScore:
    """Some guesses of about the same confidence: how many, how sure in the mean, and the share that is right."""

    rows: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class CoverageScore:
    """If only guesses of at least ``confidence`` are acted on: the share that they are, and the share that is right."""

    confidence: float
    share: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One label: of those that were given it, and of those that had it, the share that is right."""

    label: str
    precision: float
    recall: float
    f1: float
    rows: int


def confusion(truth: Sequence[str], given: Sequence[str], labels: Sequence[str]) -> NDArray[np.int64]:
    """Counts, shape (labels, labels): rows are what it was, columns what was given."""
    index = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for was, said in zip(truth, given, strict=True):
        counts[index[was], index[said]] += 1
    return counts


def by_class(counts: NDArray[np.int64], labels: Sequence[str]) -> list[ClassScore]:
    """Precision, recall and F1 of each label; 0 where there is nothing to divide by."""
    right = counts.diagonal().astype(float)
    precision = right / np.maximum(counts.sum(axis=0), 1)
    recall = right / np.maximum(counts.sum(axis=1), 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    rows = counts.sum(axis=1)
    return [
        ClassScore(label, float(precision[i]), float(recall[i]), float(f1[i]), int(rows[i]))
        for i, label in enumerate(labels)
    ]


def accuracy(counts: NDArray[np.int64]) -> float:
    """The share that is right."""
    return float(counts.trace() / max(counts.sum(), 1))


def macro_f1(counts: NDArray[np.int64]) -> float:
    """The mean F1 of the labels that occur, as truth or as guess."""
    occurs = counts.sum(axis=0) + counts.sum(axis=1)
    seen = occurs > 0
    return float(np.mean(2 * counts.diagonal()[seen] / occurs[seen])) if seen.any() else 0.0


def weighted_kappa(counts: NDArray[np.int64]) -> float:
    """Cohen's kappa with quadratic weights, for labels in order: 1 is agreement, 0 chance.

    https://doi.org/10.1037/h0026256
    """
    levels = np.arange(len(counts))
    weights = (levels[:, None] - levels[None, :]) ** 2
    by_chance = int((weights * np.outer(counts.sum(axis=1), counts.sum(axis=0))).sum())
    return 1.0 - int((weights * counts).sum()) * int(counts.sum()) / by_chance if by_chance else 1.0


def calibration_curve(confidences: Sequence[float], right: Sequence[bool]) -> list[BinScore]:
    """Confidence against accuracy in BINS of confidence; a bin without rows is left out."""
    confident, correct = np.asarray(confidences, dtype=float), np.asarray(right, dtype=float)
    bins = np.minimum((confident * BINS).astype(int), BINS - 1)
    members = [bins == number for number in sorted(set(bins.tolist()))]
    return [BinScore(int(m.sum()), float(confident[m].mean()), float(correct[m].mean())) for m in members]


def error_of(curve: Sequence[BinScore]) -> float:
    """Expected calibration error: how far the two are apart, in the mean over the bins by their rows."""
    rows = max(sum(one.rows for one in curve), 1)
    return sum(abs(one.confidence - one.accuracy) * one.rows for one in curve) / rows


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The expected calibration error of some guesses."""
    return error_of(calibration_curve(confidences, right))


def coverage_curve(confidences: Sequence[float], right: Sequence[bool]) -> list[CoverageScore]:
    """What share is answered, and how well, if only guesses from a confidence up are acted on: surest first.

    Guesses of equal confidence are in or out together; at most COVERAGE_POINTS points, the last one is everything.
    """
    confident = np.asarray(confidences, dtype=float)
    order = np.argsort(-confident, kind="stable")
    sorted_confidence, correct = confident[order], np.asarray(right, dtype=float)[order].cumsum()
    ends = np.flatnonzero(np.diff(sorted_confidence, append=-1.0))  # the last of each confidence
    kept = (
        ends[np.unique(np.linspace(0, len(ends) - 1, min(COVERAGE_POINTS, len(ends))).astype(int))]
        if len(ends)
        else ends
    )
    return [
        CoverageScore(float(sorted_confidence[end]), (end + 1) / len(confident), float(correct[end] / (end + 1)))
        for end in map(int, kept)
    ]
