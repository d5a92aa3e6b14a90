"""How soon somebody has to act: what the customer set, else what the text says about impact and time.

Signals add up: what happens (impact), by when (words, and how many days ahead of the ticket's own a date is), how it is
asked for (escalation), less what takes it back (hedges). Each kind of signal counts once, so shouting does not. Anger
is no signal at all.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from itertools import islice
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from handler.domain.phrases import MAX_HITS, Hit, Matcher, Reading, Search, pattern, phrase
from handler.domain.ticket import Priority, RawTicket
from handler.pipeline.bands import Bands
from handler.pipeline.base import Draft, Label
from handler.pipeline.dates import Calendar
from handler.pipeline.features import wordings_of
from handler.pipeline.prototypes import Scores
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
    """One kind of signal: ``points`` above 0 raise the urgency, below 0 lower it.

    ``days``: a date that is at most so many days ahead shows it, too; of several such signals, that with the fewest.
    """

    name: str
    points: float
    days: int | None = None
    phrases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    def searches(self) -> list[Search]:
        """All that show it."""
        return [*map(phrase, self.phrases), *map(pattern, self.patterns)]


class Signals(_Frozen):
    """The data file."""

    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    points: float
    hit: Hit


@dataclass(frozen=True, slots=True)
class _Signs:
    """What one text shows: ``there``, a 1 for each kind of signal whose words stand there; and those that count."""

    there: list[float]
    counting: list[_Found]


class ClassifyUrgency:
    """Fills ``urgency``."""

    name: ClassVar[str] = "urgency"
    needs: ClassVar[tuple[str, ...]] = ("redact",)
    work = staticmethod(whole)

    def __init__(self) -> None:
        text = (resources.files(__package__) / "urgency.toml").read_text(encoding="utf-8")
        signals = Signals.model_validate(tomllib.loads(text)).signals
        self._raises = [signal for signal in signals if signal.points >= 0]
        self._hedges = [signal for signal in signals if signal.points < 0]
        self._by_day = sorted((one.days, place) for place, one in enumerate(self._raises) if one.days is not None)
        self._calendar = Calendar()
        self._matcher = Matcher(*(signal.searches() for signal in (*self._raises, *self._hedges)))

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage."""
        return self.judge(tickets, drafts)[0]

    def judge(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> tuple[list[Draft], Scores]:
        """See heads.Judge: for each kind of signal whether its words are there, and the points of what counts."""
        read_as = [
            self._read(said.reading, ticket.written_on)
            for ticket, said in zip(tickets, wordings_of(drafts), strict=True)
        ]
        rows = zip(tickets, drafts, read_as, strict=True)
        judged = [replace(draft, urgency=_label(ticket, draft, signs.counting)) for ticket, draft, signs in rows]
        return judged, np.array([[*signs.there, _points(signs.counting)] for signs in read_as])

    def _read(self, reading: Reading, written: date | None) -> _Signs:
        """Words inside a hedge ("not urgent") or negated do not raise."""
        found = self._matcher.all(reading)
        raising, lowering = found[: len(self._raises)], found[len(self._raises) :]
        hedged = [hit for hits in lowering for hit in hits]
        meant = [_meant(hits, reading, hedged) for hits in raising]
        for place, day in self._dated(reading, written, hedged):
            meant[place] = meant[place] or day
            raising[place].append(day)
        counting = [_Found(one.points, hits[0]) for one, hits in zip(self._hedges, lowering, strict=True) if hits]
        counting += [_Found(one.points, hit) for one, hit in zip(self._raises, meant, strict=True) if hit]
        return _Signs([float(bool(hits)) for hits in (*raising, *lowering)], counting)

    def _dated(self, reading: Reading, written: date | None, hedged: Sequence[Hit]) -> Iterator[tuple[int, Hit]]:
        """The days that are near enough for a signal: which, and where. "No answer by Friday" denies no Friday."""
        for day in islice(self._calendar.ahead(reading, written), MAX_HITS):
            near_enough = [place for days, place in self._by_day if day.days <= days]
            if near_enough and not _within(day.hit, hedged):
                yield near_enough[0], day.hit


def _label(ticket: RawTicket, draft: Draft, found: Sequence[_Found]) -> Label:
    if ticket.priority is not None:
        return Label(ticket.priority, 1.0, "explicit", "high", ("priority",))
    if not found:
        return Label(NOTHING_SAID, UNSAID_CONFIDENCE, "rules", "low")
    points = _points(found)
    return BANDS.label(draft, _level(points), _confidence(points), "rules", _evidence(found))


def _points(found: Sequence[_Found]) -> float:
    return sum(signal.points for signal in found)


def _meant(hits: Sequence[Hit], reading: Reading, hedged: Sequence[Hit]) -> Hit | None:
    """The first hit that is neither negated nor part of a hedge."""
    standing = (hit for hit in hits if not reading.negated(hit.start))
    return next((hit for hit in standing if not _within(hit, hedged)), None)


def _within(hit: Hit, hedged: Sequence[Hit]) -> bool:
    return any(hit.overlaps(hedge) for hedge in hedged)


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
