"""High, medium, low: what a confidence is good for.

High: may be acted on without a person. Medium: good enough to route by. Low: little more than a guess, to be looked at.
"""

from dataclasses import dataclass

from handler.domain.ticket import Band
from handler.pipeline.base import Draft

_READ_WELL = frozenset(
    {"en", "und"}
)  # und: too short to tell, so most often English, and its labels say how sure they are


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


def in_language(band: Band, draft: Draft) -> Band:
    """The band, but low for a text in another language than English, for which rules and embedding are made."""
    return band if draft.language is None or draft.language.value in _READ_WELL else "low"
