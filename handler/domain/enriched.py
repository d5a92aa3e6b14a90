"""What goes out: Enrichment and EnrichedTicket."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from handler.domain.ticket import Frozen, Priority, RawTicket

Sentiment = Literal["POSITIVE", "NEGATIVE", "NEUTRAL"]
Band = Literal["high", "medium", "low"]
Method = Literal["rules", "prototype", "head", "model", "explicit"]
SummaryMethod = Literal["abstractive", "extractive", "verbatim"]

# JSON lets these stand; terminals and JavaScript act on them
_UNESCAPED_CONTROL = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class IntentScore(Frozen):
    """One of the ranked intents."""

    intent: str
    confidence: float


class Provenance(Frozen):
    """What computed an enrichment, so that it can be explained and repeated."""

    pipeline_version: int
    profile: str
    backend: str
    models: Mapping[str, str]
    taxonomy: str
    content_hash: str
    fingerprint: str


class Enrichment(Frozen):
    """What the models and rules say. A signal whose stage failed is absent and named in ``errors``."""

    embedding: tuple[float, ...] | None = None
    intent: str | None = None
    intent_confidence: float | None = None
    intent_method: Method | None = None
    intent_band: Band | None = None
    intent_evidence: tuple[str, ...] | None = None
    intents: tuple[IntentScore, ...] | None = None
    urgency: Priority | None = None
    urgency_confidence: float | None = None
    urgency_method: Method | None = None
    urgency_band: Band | None = None
    urgency_evidence: tuple[str, ...] | None = None
    sentiment: Sentiment | None = None
    sentiment_confidence: float | None = None
    sentiment_method: Method | None = None
    sentiment_band: Band | None = None
    sentiment_evidence: tuple[str, ...] | None = None
    language: str | None = None
    language_confidence: float | None = None
    language_method: Method | None = None
    language_band: Band | None = None
    language_evidence: tuple[str, ...] | None = None
    summary: str | None = None
    summary_method: SummaryMethod | None = None
    needs_review: bool
    pii: Mapping[str, int]
    truncated: tuple[str, ...]
    status: Literal["complete", "partial"]
    errors: Mapping[str, str]
    timings_ms: Mapping[str, float]
    processed_at: str
    model_version: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class EnrichedTicket:
    """A ticket as it is stored (masked, unless that is switched off) and what was found in it."""

    ticket: RawTicket
    enrichment: Enrichment

    def to_json(self) -> str:
        """One JSON object: the ticket's fields, then ``enrichment`` without the signals that are absent."""
        fields = self.ticket.model_dump(mode="json")
        fields["enrichment"] = self.enrichment.model_dump(mode="json", exclude_none=True)
        text = json.dumps(fields, ensure_ascii=False, allow_nan=False)
        return _UNESCAPED_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
