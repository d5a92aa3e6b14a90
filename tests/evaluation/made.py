"""Rows that were judged, made to measure: no model runs."""

from collections.abc import Mapping
from typing import Any

from handler.domain.enriched import EnrichedTicket, Enrichment, Provenance
from handler.evaluation.labelled import Row, Source
from handler.evaluation.run import Judged, scores
from handler.evaluation.saved import Evaluation
from tests.factories import ticket

PROVENANCE = Provenance(
    pipeline_version=1,
    profile="fast",
    backend="ctranslate2",
    models={},
    taxonomy="t",
    content_hash="c",
    fingerprint="f",
)


def judged(truth: Mapping[str, str], body: str = "It fails.", subject: str = "", **found: Any) -> Judged:
    """One row. ``found``: fields of the enrichment; by default every label is sure and right."""
    said: dict[str, Any] = {}
    for signal, label in truth.items():
        said |= {signal: label, f"{signal}_confidence": 0.9, f"{signal}_method": "head", f"{signal}_band": "high"}
        said[f"{signal}_evidence"] = ()
    plain = {"needs_review": False, "pii": {}, "truncated": (), "status": "complete", "errors": {}, "timings_ms": {}}
    enrichment = Enrichment(**plain, processed_at="", model_version="", provenance=PROVENANCE, **{**said, **found})
    one = ticket(subject=subject, body=body)
    return Judged(Row(one, truth, "", "rows.jsonl:1"), EnrichedTicket(one, enrichment))


def evaluation(*found: Judged, **changes: Any) -> Evaluation:
    """An evaluation of these rows."""
    said = tuple(scores([one.row for one in found], [one.labels for one in found]))
    fields: dict[str, Any] = {
        "at": "2026-01-01T00:00:00Z", "version": "0", "profile": "fast", "backend": "ctranslate2", "taxonomy": "t",
        "heads": "h", "fingerprint": "f", "sources": (Source("rows.jsonl", "ab" * 32),), "rows": len(found),
        "reviewed": 0.25, "groups": {"all": said},
    }  # fmt: skip
    return Evaluation(**{**fields, **changes})
