"""The worst mistakes: what the pipeline was surest of, and wrong. Only masked text leaves this module."""

from collections.abc import Sequence
from dataclasses import dataclass

from handler.domain.shown import shown
from handler.evaluation.labelled import LABELS
from handler.evaluation.run import Judged
from handler.pipeline.draft import Label
from handler.pipeline.gist import gist
from handler.pipeline.redact import mask

MOST = 15
CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong label, where the ticket stands, and what it says, masked and shortened."""

    place: str
    truth: str
    label: Label
    evidence: tuple[str, ...]
    text: str


def worst(signal: str, found: Sequence[Judged], most: int = MOST) -> list[Mistake]:
    """Of labels in order the farthest off first, then the surest."""
    wrong = [one for one in found if signal in one.row.labels and one.labels[signal].value != one.row.labels[signal]]
    wrong.sort(key=lambda one: (-_distance(signal, one), -one.labels[signal].confidence, one.row.place))
    return [_mistake(signal, one) for one in wrong[:most]]


def _distance(signal: str, one: Judged) -> int:
    """How many levels lie between; any other mistake is as bad as the next."""
    order = LABELS["urgency"]
    truth, given = one.row.labels[signal], one.labels[signal].value
    return abs(order.index(truth) - order.index(given)) if signal == "urgency" and given in order else 1


def _mistake(signal: str, one: Judged) -> Mistake:
    label = one.labels[signal]
    evidence = tuple(masked(words) for words in label.evidence)
    return Mistake(one.row.place, one.row.labels[signal], label, evidence, excerpt(one))


def excerpt(one: Judged, characters: int = CHARACTERS) -> str:
    """The start of what a ticket says, in one line, masked even where TICKETS_PII is off."""
    subject, body = masked(one.enriched.ticket.subject), gist(masked_lines(one.enriched.ticket.body))
    text = " ".join(shown(f"{subject}. {body}" if subject.strip() else body).split())
    return text if len(text) <= characters else text[:characters].rsplit(" ", 1)[0] + " …"


def masked(text: str) -> str:
    """One line without personal data."""
    return shown(masked_lines(text))


def masked_lines(text: str) -> str:
    """Without personal data, in its lines."""
    return mask(text)[0]
