"""Parity: whatever brings a ticket, the same enrichment and the same errors come out."""

import json
from typing import Any

import pytest

from handler import app, bootstrap, profiles
from handler.domain.ports import Embedder
from handler.service.core import Ports
from handler.settings import Settings
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from tests.cli.test_enrich import run
from tests.factories import RAW_BUCKET, ticket_fields
from tests.test_app import Context, record

BODIES: list[object] = [
    ticket_fields("T-1"),
    ticket_fields("T-2", subject="Refund", body="You charged me twice, please refund one payment today."),
    ticket_fields("T-3", priority="critical", body="Die Rechnung ist falsch und die Seite lädt nicht mehr."),
    ticket_fields("T-4", body="word " * 2_000),
    ticket_fields("T-5", created_at=-1),
    ticket_fields("T-6", body="x" * 100_001),
]


@pytest.mark.models
@pytest.mark.usefixtures("deployed_process")
def test_lambda_and_command_line_agree(monkeypatch: pytest.MonkeyPatch, minilm: Embedder) -> None:
    """They only translate; the core is one."""
    assert by_lambda(monkeypatch, minilm) == by_command_line()


def by_lambda(monkeypatch: pytest.MonkeyPatch, minilm: Embedder) -> list[object]:
    store, letters = MemoryStore(), MemoryDeadLetters()
    ports = Ports(Envelope(RAW_BUCKET), MemorySource(), store, letters)
    service = bootstrap.build(Settings(), ports, models=profiles.Models(minilm))
    monkeypatch.setattr(bootstrap, "deployed_service", lambda: service)
    records = [record(body, str(number)) for number, body in enumerate(BODIES)]
    assert {"batchItemFailures": []} == app.lambda_handler({"Records": records}, Context())  # type: ignore[arg-type]
    committed = {key.ticket_id: store.objects[row.s3_key] for key, row in store.rows.items()}
    rejected = {letter.message.message_id: letter.error for letter in letters.letters}
    results = [comparable(json.loads(one.enriched.to_json())) for _, one in sorted(committed.items())]
    return results + [(error.code, error.field) for _, error in sorted(rejected.items())]


def by_command_line() -> list[object]:
    lines = "\n".join(body if isinstance(body, str) else json.dumps(body) for body in BODIES)
    answers = [json.loads(line) for line in run("enrich", lines=lines.encode()).stdout.splitlines()]
    errors = [answer["error"] for answer in answers if "error" in answer]
    results = [comparable(answer) for answer in answers if "error" not in answer]
    return results + [(error["code"], error["field"]) for error in errors]


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """Without what differs from run to run: times, and the last digits of the embedding."""
    enrichment = {k: v for k, v in answer["enrichment"].items() if k not in {"timings_ms", "processed_at"}}
    enrichment["embedding"] = [round(number, 2) + 0.0 for number in enrichment["embedding"]]
    return {**answer, "enrichment": enrichment}
