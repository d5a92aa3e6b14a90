"""A finished draft becomes the enrichment that is stored."""

from datetime import UTC, datetime
from typing import Any

from handler.domain.enriched import EnrichedTicket, Enrichment, IntentScore, Provenance
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Computation, Draft, Label

EMBEDDING_DECIMALS = 7  # float32 holds no more; the length stays 1 to a millionth


def enriched_ticket(
    ticket: RawTicket, draft: Draft, computation: Computation, content_hash: str, now: float
) -> EnrichedTicket:
    """The ticket as it may be shown, with everything that the draft found. ``now`` is Unix seconds."""
    shown = ticket.model_copy(update={"subject": draft.subject, "body": draft.body, "metadata": draft.metadata})
    return EnrichedTicket(shown, _enrichment(draft, computation, content_hash, now))


def _enrichment(draft: Draft, computation: Computation, content_hash: str, now: float) -> Enrichment:
    return Enrichment(
        **_signals(draft),
        needs_review=_needs_review(draft),
        pii=draft.pii,
        truncated=draft.truncated,
        status="partial" if draft.errors else "complete",
        errors=draft.errors,
        timings_ms={stage: round(seconds * 1000, 3) for stage, seconds in draft.seconds.items()},
        processed_at=datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        model_version=computation.model_version,
        provenance=_provenance(computation, content_hash),
    )


def _signals(draft: Draft) -> dict[str, Any]:
    signals: dict[str, Any] = {}
    for name in ("intent", "urgency", "sentiment", "language"):
        signals |= _flat(name, getattr(draft, name))
    if draft.embedding is not None:
        signals["embedding"] = draft.embedding.astype(float).round(EMBEDDING_DECIMALS).tolist()
    if draft.intent is not None:
        signals["intents"] = [IntentScore(intent=name, confidence=_percent(p)) for name, p in draft.intents]
    if draft.summary is not None:
        signals |= {"summary": draft.summary.text, "summary_method": draft.summary.method}
    return signals


def _flat(name: str, label: Label | None) -> dict[str, Any]:
    if label is None:
        return {}
    return {
        name: label.value,
        f"{name}_confidence": _percent(label.confidence),
        f"{name}_method": label.method,
        f"{name}_band": label.band,
        f"{name}_evidence": label.evidence,
    }


def _percent(probability: float) -> float:
    return round(float(probability), 4)


def _needs_review(draft: Draft) -> bool:
    """A person should look: something is missing, or what steers the ticket is little more than a guess."""
    return bool(draft.errors) or any(label is None or label.band == "low" for label in (draft.intent, draft.urgency))


def _provenance(computation: Computation, content_hash: str) -> Provenance:
    return Provenance(
        pipeline_version=computation.pipeline_version,
        profile=computation.profile,
        backend=computation.backend,
        models=computation.models,
        taxonomy=computation.taxonomy,
        content_hash=content_hash,
        fingerprint=computation.fingerprint,
    )
