"""The customer's tone: nearness to examples of each, moved by words that carry feeling.

A neutral tone is a finding with examples of its own, not what is left when nothing was found. Courtesies ("thanks in
advance") carry no feeling, whatever words they are made of.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import ClassVar, cast

import numpy as np
from pydantic import BaseModel, ConfigDict

from handler.domain.enriched import Sentiment
from handler.domain.phrases import Matcher, Reading, phrase, read
from handler.domain.ports import Embedder
from handler.domain.ticket import RawTicket
from handler.pipeline.bands import Bands, cautious
from handler.pipeline.base import Draft, Label
from handler.pipeline.prototypes import Group, Prototypes, Scores, embeddings_of, probabilities
from handler.pipeline.work import whole

TEMPERATURE = 0.07  # of cosines
NEAREST = 8  # examples count: more of them share a tone, fewer a topic
DESCRIPTION_WEIGHT = 0.3
WORD_WEIGHT = 2.0  # log odds of one word with feeling
NEUTRAL_PRIOR = 1.0  # log odds: most tickets are written plainly
MAX_WORDS = 3  # of a kind count: a rant is not surer than an outburst
BANDS = Bands(high=0.75, medium=0.5)
MAX_EVIDENCE = 5

BLAME_FIRST: tuple[Sentiment, ...] = ("NEGATIVE", "POSITIVE")  # the "great" in "oh great" is no praise

Feelings = dict[Sentiment, list[str]]  # words by the tone they speak for


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


class ClassifySentiment:
    """Fills ``sentiment``."""

    name: ClassVar[str] = "sentiment"
    needs: ClassVar[tuple[str, ...]] = ("embed",)
    work = staticmethod(whole)

    def __init__(self, embedder: Embedder) -> None:
        text = (resources.files(__package__) / "sentiment.toml").read_text(encoding="utf-8")
        tones = Tones.model_validate(tomllib.loads(text))
        groups: dict[str, Group] = {name: Group(tone.description, tone.examples) for name, tone in tones.tones.items()}
        self._prototypes = Prototypes(groups, embedder, nearest=NEAREST, description_weight=DESCRIPTION_WEIGHT)
        groups_of_words = (tones.courtesies, *(tones.tones[name].words for name in BLAME_FIRST))
        self._matcher = Matcher(*([phrase(words) for words in group] for group in groups_of_words))
        self._prior = np.array([NEUTRAL_PRIOR * (name == "NEUTRAL") for name in groups])

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage. Raises ModelUnavailable."""
        return self.judge(tickets, drafts)[0]

    def judge(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> tuple[list[Draft], Scores]:  # noqa: ARG002 - Judge
        """See heads.Judge: the log odds of each tone, by examples and words together."""
        words = [self._feelings(read(draft.text)) for draft in drafts]
        near = self._prototypes.similarities(embeddings_of(drafts)) / TEMPERATURE + self._prior
        by_example = probabilities(near)
        log_odds = near + np.array([self._log_odds(found) for found in words])
        rows = zip(drafts, words, by_example, probabilities(log_odds), strict=True)
        return [self._labelled(*row) for row in rows], log_odds

    def _feelings(self, reading: Reading) -> Feelings:
        """The words that speak for each tone. A word that is part of something found before it is passed over."""
        taken, *by_tone = self._matcher.all(reading)
        found: Feelings = {}
        for tone, some in zip(BLAME_FIRST, by_tone, strict=True):
            hits = [hit for hit in some if not any(hit.overlaps(other) for other in taken)]
            taken += hits
            for hit in hits:
                found.setdefault(_meant(tone, negated=reading.negated(hit.start)), []).append(hit.words)
        return found

    def _log_odds(self, found: Feelings) -> list[float]:
        return [WORD_WEIGHT * min(len(found.get(_tone(name), ())), MAX_WORDS) for name in self._prototypes.names]

    def _labelled(self, draft: Draft, found: Feelings, by_example: Scores, by_both: Scores) -> Draft:
        best = int(by_both.argmax())
        tone, confidence = _tone(self._prototypes.names[best]), float(by_both[best])
        words = tuple(dict.fromkeys(found.get(tone, ())))[:MAX_EVIDENCE]
        carried = words and (by_example.argmax() != best or by_example[best] < BANDS.medium)
        band = cautious(BANDS.of(confidence), draft)
        return replace(draft, sentiment=Label(tone, confidence, "rules" if carried else "prototype", band, words))


def _tone(name: str) -> Sentiment:
    return cast(Sentiment, name)


def _meant(tone: Sentiment, *, negated: bool) -> Sentiment:
    """What a word speaks for: "not happy" is blame; "no problem" is neither praise nor blame."""
    if not negated:
        return tone
    return "NEGATIVE" if tone == "POSITIVE" else "NEUTRAL"
