"""What is known of a ticket on its way through the stages, and how what two stages found becomes one."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from handler.domain.enriched import Band, Method
from handler.domain.ports import Summary, Vectors
from handler.domain.ticket import Metadata
from handler.pipeline.words import Wording


@dataclass(frozen=True, slots=True)
class Label:
    """One signal: its value, how sure (0..1 and in words), how it was found, and the words that speak for it."""

    value: str
    confidence: float
    method: Method
    band: Band
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuses a model's NaN where it arises, so that it costs this signal of this ticket and no more."""
        if not math.isfinite(self.confidence):
            raise ValueError("a confidence must be a number")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a ticket so far. ``subject``, ``body`` and ``metadata`` stay empty until they are safe to show.

    ``gist`` is the body without quotes, signatures and logs, ``wording`` the terms of what is left with the subject.
    ``embedding`` is float32, shape (384,), unit length; ``odds``, shape (ODDS,), are what tuned layers say of the
    labels. ``intents`` and ``tones`` are the likeliest first, with their probabilities. ``errors`` and ``seconds`` are
    by stage name. ``hurried``: time is short, and what is dear is given up.
    """

    subject: str = ""
    body: str = ""
    metadata: Metadata | None = None
    gist: str | None = None
    wording: Wording | None = None
    pii: Mapping[str, int] = field(default_factory=dict)
    language: Label | None = None
    embedding: Vectors | None = None
    odds: Vectors | None = None
    intent: Label | None = None
    intents: tuple[tuple[str, float], ...] = ()
    urgency: Label | None = None
    sentiment: Label | None = None
    tones: tuple[tuple[str, float], ...] = ()
    summary: Summary | None = None
    truncated: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    hurried: bool = False

    @property
    def text(self) -> str:
        """What models and rules read: the subject, and what the customer says now."""
        return with_subject(self.subject, self.told)

    @property
    def told(self) -> str:
        """The body's gist, or the body as long as that is not known."""
        return self.body if self.gist is None else self.gist

    def failed(self, stage: str, code: str) -> "Draft":
        """This draft, naming ``stage`` as failed."""
        return replace(self, errors={**self.errors, stage: code})

    def took(self, stage: str, seconds: float) -> "Draft":
        """This draft, with its share of the time that ``stage`` took."""
        return replace(self, seconds={**self.seconds, stage: seconds})


def with_subject(subject: str, told: str) -> str:
    """Both as one text."""
    return f"{subject}\n{told}".strip()


def merged(before: Draft, after: Sequence[Draft]) -> Draft:
    """What several stages made of one draft, as one; where two changed the same field, the later listed counts."""
    changes: dict[str, Any] = {name: value for draft in after for name, value in _changed(before, draft)}
    if not changes:
        return before
    changes["truncated"] = tuple(dict.fromkeys(name for draft in (before, *after) for name in draft.truncated))
    changes["errors"] = {stage: code for draft in (before, *after) for stage, code in draft.errors.items()}
    changes["seconds"] = {stage: took for draft in (before, *after) for stage, took in draft.seconds.items()}
    return replace(before, **changes)


def _changed(before: Draft, after: Draft) -> Iterator[tuple[str, object]]:
    """The fields that a stage filled: those that no longer hold the very same object."""
    for name in (one.name for one in fields(Draft)):
        value = getattr(after, name)
        if value is not getattr(before, name):
            yield name, value
