"""How days are written in a text: regular expressions, made of the words in ``dates.toml``."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from pydantic import BaseModel, ConfigDict

from handler.domain.phrases import SHOWN_CHARACTERS, Hit, Reading

# Regular expressions over lower case, in which @names stand for others or for words of the data file.
_BEFORE = (  # the group that matches names the forms that may follow
    r"(?<!\w)(?:(?:(?P<limits>@limits)|(?P<turns>@turns)|(?P<days>@days)|(?P<mentions>@mentions))"
    r"(?:@gap(?:@between|@time)(?!\w)\.?){0,4}@gap(?=\d|(?:@months|@shorts|@weekdays)(?!\w))"
    r"|(?P<nothing>)(?=(?:@shorts|@weekdays)(?!\w)))"
)
# How a day is written; the first form that fits counts.
_WHOLE = (
    r"@on(?P<year>\d{4})[-/](?P<month>\d\d)[-/](?P<day>\d\d)(?!\d)",
    r"@on(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4})(?!\d)",
    r"@on(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})(?!\d|\.\d)",
    r"@on(?P<either>\d{1,2})/(?P<other>\d{1,2})/(?P<year>\d{4})(?![\d/])",
    r"@on(?P<day>\d{1,2})(?:@th|[.º°])?[ -](?:of |de |di )?(?P<name>@months)@of_year",
    r"@on(?P<name>@months)\.? (?P<day>\d{1,2})(?:@th)?@of_year",
    r"(?P<weekday>@weekdays),? (?:the )?(?P<day_alone>\d{1,2})(?:@th)(?!\w)",
)
_IN_NUMBERS = (
    r"@on(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\.(?P<year>\d\d)?(?! ?\d{3}|\d|\.\d)",
    r"@on(?!@fraction)(?P<either>\d{1,2})/(?P<other>\d{1,2})(?:/(?P<year>\d\d))?(?![\d/])",
)
_DAY_ALONE = (r"(?P<day_alone>\d{1,2})(?:@th)@end",)
_WEEKDAY_ALONE = (r"(?P<weekday>@weekdays)(?!\w)",)
_NUMBERS = r"\d(?:(?:@th)|/\d|-\d\d?-\d|\. ?\d\d?\.)"  # in all forms that name no month or weekday
_OTHERS = {
    "@on": r"(?:(?:@shorts|@weekdays)\.?,? (?:the |den |dem |le )?)?",
    "@of_year": r"(?!\w)(?:[,.-]? ?(?:del? )?(?P<year>\d{4}|'\d\d|[23]\d(?![\w:])))?(?! (?:@past))",
    "@end": r"(?!\w)(?=$|[^\w ]| [^\w]| (?:@follows)(?!\w))",
    "@fraction": r"(?:24/7|1/2|[12]/3|[13]/4)(?!/)",
    "@gap": r"[ ,:(]{1,2}",
    "@time": r"\d{1,2}:\d\d|\d{1,2} ?(?:am|pm|uhr|o'clock)",
    "@th": r"st|nd|rd|th|er",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A day as it is written: ``after`` which kind of words, its ``parts`` by the names of the forms' groups."""

    after: str
    parts: Mapping[str, str]
    hit: Hit


class _After(BaseModel):
    """Words before a day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: tuple[str, ...]
    turns: tuple[str, ...]
    days: tuple[str, ...]
    mentions: tuple[str, ...]


class _Words(BaseModel):
    """The data file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: _After
    between: tuple[str, ...]
    follows: tuple[str, ...]
    past: tuple[str, ...]
    shorts: tuple[str, ...]
    weekdays: tuple[tuple[str, ...], ...]
    months: tuple[tuple[str, ...], ...]


class Forms:
    """Finds what is written as a day. ``months`` are by their names, from 1, and ``weekdays``, from 0 for Monday."""

    def __init__(self) -> None:
        text = (resources.files(__package__) / "dates.toml").read_text(encoding="utf-8")
        words = _Words.model_validate(tomllib.loads(text))
        self.months = {name: number for number, names in enumerate(words.months, start=1) for name in names}
        self.weekdays = {name: number for number, names in enumerate(words.weekdays) for name in names}
        self._names = {*self.months, *self.weekdays, *words.shorts}
        lists: Mapping[str, Iterable[str]] = {
            **words.after.model_dump(),
            "between": [*words.between, *words.shorts],
            "follows": words.follows,
            "past": words.past,
            "shorts": words.shorts,
            "months": self.months,
            "weekdays": self.weekdays,
        }
        named = {f"@{name}": _any(some) for name, some in lists.items()}
        self._numbers, self._before = (_compiled(one, named) for one in (_NUMBERS, _BEFORE))
        self._after = _forms(named)

    def found(self, reading: Reading) -> Iterator[Written]:
        """The days of a text, from left to right."""
        if reading.words.isdisjoint(self._names) and not self._numbers.search(reading.lowered):
            return  # most texts
        for before in self._before.finditer(reading.lowered):
            after = before.lastgroup or ""
            matches = (form.match(reading.lowered, before.end()) for form in self._after[after])
            if day := next(filter(None, matches), None):
                parts = {name: text for name, text in day.groupdict().items() if text}
                start, end = before.start(), day.end()
                yield Written(after, parts, Hit(start, end, reading.text[start:end][:SHOWN_CHARACTERS]))


def _forms(named: Mapping[str, str]) -> Mapping[str, list[re.Pattern[str]]]:
    """How a day may be written after each kind of words."""
    kinds = (_WHOLE, _IN_NUMBERS, _DAY_ALONE, _WEEKDAY_ALONE)
    whole, numbers, day, weekday = ([_compiled(form, named) for form in forms] for forms in kinds)
    return {
        "limits": [*whole, *numbers, *day, *weekday],
        "turns": [*whole, *numbers, *day],
        "days": [*whole, *numbers],
        "mentions": whole,
        "nothing": whole,
    }


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _compiled(form: str, named: Mapping[str, str]) -> re.Pattern[str]:
    for name, words in {**_OTHERS, **named}.items():
        form = form.replace(name, words)
    return re.compile(form)
