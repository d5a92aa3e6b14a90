"""High, medium, low: what a confidence is worth.

High: may be acted on without a person. Medium: fit to route by. Low: little more than a guess, to be looked at. That
is what the thresholds aim at; how far they get is in docs/quality.md. Medium falls short of it on texts that are far
from the examples.
"""

from dataclasses import dataclass

from handler.domain.enriched import Band, Method
from handler.pipeline.base import Draft, Label

LEAST_WORDS = 2
GUESS = 0.4  # the most that is said of a guess: below every medium
UNDETERMINED = "und"  # ISO 639-2
READ_WELL = frozenset({"en", UNDETERMINED})  # the latter is too short to tell: most often English
LONG = 20  # words: a text that long without a language is in several


@dataclass(frozen=True, slots=True)
class Bands:
    """The lowest confidence that counts as high, and as medium."""

    high: float
    medium: float

    def of(self, confidence: float) -> Band:
        """The band of a confidence."""
        if confidence >= self.high:
            return "high"
        return "medium" if confidence >= self.medium else "low"

    def label(
        self, draft: Draft, value: str, probability: float, method: Method, evidence: tuple[str, ...] = ()
    ) -> Label:
        """A label as sure as its text allows: its band is low in other languages than rules and embedding know."""
        confidence = doubted(probability, draft)
        return Label(value, confidence, method, self.of(confidence) if read_well(draft) else "low", evidence)


def doubted(probability: float, draft: Draft) -> float:
    """It, but a guess at most where next to nothing is told: a word may mean anything, and a command nothing.

    In several languages at once nobody can tell how much of a text was understood.
    """
    said = draft.wording
    told = said is None or (said.words >= LEAST_WORDS and not said.commands)
    return probability if told and not _in_several_languages(draft) else min(probability, GUESS)


def read_well(draft: Draft) -> bool:
    """Whether rules, examples and embedding are made for what is written; also where nobody asked for its language.

    A language with confidence 0 means a text without words.
    """
    language = draft.language
    if language is None or language.value not in READ_WELL:
        return language is None
    return language.confidence > 0 and not _in_several_languages(draft)


def _in_several_languages(draft: Draft) -> bool:
    """What a long text without one is in."""
    undetermined = draft.language is not None and draft.language.value == UNDETERMINED
    return undetermined and draft.wording is not None and draft.wording.words >= LONG
