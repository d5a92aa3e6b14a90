"""Words that carry feeling, and the tone that each speaks for.

Courtesies ("thanks in advance") carry none, whatever words they are made of.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from handler.domain.enriched import Sentiment
from handler.domain.phrases import Matcher, Reading, phrase

BLAME_FIRST: tuple[Sentiment, ...] = ("NEGATIVE", "POSITIVE")  # the "great" in "oh great" is no praise

Felt = dict[Sentiment, list[str]]
"""Words by the tone they speak for."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tone(_Frozen):
    """One tone: what it means, by example, and the words that carry it."""

    description: str
    examples: tuple[str, ...]
    words: tuple[str, ...] = ()


class Tones(_Frozen):
    """The data file. ``courtesies`` are passed over before any word is looked for."""

    tones: Mapping[Sentiment, Tone]
    courtesies: tuple[str, ...]


@cache
def tones() -> Tones:
    """The data file of this package."""
    text = (resources.files(__package__) / "sentiment.toml").read_text(encoding="utf-8")
    return Tones.model_validate(tomllib.loads(text))


class Feelings:
    """Finds the words."""

    def __init__(self) -> None:
        groups = (tones().courtesies, *(tones().tones[name].words for name in BLAME_FIRST))
        self._matcher = Matcher(*([phrase(words) for words in group] for group in groups))

    def __call__(self, reading: Reading) -> Felt:
        """A word that is part of something found before it is passed over."""
        taken, *by_tone = self._matcher.all(reading)
        found: Felt = {}
        for tone, some in zip(BLAME_FIRST, by_tone, strict=True):
            hits = [hit for hit in some if not any(hit.overlaps(other) for other in taken)]
            taken += hits
            for hit in hits:
                found.setdefault(_meant(tone, negated=reading.negated(hit.start)), []).append(hit.words)
        return found


def _meant(tone: Sentiment, *, negated: bool) -> Sentiment:
    """What a word speaks for: "not happy" is blame; "no problem" is neither praise nor blame."""
    if not negated:
        return tone
    return "NEGATIVE" if tone == "POSITIVE" else "NEUTRAL"
