"""Everything that is counted of one signal on some rows."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from handler.domain.enriched import Band
from handler.evaluation.chance import Interval, chance_error, interval
from handler.evaluation.labelled import LABELS
from handler.evaluation.scores import (
    BinScore,
    ClassScore,
    CoverageScore,
    accuracy,
    by_class,
    calibration_curve,
    confusion,
    coverage_curve,
    error_of,
    macro_f1,
    weighted_kappa,
)
from handler.pipeline.draft import Label

SURE = ("high", "medium")  # bands that may be routed by
BANDS: tuple[Band, ...] = ("high", "medium", "low")

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, config=_STRICT)
class BandScore:
    """One band: how many rows it has, and the share of them that is right."""

    band: Literal["high", "medium", "low"]
    rows: int
    accuracy: float


@dataclass(frozen=True, slots=True, config=_STRICT)
class Score:
    """How good one signal is on some rows. ``kappa`` is quadratic-weighted, for urgency only.

    ``sure`` is the share of rows in band high or medium, ``sure_accuracy`` how many of those are right.
    """

    signal: str
    rows: int
    accuracy: float
    macro_f1: float
    kappa: float | None
    calibration_error: float
    sure: float
    sure_accuracy: float
    classes: tuple[ClassScore, ...]
    labels: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration: tuple[BinScore, ...] = ()
    coverage: tuple[CoverageScore, ...] = ()
    bands: tuple[BandScore, ...] = ()

    @property
    def headline(self) -> float:
        """The number that this signal is judged by: kappa for labels in order, else macro-F1."""
        return self.macro_f1 if self.kappa is None else self.kappa

    @property
    def interval(self) -> Interval | None:
        """The headline's 95% confidence interval; None for few rows."""
        return interval(np.array(self.confusion), macro_f1 if self.kappa is None else weighted_kappa)

    @property
    def chance_error(self) -> float:
        """Up to which calibration error so few rows may be off by chance (95 times of 100)."""
        return chance_error(self.calibration)

    def to_row(self) -> dict[str, Any]:
        """As a JSON object."""
        by_chance = {"interval": self.interval, "chance_error": self.chance_error}
        return asdict(self) | by_chance


def score(signal: str, truth: Sequence[str], found: Sequence[Label]) -> Score:
    """The numbers of ``found`` against ``truth``, row by row."""
    given = [label.value for label in found]
    labels = _labels(signal, {*truth, *given})
    counts = confusion(truth, given, labels)
    right = [was == said for was, said in zip(truth, given, strict=True)]
    curve = calibration_curve([label.confidence for label in found], right)
    bands = tuple(_band(band, found, right) for band in BANDS)
    sure = sum(band.rows for band in bands if band.band in SURE)
    return Score(
        signal=signal,
        rows=len(truth),
        accuracy=accuracy(counts),
        macro_f1=macro_f1(counts),
        kappa=weighted_kappa(counts) if signal == "urgency" and labels == LABELS[signal] else None,
        calibration_error=error_of(curve),
        sure=sure / max(len(truth), 1),
        sure_accuracy=sum(band.rows * band.accuracy for band in bands if band.band in SURE) / max(sure, 1),
        classes=tuple(by_class(counts, labels)),
        labels=labels,
        confusion=tuple(tuple(int(n) for n in row) for row in counts),
        calibration=tuple(curve),
        coverage=tuple(coverage_curve([label.confidence for label in found], right)),
        bands=bands,
    )


def _labels(signal: str, seen: set[str]) -> tuple[str, ...]:
    """In their order where they have one; a stage that failed gave what is no label."""
    known = LABELS.get(signal, ())
    return (*known, *sorted(seen - set(known)))


def _band(band: Band, found: Sequence[Label], right: Sequence[bool]) -> BandScore:
    inside = [is_right for label, is_right in zip(found, right, strict=True) if label.band == band]
    return BandScore(band, len(inside), sum(inside) / max(len(inside), 1))
