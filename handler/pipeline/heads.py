"""Heads: linear models over features and words, fitted on labelled tickets and kept as numbers (``heads_file.py``).

A head corrects what rules and examples say; they stay the evidence. ``fitting/`` makes heads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from handler.domain.errors import ModelUnavailable
from handler.domain.ticket import RawTicket
from handler.pipeline.bands import Bands, doubted
from handler.pipeline.base import Draft, Label, Stage
from handler.pipeline.features import Features, wordings_of
from handler.pipeline.heads_file import HeadData
from handler.pipeline.prototypes import Scores, probabilities
from handler.pipeline.words import Wording, Words, scores, trust

BANDS = Bands(high=0.75, medium=0.5)
DOUBT = 0.005  # of 1,000 left-out labels that heads are surest of, some three are wrong; readers differ by more
RANKINGS = {"intent": "intents", "sentiment": "tones"}  # the fields that tell of other labels, too


@dataclass(frozen=True)
class Head:
    """A head ready to use: ``weights`` of shape (features, labels), ``term_weights`` of shape (terms, labels)."""

    labels: tuple[str, ...]
    weights: Features
    bias: Features
    words: Words
    term_weights: Features

    @classmethod
    def of(cls, data: HeadData, words: Words) -> "Head":
        """From a file."""
        return cls(data.labels, data.weights.matrix(), np.array(data.bias), words, data.words.matrix())

    def probabilities(self, features: Features, wordings: Sequence[Wording]) -> Scores:
        """Calibrated: shape (rows, labels). Raises ModelUnavailable for features that it was not fitted on."""
        if features.shape[1] != len(self.weights):  # of another release; no ticket is to blame
            raise ModelUnavailable("the heads were fitted on other features than this release has: run fit again")
        said = scores([self.words.row(one) for one in wordings], self.term_weights)
        return calibrated((features @ self.weights + said + self.bias) * trust(wordings))


def calibrated(odds: Scores) -> Scores:
    """Log odds at their temperature as probabilities: shape (rows, labels). None is ever sure."""
    return np.asarray((1 - DOUBT) * probabilities(odds) + DOUBT / odds.shape[1])


class Judge(Stage, Protocol):
    """A stage that says by examples and rules what a head is then told, too."""

    def judge(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> tuple[list[Draft], Scores]:
        """The drafts with their labels, and what these were made of: a row a draft. Raises ModelUnavailable."""


FeaturesOf = Callable[[Sequence[Draft], Scores], Features]
"""What a head looks at, of drafts and of what was judged of them: a row a draft. Raises ModelUnavailable."""


def likeliest(row: Scores) -> int:
    """The label with the highest probability."""
    return int(row.argmax())


def middle(row: Scores) -> int:
    """Of labels in order the one in the middle: as likely too high as too low. It is rarely two levels off."""
    return int(np.argmax(row.cumsum() >= row.sum() / 2))


class Headed:
    """A stage whose label a head corrects. ``signal`` is the draft's field, ``features`` what the head looks at."""

    def __init__(
        self,
        inner: Judge,
        signal: str,
        head: Head,
        features: FeaturesOf,
        choose: Callable[[Scores], int] = likeliest,
    ) -> None:
        self.name = inner.name
        self.needs = tuple(dict.fromkeys((*inner.needs, "embed")))
        self.work = inner.work
        self._inner = inner
        self._signal = signal
        self._head = head
        self._features = features
        self._choose = choose

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage. Raises ModelUnavailable."""
        found, judged = self._inner.judge(tickets, drafts)
        rows = self._head.probabilities(self._features(found, judged), wordings_of(found))
        return [self._corrected(draft, row) for draft, row in zip(found, rows, strict=True)]

    def _corrected(self, draft: Draft, row: Scores) -> Draft:
        before: Label | None = getattr(draft, self._signal)
        if before is not None and before.method == "explicit":
            return draft
        best = self._choose(row)
        value = self._head.labels[best]
        evidence = before.evidence if before is not None and before.value == value else ()
        changes: dict[str, Any] = {self._signal: BANDS.label(draft, value, float(row[best]), "head", evidence)}
        if ranking := RANKINGS.get(self._signal):
            changes[ranking] = self._ranked(row, draft, len(getattr(draft, ranking)))
        return replace(draft, **changes)

    def _ranked(self, row: Scores, draft: Draft, most: int) -> tuple[tuple[str, float], ...]:
        likeliest_first = np.argsort(-row, kind="stable")[:most]
        return tuple((self._head.labels[i], doubted(float(row[i]), draft)) for i in likeliest_first)
