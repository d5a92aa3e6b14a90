"""Runs the pipeline over labelled rows and counts what it got right."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from handler.domain.message import InlineTicket, Message, Record
from handler.evaluation.labelled import LABELS, SIGNALS, Judged, Row
from handler.evaluation.scores import (
    ClassScore,
    accuracy,
    by_class,
    calibration_error,
    confusion,
    macro_f1,
    weighted_kappa,
)
from handler.service import EnrichmentService

SURE = ("high", "medium")  # bands that may be routed by


@dataclass(frozen=True, slots=True)
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

    def to_row(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


class RowByRow:
    """A Decoder for rows that were read already."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._texts = {str(number): row.ticket.model_dump_json() for number, row in enumerate(rows)}

    def decode(self, message: Message) -> list[Record]:
        """See service.core.Decoder."""
        return [Record(InlineTicket(self._texts[message.message_id]), "")]

    def decode_payload(self, message: Message, payload: bytes) -> list[Record]:  # noqa: ARG002 - the port's signature
        """See service.core.Decoder. Nothing points anywhere."""
        return self.decode(message)


def judged(service: EnrichmentService, rows: Sequence[Row], batch_size: int) -> Iterator[Judged]:
    """Each row with what became of it. ``service`` decodes by RowByRow. Raises what a row failed with."""
    numbered = iter(enumerate(rows))
    while batch := list(islice(numbered, batch_size)):
        outcomes = service.process([Message(str(number), "") for number, _ in batch], lambda: math.inf)
        for (_, row), outcome in zip(batch, outcomes, strict=True):
            record = outcome.records[0]
            if record.enriched is None:
                raise record.error or AssertionError("a row has no outcome")
            yield Judged(row, record.enriched)


def scores(found: Iterable[Judged]) -> list[Score]:
    """The score of each signal that is labelled."""
    every = list(found)
    return [
        _score(signal, [one for one in every if signal in one.row.labels]) for signal in SIGNALS if _any(signal, every)
    ]


def _any(signal: str, found: Sequence[Judged]) -> bool:
    return any(signal in one.row.labels for one in found)


def _score(signal: str, found: Sequence[Judged]) -> Score:
    truth = [one.row.labels[signal] for one in found]
    given = [str(getattr(one.enriched.enrichment, signal)) for one in found]
    labels = LABELS.get(signal) or tuple(sorted({*truth, *given}))
    counts = confusion(truth, given, labels)
    right = [was == said for was, said in zip(truth, given, strict=True)]
    sure = [getattr(one.enriched.enrichment, f"{signal}_band") in SURE for one in found]
    surely_right = [r for r, s in zip(right, sure, strict=True) if s]
    return Score(
        signal=signal,
        rows=len(found),
        accuracy=accuracy(counts),
        macro_f1=macro_f1(counts, labels),
        kappa=weighted_kappa(counts) if signal == "urgency" else None,
        calibration_error=calibration_error(
            [float(getattr(one.enriched.enrichment, f"{signal}_confidence") or 0) for one in found], right
        ),
        sure=sum(sure) / len(found),
        sure_accuracy=sum(surely_right) / max(len(surely_right), 1),
        classes=tuple(by_class(counts, labels)),
        labels=labels,
        confusion=tuple(tuple(int(n) for n in row) for row in counts),
    )
