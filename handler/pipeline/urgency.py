"""How soon somebody has to act: what the customer set, else what the text says about impact and time.

Signals add up: what happens (impact), by when (deadline), how it is asked for (escalation), less what takes it back
(hedges). Each kind of signal counts once, so shouting does not. Anger is no signal at all.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from handler.domain.phrases import Hit, Matcher, Reading, read
from handler.domain.ticket import Priority, RawTicket
from handler.pipeline.bands import Bands, in_language
from handler.pipeline.base import Draft, Label
from handler.pipeline.work import whole

LEVELS: tuple[tuple[float, Priority], ...] = (
    (5.0, "critical"),
    (2.0, "high"),
    (-1.0, "medium"),
)  # points from; else low
NOTHING_SAID: Priority = "medium"  # most tickets are; the band says that it is a guess
UNSAID_CONFIDENCE = 0.4
LEAST_CONFIDENCE = 0.5  # on the edge between two levels
CONFIDENCE_PER_POINT = 0.15  # away from that edge
MOST_CONFIDENCE = 0.9  # rules are never surer
BANDS = Bands(high=0.75, medium=0.5)
MAX_EVIDENCE = 5


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Signal(_Frozen):
    """One kind of signal: ``points`` above 0 raise the urgency, below 0 lower it."""

    name: str
    points: float
    phrases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class Signals(_Frozen):
    """The data file."""

    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    points: float
    hit: Hit


class ClassifyUrgency:
    """Fills ``urgency``."""

    name: ClassVar[str] = "urgency"
    needs: ClassVar[tuple[str, ...]] = ("redact",)
    work = staticmethod(whole)

    def __init__(self) -> None:
        text = (resources.files(__package__) / "urgency.toml").read_text(encoding="utf-8")
        signals = Signals.model_validate(tomllib.loads(text)).signals
        compiled = [(signal.points, Matcher(signal.phrases, signal.patterns)) for signal in signals]
        self._hedges = [(points, matcher) for points, matcher in compiled if points < 0]
        self._raises = [(points, matcher) for points, matcher in compiled if points >= 0]

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage."""
        return [
            replace(draft, urgency=self._judge(ticket, draft)) for ticket, draft in zip(tickets, drafts, strict=True)
        ]

    def signs(self, drafts: Sequence[Draft]) -> NDArray[np.float64]:
        """For each kind of signal whether it was found, and the points together: shape (drafts, signals + 1)."""
        return np.array([self._signs(read(draft.text)) for draft in drafts])

    def _signs(self, reading: Reading) -> list[float]:
        kinds = [matcher for _, matcher in (*self._raises, *self._hedges)]
        points = sum(signal.points for signal in self._signals(reading))
        return [*(float(matcher.first(reading) is not None) for matcher in kinds), points]

    def _judge(self, ticket: RawTicket, draft: Draft) -> Label:
        if ticket.priority is not None:
            return Label(ticket.priority, 1.0, "explicit", "high", ("priority",))
        found = self._signals(read(draft.text))
        if not found:
            return Label(NOTHING_SAID, UNSAID_CONFIDENCE, "rules", "low")
        points = sum(signal.points for signal in found)
        confidence = _confidence(points)
        return Label(_level(points), confidence, "rules", in_language(BANDS.of(confidence), draft), _evidence(found))

    def _signals(self, reading: Reading) -> list[_Found]:
        """The first hit of each kind. Words inside a hedge ("not urgent") or negated do not raise."""
        lowering, hedged = [], []
        for points, matcher in self._hedges:
            if hits := list(matcher.all(reading)):
                lowering.append(_Found(points, hits[0]))
                hedged += hits
        raising = [(points, _meant(matcher, reading, hedged)) for points, matcher in self._raises]
        return lowering + [_Found(points, hit) for points, hit in raising if hit]


def _meant(matcher: Matcher, reading: Reading, hedged: Sequence[Hit]) -> Hit | None:
    """The first hit that is neither negated nor part of a hedge."""
    hits = (hit for hit in matcher.all(reading) if not reading.negated(hit.start))
    return next((hit for hit in hits if not any(hit.overlaps(hedge) for hedge in hedged)), None)


def _level(points: float) -> Priority:
    return next((level for least, level in LEVELS if points >= least), "low")


def _confidence(points: float) -> float:
    """Grows with the distance to the nearest edge between two levels."""
    distance = min(abs(points - edge) for edge, _ in LEVELS)
    return min(LEAST_CONFIDENCE + CONFIDENCE_PER_POINT * distance, MOST_CONFIDENCE)


def _evidence(found: Sequence[_Found]) -> tuple[str, ...]:
    """The words that decided, the weightiest first."""
    weightiest = sorted(found, key=lambda signal: -abs(signal.points))
    return tuple(dict.fromkeys(signal.hit.words for signal in weightiest))[:MAX_EVIDENCE]
