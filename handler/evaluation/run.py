"""Runs the pipeline over labelled rows and counts what it got right."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from handler.domain.enriched import EnrichedTicket
from handler.domain.message import InlineTicket, Message, Record
from handler.evaluation.labelled import SIGNALS, Row
from handler.evaluation.score import Score, score
from handler.pipeline.draft import Label
from handler.service import EnrichmentService

FAILED = Label("(failed)", 0.0, "rules", "low")  # what a stage gave that broke on the ticket

Labels = Mapping[str, Label]  # of one ticket, by signal


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what became of it."""

    row: Row
    enriched: EnrichedTicket

    @property
    def labels(self) -> Labels:
        """What the pipeline said, by signal."""
        return {signal: self._label(signal) for signal in SIGNALS}

    def _label(self, signal: str) -> Label:
        parts = ("", "_confidence", "_method", "_band", "_evidence")
        said = [getattr(self.enriched.enrichment, signal + part) for part in parts]
        return FAILED if said[0] is None else Label(*said)


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


def scores(rows: Sequence[Row], said: Iterable[Labels]) -> list[Score]:
    """The score of each signal that is labelled."""
    pairs = list(zip(rows, said, strict=True))
    by_signal = {signal: [(row, labels) for row, labels in pairs if signal in row.labels] for signal in SIGNALS}
    return [
        score(signal, [row.labels[signal] for row, _ in some], [labels[signal] for _, labels in some])
        for signal, some in by_signal.items()
        if some
    ]
