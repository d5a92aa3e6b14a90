"""Days ahead that a text names as a limit or an event: "before 24 November", "by Friday", "bis 24.11.".

How near such a day is, only the day on which the ticket was written tells. A day that is over (of an invoice, an order,
a birth) counts for nothing. Of two readings of 5/6 after "by" the one that comes first is taken: too early costs less.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from handler.domain.phrases import Hit, Reading
from handler.pipeline.date_forms import Forms

WEEK = 7
CENTURY = "20"  # of a year that is written with two digits


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day that is so many ``days`` ahead (0: the ticket's own), and the words that name it."""

    days: int
    hit: Hit


class Calendar:
    """Finds days ahead."""

    def __init__(self) -> None:
        self._forms = Forms()

    def ahead(self, reading: Reading, written: date | None) -> Iterator[Ahead]:
        """The days that were not over when a text was ``written``; where nobody knows when, its weekdays alone."""
        for day in self._forms.found(reading):
            if ahead := _not_over(self._days(day.parts, written), day.after):
                yield Ahead(min(ahead), day.hit)

    def _days(self, said: Mapping[str, str], written: date | None) -> list[int]:
        """How far each reading of it is ahead; below 0 it is over."""
        if written is None:
            return [WEEK - 1] if {"weekday"} == said.keys() else []  # it cannot be farther
        if "day_alone" in said:
            found = _this_month_or_next(int(said["day_alone"]), written)
            return [days for days in found if self._fits(said, written, days)]
        if "weekday" in said:
            return [(self._forms.weekdays[said["weekday"]] - written.weekday()) % WEEK]
        return [days for month, day in self._readings(said) for days in _nearest(said.get("year"), month, day, written)]

    def _fits(self, said: Mapping[str, str], written: date, days: int) -> bool:
        """A Tuesday the 5th that is over is not the next 5th, which is no Tuesday."""
        return "weekday" not in said or (written.weekday() + days) % WEEK == self._forms.weekdays[said["weekday"]]

    def _readings(self, said: Mapping[str, str]) -> list[tuple[int, int]]:
        """Month and day."""
        if "either" in said:
            either, other = int(said["either"]), int(said["other"])
            return [(either, other), (other, either)]
        return [(self._forms.months[said["name"]] if "name" in said else int(said["month"]), int(said["day"]))]


def _not_over(days: list[int], after: str) -> list[int]:
    """After a word for a limit one reading ahead will do; after others, what may be over is."""
    ahead = [one for one in days if one >= 0]
    return ahead if after == "limits" or len(ahead) == len(days) else []


def _this_month_or_next(day: int, written: date) -> list[int]:
    year, month = written.year, written.month
    both = [*_distance(written, year, month, day), *_distance(written, year + month // 12, month % 12 + 1, day)]
    return [days for days in both if days >= 0]


def _nearest(year: str | None, month: int, day: int, written: date) -> list[int]:
    """Without a year the nearest day is meant: in December, 3 January is ahead and 3 November over."""
    if year:
        return _distance(written, int(year if len(year) > len("'26") else CENTURY + year[-2:]), month, day)
    every = [days for more in (-1, 0, 1) for days in _distance(written, written.year + more, month, day)]
    return [min(every, key=abs)] if every else []


def _distance(written: date, year: int, month: int, day: int) -> list[int]:
    """In days; nothing if there is no such day."""
    try:
        return [(date(year, month, day) - written).days]
    except ValueError:
        return []
