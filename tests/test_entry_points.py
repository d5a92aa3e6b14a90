"""Parity: whatever brings a ticket, the same enrichment and the same errors come out."""

import json
from typing import Any

import pytest

from handler import app, bootstrap, profiles
from handler.domain.errors import StoreUnavailable
from handler.domain.message import Delivery, S3Object
from handler.domain.ports import TunedEmbedder
from handler.service.core import Ports
from handler.settings import Settings
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from tests.cli.test_enrich import run
from tests.factories import RAW_BUCKET, s3_record, ticket_fields
from tests.test_app import Context, record
from tests.worker.fakes import FakeQueue, work_off

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
def test_all_entry_points_agree(monkeypatch: pytest.MonkeyPatch, minilm: TunedEmbedder) -> None:
    """They only translate; the core is one."""
    by_command = by_command_line()
    for take in (by_lambda, by_worker):
        stored = Stored(minilm)
        assert [] == take(monkeypatch, stored, BODIES)[1]
        assert by_command == stored.enrichments() + stored.errors()


QUEUED: list[object] = [
    *BODIES,
    BODIES[0],
    {"Records": [s3_record("there.json"), s3_record("nowhere.json"), s3_record("x.json", "other-bucket")]},
    {"Records": [s3_record("down.json"), s3_record("nowhere.json")]},
    {"Event": "s3:TestEvent"},
    "[" * 100_000,
]


@pytest.mark.models
@pytest.mark.usefixtures("deployed_process")
def test_lambda_and_worker_do_the_same_with_every_message(
    monkeypatch: pytest.MonkeyPatch, minilm: TunedEmbedder
) -> None:
    """The same rows, objects and dead letters; the same messages leave the queue, and the same come back."""
    stored = [Stored(minilm), Stored(minilm)]
    answers = [take(monkeypatch, one, QUEUED) for take, one in zip((by_lambda, by_worker), stored, strict=True)]
    assert answers[0] == answers[1]
    assert ["8"] == answers[0][1], "the store of one record is down"
    for said in (Stored.rows, Stored.enrichments, Stored.errors):
        assert said(stored[0]) == said(stored[1])
    assert 5 == len(stored[0].errors())


class Source(MemorySource):
    """One object that is there, and one whose store does not answer."""

    def fetch(self, location: S3Object) -> bytes:
        if location.key == "down.json":
            raise StoreUnavailable("S3 did not answer")
        return MemorySource.fetch(self, location)


class Stored:
    """A service on memory, and what it left there."""

    def __init__(self, minilm: TunedEmbedder) -> None:
        self.store, self.letters = MemoryStore(), MemoryDeadLetters()
        there = json.dumps(ticket_fields("T-7")).encode()
        source = Source({S3Object(RAW_BUCKET, "there.json"): there})
        ports = Ports(Envelope(RAW_BUCKET), source, self.store, self.letters)
        self.service = bootstrap.build(Settings(), ports, models=profiles.Models(minilm))

    def rows(self) -> list[object]:
        return [(key, row.content_hash, row.source_order, row.status) for key, row in sorted(self.store.rows.items())]

    def enrichments(self) -> list[object]:
        committed = {key.ticket_id: self.store.objects[row.s3_key] for key, row in self.store.rows.items()}
        return [comparable(json.loads(one.enriched.to_json())) for _, one in sorted(committed.items())]

    def errors(self) -> list[object]:
        letters = sorted(self.letters.letters, key=lambda letter: (letter.message.message_id, letter.index))
        return [(letter.error.code, letter.error.field) for letter in letters]


Answer = tuple[list[str], list[str]]
"""The ids of the messages that left the queue, and of those that come back."""


def by_lambda(monkeypatch: pytest.MonkeyPatch, stored: Stored, bodies: list[object]) -> Answer:
    monkeypatch.setattr(bootstrap, "deployed_service", lambda: stored.service)
    records = [record(body, str(number)) for number, body in enumerate(bodies)]
    answer = app.lambda_handler({"Records": records}, Context())  # type: ignore[arg-type]
    back = [str(one["itemIdentifier"]) for one in answer["batchItemFailures"]]
    return [str(n) for n in range(len(bodies)) if str(n) not in back], back


def by_worker(_: pytest.MonkeyPatch, stored: Stored, bodies: list[object]) -> Answer:
    event = {"Records": [record(body, str(number)) for number, body in enumerate(bodies)]}
    queue = FakeQueue([[Delivery(one, one.message_id) for one in app.messages_of(event)]])
    work_off(queue, stored.service)
    return queue.deleted, [message_id for message_id, _ in queue.hidden]


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
