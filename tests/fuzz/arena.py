"""Where hostile messages meet the whole Lambda function: every real stage and adapter, no model and no network.

Each is delivered beside a good ticket, which has to be settled whatever its neighbour is.
"""

import io
import json
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from handler import app, bootstrap, profiles, telemetry
from handler.domain.errors import TicketTooLarge
from handler.domain.message import Disposition, Message, Outcome, RecordOutcome, S3Object
from handler.domain.version import EnrichedVersion
from handler.service import EnrichmentService
from handler.service.core import Ports
from handler.settings import Settings
from handler.sqs.envelope import Envelope
from handler.sqs.queue import SqsDeadLetters
from handler.storage.dynamodb import DynamoRows
from handler.storage.memory import MemoryStore
from tests.factories import ticket_fields
from tests.fuzz.hostile import CANARY, Hostile, hostile
from tests.pipeline.fakes import FakeEmbedder
from tests.sqs.bodies import PAYLOAD_BUCKET, RAW_BUCKET
from tests.test_app import Context, record

FORGET_AFTER = 500  # messages: what is committed is met again, and memory does not grow with the number
ITEM_BYTES = 400 * 1024  # DynamoDB's limit
ENVIRONMENT = {
    "POWERTOOLS_TRACE_DISABLED": "1",
    "TICKETS_RAW_BUCKET": RAW_BUCKET,
    "TICKETS_PAYLOAD_BUCKET": PAYLOAD_BUCKET,
    "TICKETS_ENRICHED_BUCKET": "tickets-enriched",
    "TICKETS_TABLE": "tickets",
    "TICKETS_DLQ_URL": "http://127.0.0.1:1/000000000000/dlq",
}


@dataclass
class OneObject:
    """A source in which the same bytes lie everywhere."""

    content: bytes = b""

    def fetch(self, location: S3Object) -> bytes:
        return self.content


@dataclass
class Table:
    """DynamoDB's client, as far as to refuse what DynamoDB would."""

    largest: int = 0

    def put_item(self, Item: dict[str, Any], **_: object) -> None:  # noqa: N803 - boto3's name
        size = sum(len(name) + len(json.dumps(value, ensure_ascii=False).encode()) for name, value in Item.items())
        self.largest = max(self.largest, size)
        assert size <= ITEM_BYTES


@dataclass(slots=True)
class StrictStore(MemoryStore):
    """A MemoryStore that takes only what S3 and DynamoDB would take."""

    table: Table = field(default_factory=Table)

    def write(self, result: EnrichedVersion) -> str:
        json.loads(result.enriched.to_json().encode(), parse_constant=_no_constant)
        return super(StrictStore, self).write(result)

    def commit(self, result: EnrichedVersion, s3_key: str) -> bool:
        client: Any = self.table
        DynamoRows(client, "tickets").commit(result, s3_key)
        return super(StrictStore, self).commit(result, s3_key)


def _no_constant(name: str) -> None:
    raise AssertionError(f"the object holds {name}")


@dataclass
class Queue:
    """SQS's client: keeps the attributes of what is sent."""

    attributes: list[str] = field(default_factory=list)

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's
        self.attributes += [json.dumps(entry["MessageAttributes"], ensure_ascii=False) for entry in Entries]
        assert 1 <= len(Entries) <= 10
        return {}


