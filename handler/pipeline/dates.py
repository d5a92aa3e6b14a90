"""Days ahead that a text names as a limit or an event: "before 24 November", "by Friday", "bis 24.11.".

How near such a day is, only the day on which the ticket was written tells. Days that are over are invoices', orders'
and births', and count for nothing. Of two readings of 3/4 the one that comes first is taken: too early costs less.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources

from pydantic import BaseModel, ConfigDict

from handler.domain.phrases import SHOWN_CHARACTERS, Hit, Reading
from handler.domain.ticket import RawTicket

WEEK = 7
CENTURY = "20"  # of a year that is written with two digits

# Regular expressions over lower case, in which @names stand for others or for words of the data file.
# What stands before a day:
_BEFORE = r"(?<!\w)(?:@words)(?:@gap(?:@between|@time)(?!\w)\.?){0,4}@gap(?=\d|(?:@months|@weekdays)(?!\w))"
_AT_WEEKDAY = r"(?<!\w)(?=(?:@weekdays)(?!\w))"
# How a day is written; the first that fits counts.
_WHOLE = (
    r"@on(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
    r"@on(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>20\d\d)(?!\d)",
    r"@on(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\.(?: ?(?P<year>(?:20)?\d\d))?(?!\d|\.\d)",
    r"@on(?!24/7)(?P<either>\d{1,2})/(?P<other>\d{1,2})(?:/(?P<year>(?:20)?\d\d))?(?![\d/])",
    r"@on(?P<day>\d{1,2})(?:@th|[.º°])? (?:of |de |di )?(?P<name>@months)(?!\w)(?:[,.]? (?:del? )?(?P<year>20\d\d))?",
    r"@on(?P<name>@months)\.? (?P<day>\d{1,2})(?:@th)?(?!\w)(?:,? (?P<year>20\d\d))?",
    r"(?P<weekday>@weekdays),? (?:the )?(?P<only>\d{1,2})(?:@th)(?!\w)",
)
_PARTLY = (r"(?P<only>\d{1,2})(?:@th)(?!\w)", r"(?P<weekday>@weekdays)(?!\w)")
_IN_NUMBERS = re.compile(r"\d(?:st|nd|rd|th|/\d|-\d\d?-\d|\. ?\d\d?\.)")  # all forms that name no month or weekday
_OTHERS = {
    "@on": r"(?:(?:@weekdays)\.?,? (?:the |den |le )?)?",
    "@gap": r"[ ,:(]{1,2}",
    "@time": r"\d{1,2}:\d\d|\d{1,2} ?(?:am|pm|uhr|o'clock)",
    "@th": r"st|nd|rd|th|er",
}

Parts = Mapping[str, str]
"""What is written of a day, by the names of the forms' groups."""


class _Words(BaseModel):
    """The data file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: tuple[str, ...]
    events: tuple[str, ...]
    between: tuple[str, ...]
    weekdays: tuple[tuple[str, ...], ...]
    months: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day that is so many ``days`` ahead (0: the ticket's own), and the words that name it."""

    days: int
    hit: Hit


def written_on(ticket: RawTicket) -> date | None:
    """The day in UTC; None where created_at is 0, which says that nobody knows."""
    return datetime.fromtimestamp(ticket.created_at, UTC).date() if ticket.created_at else None


class Calendar:
    """Finds days ahead."""

    def __init__(self) -> None:
        text = (resources.files(__package__) / "dates.toml").read_text(encoding="utf-8")
        words = _Words.model_validate(tomllib.loads(text))
        self._months = {name: number for number, names in enumerate(words.months, start=1) for name in names}
        self._weekdays = {name: number for number, names in enumerate(words.weekdays) for name in names}
        self._named = {*self._months, *self._weekdays}
        named = {"@between": _any(words.between), "@months": _any(self._months), "@weekdays": _any(self._weekdays)}
        whole, partly = ([_compiled(form, named) for form in forms] for forms in (_WHOLE, _PARTLY))
        self._sought = (
            (_compiled(_BEFORE, {"@words": _any(words.limits), **named}), [*whole, *partly]),
            (_compiled(_BEFORE, {"@words": _any(words.events), **named}), whole),
            (_compiled(_AT_WEEKDAY, named), whole),
        )

    def ahead(self, reading: Reading, written: date) -> Iterator[Ahead]:
        """The days ahead of the one on which a text was ``written``, that one too."""
        if reading.words.isdisjoint(self._named) and not _IN_NUMBERS.search(reading.lowered):
            return  # most texts
        for start, day in self._written_out(reading.lowered):
            if ahead := [days for days in self._days(_parts(day), written) if days >= 0]:
                yield Ahead(min(ahead), Hit(start, day.end(), reading.text[start : day.end()][:SHOWN_CHARACTERS]))

    def _written_out(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """Each day, and where the word before it begins."""
        for before, forms in self._sought:
            for found in before.finditer(text):
                if day := next(filter(None, (form.match(text, found.end()) for form in forms)), None):
                    yield found.start(), day

    def _days(self, said: Parts, written: date) -> list[int]:
        """How far each reading is ahead; below 0 it is over."""
        if "only" in said:
            return [days for days in _this_month_or_next(int(said["only"]), written) if self._fits(said, written, days)]
        if "weekday" in said:
            return [(self._weekdays[said["weekday"]] - written.weekday()) % WEEK]
        return [days for month, day in self._readings(said) for days in _nearest(said.get("year"), month, day, written)]

    def _fits(self, said: Parts, written: date, days: int) -> bool:
        """A Tuesday the 5th that is over is not the next 5th, which is no Tuesday."""
        return "weekday" not in said or (written.weekday() + days) % WEEK == self._weekdays[said["weekday"]]

    def _readings(self, said: Parts) -> list[tuple[int, int]]:
        """Month and day."""
        if "either" in said:
            either, other = int(said["either"]), int(said["other"])
            return [(either, other), (other, either)]
        return [(self._months[said["name"]] if "name" in said else int(said["month"]), int(said["day"]))]


def _parts(day: re.Match[str]) -> Parts:
    return {name: text for name, text in day.groupdict().items() if text}


def _this_month_or_next(day: int, written: date) -> list[int]:
    year, month = written.year, written.month
    return [*_distance(written, year, month, day), *_distance(written, year + month // 12, month % 12 + 1, day)]


def _nearest(year: str | None, month: int, day: int, written: date) -> list[int]:
    """Without a year the nearest day is meant: in December, 3 January is ahead and 3 November over."""
    if year:
        return _distance(written, int(CENTURY + year[-2:]), month, day)
    every = [days for more in (-1, 0, 1) for days in _distance(written, written.year + more, month, day)]
    return [min(every, key=abs)] if every else []


def _distance(written: date, year: int, month: int, day: int) -> list[int]:
    """In days; nothing if there is no such day."""
    try:
        return [(date(year, month, day) - written).days]
    except ValueError:
        return []


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _compiled(form: str, named: Mapping[str, str]) -> re.Pattern[str]:
    for name, words in {**_OTHERS, **named}.items():
        form = form.replace(name, words)
    return re.compile(form)