@dataclass
class Figures:
    """What was seen. ``leaks`` and ``faults`` name messages by number, never by text."""

    messages: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_number: int = 0
    records: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """All of it as one line."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        records = ", ".join(f"{what} {n}" for what, n in sorted(self.records.items()))
        return (
            f"{self.messages} messages in {self.seconds:.1f} s, slowest {self.slowest:.3f} s (number"
            f" {self.slowest_number}), peak memory {peak} MB, records: {records}; faults {len(self.faults)},"
            f" leaks {len(self.leaks)}"
        )


class Arena:
    """The function, and everything around it that is looked at afterwards."""

    def __init__(self, model_dir: Path, printed: io.StringIO) -> None:
        self.source, self.store, self.queue = OneObject(), StrictStore(), Queue()
        self.figures = Figures()
        self._printed = printed
        self._outcomes: list[Outcome] = []
        self._embedder = FakeEmbedder(broken="no text that is generated holds this")
        self._service = self._built(model_dir)
        self._service.warm()

    def _built(self, model_dir: Path) -> EnrichmentService:
        client: Any = self.queue
        letters = SqsDeadLetters(client, ENVIRONMENT["TICKETS_DLQ_URL"], 1)
        ports = Ports(Envelope(RAW_BUCKET, PAYLOAD_BUCKET), self.source, self.store, letters)
        return bootstrap.build(Settings(model_dir=model_dir), ports, models=profiles.Models(self._embedder))

    def process(self, messages: Sequence[Message], seconds_left: Callable[[], float]) -> list[Outcome]:
        """The service's, remembered."""
        self._outcomes = self._service.process(messages, seconds_left)
        return self._outcomes

    def deliver(self, number: int, one: Hostile) -> None:
        """Invokes the function with the message and a good neighbour, and looks at everything it left behind."""
        self.source.content = one.content
        records = [
            record(one.body, "hostile", messageAttributes=one.attributes),
            record(ticket_fields("T-good"), "good"),
        ]
        started = time.perf_counter()
        try:
            answer: Any = app.lambda_handler({"Records": records}, Context())  # type: ignore[arg-type]
        except Exception as error:  # noqa: BLE001 - that nothing raises is what is tested
            self.figures.faults.append(f"{number}: raised {type(error).__name__}")
            self._outcomes, answer = [], {}
        self._measure(number, time.perf_counter() - started)
        self._judge(number, answer)
        self._forget(number)

    def _measure(self, number: int, seconds: float) -> None:
        figures = self.figures
        figures.messages, figures.seconds = figures.messages + 1, figures.seconds + seconds
        if seconds > figures.slowest:
            figures.slowest, figures.slowest_number = seconds, number

    def _judge(self, number: int, answer: Any) -> None:
        found = [one for outcome in self._outcomes[:1] for one in outcome.records]
        self.figures.records.update(str(one.disposition) for one in found)
        self.figures.faults += [f"{number}: {fault}" for one in found for fault in _faults(one)]
        if answer and {"itemIdentifier": "good"} in answer["batchItemFailures"]:
            self.figures.faults.append(f"{number}: its neighbour was not settled")
        seen = {
            "printed": self._printed.getvalue(),
            "error": "".join(_quoted(one.error) for one in found if one.error),
            "attribute": "".join(self.queue.attributes),
        }
        self.figures.leaks += [f"{number}: {place}" for place, text in seen.items() if CANARY in text]

    def _forget(self, number: int) -> None:
        self._printed.seek(0)
        self._printed.truncate()
        self.queue.attributes.clear()
        self._embedder.calls.clear()
        if number % FORGET_AFTER == 0:
            self.store.rows.clear()
            self.store.objects.clear()


def _faults(one: RecordOutcome) -> list[str]:
    """What is nobody's fault but ours: a stage that broke on a text, or a record that goes round for ever.

    A letter without room for its reason goes round too, until SQS moves it.
    """
    broken = one.enriched.enrichment.errors if one.enriched else {}
    round_and_round = one.disposition is Disposition.RETRY and not isinstance(one.error, TicketTooLarge)
    return [f"{stage} failed: {code}" for stage, code in broken.items()] + [f"retry: {one.code}"] * round_and_round


def _quoted(error: BaseException | None) -> str:
    """All that printing it could show, and what it came from."""
    if error is None:
        return ""
    shown = f"{error} {error!r} {error.args!r} {getattr(error, 'field', '')} {getattr(error, 'ticket_id', '')}"
    return shown + _quoted(error.__cause__) + _quoted(error.__context__)


@contextmanager
def arena() -> Iterator[Arena]:
    """An arena, in the environment of a deployed function, whose output is caught."""
    printed = io.StringIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(printed),
        redirect_stderr(printed),
    ):
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        _reset()
        made = Arena(Path(folder), printed)
        patch.setattr(bootstrap, "deployed_service", lambda: made)
        made.deliver(0, Hostile("{}", b""))  # the first one imports, and is no measure
        made.figures = Figures()
        yield made
    _reset()


def _reset() -> None:
    telemetry.reset()
    bootstrap.deployed_settings.cache_clear()
    app.reset()


def run(messages: int, seed: int = 0, progress: Callable[[int], None] = lambda _: None) -> Figures:
    """``messages`` hostile messages; the same seed makes the same ones."""
    with arena() as made:
        for number in range(1, messages + 1):
            made.deliver(number, hostile(Random(f"{seed}:{number}")))  # noqa: S311 - repeatable, not secret
            progress(number)
        return made.figures
