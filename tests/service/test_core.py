"""The table of outcomes: what becomes of a record, and what is in the stores afterwards."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from handler.domain.errors import EnrichmentError, ModelUnavailable, StoreUnavailable
from handler.domain.message import DeadLetter, Disposition, Message, Outcome, S3Object
from handler.domain.ports import DeadLetters, ResultStore, TicketSource
from handler.domain.ticket import RawTicket
from handler.domain.version import CommittedRow, TicketKey, content_hash
from handler.pipeline.base import Label, Spent
from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from tests.factories import (
    PAYLOAD_BUCKET,
    RAW_BUCKET,
    SENT_AT_MS,
    message,
    s3_record,
    ticket,
    ticket_fields,
    ticket_message,
)
from tests.fakes import DownSource, FakeStage, FaultyStore, RefusingDeadLetters, pipeline

DONE, DUPLICATE, STALE = Disposition.DONE, Disposition.DUPLICATE, Disposition.STALE
IGNORED, REJECTED, RETRY = Disposition.IGNORED, Disposition.REJECTED, Disposition.RETRY


@dataclass
class World:
    """A service and everything around it."""

    source: TicketSource = field(default_factory=MemorySource)
    store: ResultStore = field(default_factory=MemoryStore)
    letters: DeadLetters = field(default_factory=MemoryDeadLetters)
    stage: FakeStage = field(default_factory=FakeStage)
    version: int = 1
    options: dict[str, Any] = field(default_factory=dict)

    def process(self, *messages: Message, seconds_left: Callable[[], float] = lambda: math.inf) -> list[Outcome]:
        ports = Ports(Envelope(RAW_BUCKET, PAYLOAD_BUCKET), self.source, self.store, self.letters)
        line = pipeline(self.stage, version=self.version)
        service = EnrichmentService(ports, line, admission=Admission(1), **self.options)
        return service.process(messages, seconds_left)


def dispositions(outcomes: Sequence[Outcome]) -> list[list[Disposition]]:
    return [[record.disposition for record in outcome.records] for outcome in outcomes]


def codes(outcomes: Sequence[Outcome]) -> list[str | None]:
    return [record.code for outcome in outcomes for record in outcome.records]


def edited(time_ms: int, body: str = "an edit") -> Message:
    return ticket_message(body=body, message_fields={"sent_at_ms": time_ms})


def test_a_new_ticket_is_enriched_and_committed() -> None:
    """The object is there, and the row names it."""
    store = MemoryStore()
    assert [[DONE]] == dispositions(World(store=store).process(ticket_message()))
    row = store.rows[TicketKey("T-1", 1_759_999_000)]
    assert content_hash(ticket()) == row.content_hash
    assert [row.s3_key] == list(store.objects)


def test_outcomes_come_in_the_order_of_the_messages() -> None:
    """An entry point answers by position."""
    messages = [ticket_message(f"T-{i}") for i in range(50)]
    assert messages == [outcome.message for outcome in World().process(*messages)]


def test_a_ticket_in_s3_is_read_from_there() -> None:
    """The event only points; every record of it has its own outcome."""
    objects = {S3Object(RAW_BUCKET, "t.json"): json.dumps(ticket_fields()).encode()}
    event = message({"Records": [s3_record(), s3_record("missing.json"), s3_record(eventName="ObjectRemoved:Delete")]})
    world = World(MemorySource(objects))
    outcomes = world.process(event)
    assert [[DONE, REJECTED, IGNORED]] == dispositions(outcomes)
    assert [None, "TicketNotFound", None] == codes(outcomes)
    assert outcomes[0].settled


@pytest.mark.parametrize(
    ("body", "code", "at"),
    [
        ("{", "MalformedMessage", ""),
        ("{}", "MalformedMessage", ""),
        (ticket_fields(subject=1), "InvalidTicket", "subject"),
        (ticket_fields(subject=" ", body=""), "InvalidTicket", ""),
        (ticket_fields(created_at=1_760_000_000_000), "InvalidTicket", "created_at"),
        (ticket_fields(body="x" * 100_001), "TicketTooLarge", "body"),
        ({"Records": [s3_record(bucket="tickets-enriched")]}, "MalformedMessage", "Records.0.s3.bucket.name"),
    ],
)
def test_what_can_never_succeed_is_dead_lettered_with_its_reason(body: object, code: str, at: str) -> None:
    """Poison leaves at once: it names its code and its field, and no other message."""
    letters = MemoryDeadLetters()
    outcomes = World(letters=letters).process(message(body), ticket_message("T-2"))
    assert [[REJECTED], [DONE]] == dispositions(outcomes)
    assert [(code, at, "m-1")] == [(one.error.code, one.error.field, one.message.message_id) for one in letters.letters]


def test_nothing_is_dead_lettered_while_a_neighbour_in_the_message_is_tried_again() -> None:
    """The message comes back whole, so its letter would be sent twice."""
    letters = MemoryDeadLetters()
    event = message({"Records": [s3_record(), s3_record(bucket="elsewhere")]})
    outcomes = World(DownSource(), letters=letters).process(event)
    assert [[RETRY, RETRY]] == dispositions(outcomes)
    assert [] == letters.letters


def test_what_could_not_be_dead_lettered_stays_on_the_queue() -> None:
    """Acknowledge last."""
    assert [[RETRY], [DONE]] == dispositions(
        World(letters=RefusingDeadLetters()).process(message("{"), ticket_message())
    )


def test_the_same_content_again_is_a_duplicate_and_runs_no_model() -> None:
    """Deliveries repeat; messageId is no identity."""
    world = World()
    world.process(ticket_message())
    again = ticket_message(message_fields={"message_id": "other"})
    assert [[DUPLICATE]] == dispositions(world.process(again))
    assert [["T-1"]] == world.stage.batches


def test_a_duplicate_seen_later_raises_the_source_order() -> None:
    """A, B, A again: what came between is stale even if it is delivered last."""
    world = World()
    assert [[DONE]] == dispositions(world.process(edited(1, "A")))
    assert [[DUPLICATE]] == dispositions(world.process(edited(3, "A")))
    assert [[STALE]] == dispositions(world.process(edited(2, "B")))


def test_an_older_version_never_replaces_a_newer_one() -> None:
    """Whatever the order of delivery."""
    world = World()
    assert [[DONE]] == dispositions(world.process(edited(2, "new")))
    assert [[STALE]] == dispositions(world.process(edited(1, "old")))


def test_an_edit_replaces_the_row_and_never_an_object() -> None:
    """An object is never written twice."""
    store = MemoryStore()
    world = World(store=store)
    world.process(edited(1, "old"))
    assert [[DONE]] == dispositions(world.process(edited(2, "new")))
    assert 2 == len(store.objects)
    assert list(store.objects)[-1] == store.rows[TicketKey("T-1", 1_759_999_000)].s3_key


def test_versions_in_one_batch_end_as_they_would_one_by_one() -> None:
    """Each is compared with the committed row, never with its neighbour."""
    store = MemoryStore()
    outcomes = World(store=store).process(edited(2, "new"), edited(1, "old"), edited(2, "new"))
    assert all(outcome.settled for outcome in outcomes)
    row = store.rows[TicketKey("T-1", 1_759_999_000)]
    assert content_hash(ticket(body="new")) == row.content_hash


def test_equal_contents_in_a_batch_share_one_run_and_one_object() -> None:
    """The follower is settled by the leader's row."""
    store = MemoryStore()
    world = World(store=store)
    assert [[DONE], [DUPLICATE]] == dispositions(world.process(ticket_message(), ticket_message()))
    assert 1 == len(store.objects)
    assert [["T-1"]] == world.stage.batches


def test_a_raised_pipeline_version_enriches_again_and_a_lower_one_does_not() -> None:
    """That is how a backfill works; a late old deploy takes nothing back."""
    store = MemoryStore()
    World(store=store, version=2).process(ticket_message())
    assert [[DUPLICATE]] == dispositions(World(store=store, version=1).process(ticket_message()))
    assert [[DONE]] == dispositions(World(store=store, version=3).process(ticket_message()))
    assert 3 == store.rows[TicketKey("T-1", 1_759_999_000)].pipeline_version


def test_a_dead_store_keeps_everything_and_runs_no_model() -> None:
    """The store is asked first, so an outage costs no model run."""

    def down(call: str) -> None:
        raise StoreUnavailable("DynamoDB did not answer")

    world = World(store=FaultyStore(fault=down))
    outcomes = world.process(ticket_message("T-1"), ticket_message("T-2"))
    assert [[RETRY], [RETRY]] == dispositions(outcomes)
    assert ["StoreUnavailable"] * 2 == codes(outcomes)
    assert [] == world.stage.batches


@pytest.mark.parametrize("call", ["write", "commit"])
def test_nothing_is_settled_before_it_is_stored(call: str) -> None:
    """A store that dies between object and row leaves an orphan, and the message."""

    def down(name: str) -> None:
        if name == call:
            raise StoreUnavailable("gone")

    store = FaultyStore(fault=down)
    assert [[RETRY]] == dispositions(World(store=store).process(ticket_message()))
    assert {} == store.inner.rows


def test_a_bug_in_an_adapter_keeps_the_message() -> None:
    """Anything unknown is retried: a deploy can mend it."""

    def bug(call: str) -> None:
        raise ZeroDivisionError

    outcomes = World(store=FaultyStore(fault=bug)).process(ticket_message())
    assert [[RETRY]] == dispositions(outcomes)
    assert ["ZeroDivisionError"] == codes(outcomes)


def test_a_decoder_that_breaks_on_one_message_hurts_no_other() -> None:
    """One bad message never hurts another, not even through a bug of ours."""
    world = World()
    broken = message(None)
    object.__setattr__(broken, "body", None)
    assert [[RETRY], [DONE]] == dispositions(world.process(broken, ticket_message()))


def failing_on(ticket_id: str, error: type[Exception]) -> Callable[[Sequence[RawTicket]], None]:
    def fault(tickets: Sequence[RawTicket]) -> None:
        if any(one.ticket_id == ticket_id for one in tickets):
            raise error("refused")

    return fault


def test_a_ticket_that_breaks_a_stage_is_kept_as_partial() -> None:
    """Bisection pins it; its signal is absent and named, never made up; its neighbours are complete."""
    world = World(stage=FakeStage(fault=failing_on("T-2", ValueError)))
    outcomes = world.process(*(ticket_message(f"T-{i}", subject=f"s{i}") for i in range(4)))
    assert [[DONE]] * 4 == dispositions(outcomes)
    enrichments = [outcome.records[0].enriched.enrichment for outcome in outcomes if outcome.records[0].enriched]
    assert ["complete", "complete", "partial", "complete"] == [one.status for one in enrichments]
    assert {"fake": "ValueError"} == enrichments[2].errors
    assert enrichments[2].needs_review
    assert enrichments[2].intent is None


def test_a_partial_result_is_replaced_by_a_complete_one_only() -> None:
    """A committed partial is never a duplicate: a redelivery runs again."""
    store = MemoryStore()
    broken = World(store=store, stage=FakeStage(fault=failing_on("T-1", ValueError)))
    assert [[DONE]] == dispositions(broken.process(ticket_message()))
    assert [[DONE]] == dispositions(broken.process(ticket_message(message_fields={"sent_at_ms": SENT_AT_MS + 1})))
    key = TicketKey("T-1", 1_759_999_000)
    assert (1, "partial") == (len(store.objects), store.rows[key].status)
    assert store.rows[key].source_order.startswith(str(SENT_AT_MS + 1))
    assert [[DONE]] == dispositions(World(store=store).process(ticket_message()))
    assert (2, "complete") == (len(store.objects), store.rows[key].status)
    assert store.rows[key].source_order.startswith(str(SENT_AT_MS + 1))


def test_partial_results_are_tried_again_where_the_settings_say_so() -> None:
    """ON_PARTIAL=retry stores nothing."""
    store = MemoryStore()
    world = World(store=store, stage=FakeStage(fault=failing_on("T-1", ValueError)), options={"on_partial": "retry"})
    outcomes = world.process(ticket_message())
    assert ([[RETRY]], ["PartialResult"]) == (dispositions(outcomes), codes(outcomes))
    assert {} == store.objects


def test_an_unavailable_model_blames_no_ticket() -> None:
    """A RetryableError is not bisected, and never becomes a partial result."""
    world = World(stage=FakeStage(fault=failing_on("T-1", ModelUnavailable)))
    outcomes = world.process(ticket_message("T-1"), ticket_message("T-2", subject="other"))
    assert ["ModelUnavailable"] * 2 == codes(outcomes)
    assert 1 == len(world.stage.batches)


def test_fifo_nothing_overtakes_a_message_of_its_group() -> None:
    """After the first RETRY of a group its later messages are RETRY too, letters included."""
    letters = MemoryDeadLetters()
    groups = ["a", "a", "b", "a"]
    bodies: list[object] = [{"Records": [s3_record()]}, ticket_fields("T-2"), ticket_fields("T-3"), "{"]
    fifo = [message(body, group_id=group) for body, group in zip(bodies, groups, strict=True)]
    outcomes = World(DownSource(), letters=letters).process(*fifo)
    assert [[RETRY], [RETRY], [DONE], [RETRY]] == dispositions(outcomes)
    assert ["StoreUnavailable", "HeldBack", None, "HeldBack"] == codes(outcomes)
    assert [] == letters.letters


def test_a_pointer_leads_to_the_original_body_once() -> None:
    """What it points to is decoded again by the other forms; a missing payload is an error of its own."""
    pointer = ["software.amazon.payloadoffloading.PayloadS3Pointer", {"s3BucketName": PAYLOAD_BUCKET, "s3Key": "p"}]
    payload = {S3Object(PAYLOAD_BUCKET, "p"): json.dumps(ticket_fields()).encode()}
    assert [[DONE]] == dispositions(World(MemorySource(payload)).process(message(pointer)))
    nested = {S3Object(PAYLOAD_BUCKET, "p"): json.dumps(pointer).encode()}
    assert ["MalformedMessage"] == codes(World(MemorySource(nested)).process(message(pointer)))
    assert ["TicketNotFound"] == codes(World().process(message(pointer)))


def test_no_messages_are_no_work() -> None:
    """An empty batch is answered, not failed."""
    assert [] == World().process()


def test_fifo_a_letter_that_is_refused_holds_its_group_too() -> None:
    """Whatever keeps a message on the queue, nothing overtakes it."""
    fifo = [message("{", group_id="a", message_id="1"), ticket_message(message_fields={"group_id": "a"})]
    outcomes = World(letters=RefusingDeadLetters()).process(*fifo)
    assert ["StoreUnavailable", "HeldBack"] == codes(outcomes)
    assert [[RETRY], [RETRY]] == dispositions(outcomes)


class BrokenDeadLetters:
    """A dead-letter queue with a bug in its adapter."""

    def send(self, letters: Sequence[DeadLetter]) -> Sequence[EnrichmentError | None]:
        raise ZeroDivisionError


def test_a_bug_in_dead_lettering_keeps_the_poison_and_nothing_else() -> None:
    """What could not be dead-lettered is not deleted."""
    outcomes = World(letters=BrokenDeadLetters()).process(message("{"), ticket_message())
    assert [[RETRY], [DONE]] == dispositions(outcomes)


def test_without_time_nothing_is_fetched_and_no_model_runs() -> None:
    """Once the reserve has begun, what was not begun stays on the queue."""
    world = World(DownSource())
    outcomes = world.process(message({"Records": [s3_record()]}), ticket_message(), seconds_left=lambda: 0.5)
    assert ["OutOfTime", "OutOfTime"] == codes(outcomes)
    assert [] == world.stage.batches


def test_in_the_last_second_nothing_is_stored() -> None:
    """A write that is cut off comes back anyway; what is admitted too late is left alone."""
    left = [60.0]
    store = MemoryStore()
    world = World(store=store, stage=FakeStage(fault=lambda _: left.__setitem__(0, 0.5)))
    ports = Ports(Envelope(RAW_BUCKET), world.source, store, world.letters)
    service = EnrichmentService(ports, pipeline(world.stage), admission=Admission(1))
    assert ["OutOfTime"] == codes(service.process([ticket_message()], lambda: left[0]))
    assert {} == store.objects


def test_the_time_of_the_result_is_that_of_the_clock() -> None:
    """In UTC, to the second."""
    (outcome,) = World(options={"now": lambda: 5}).process(ticket_message())
    enriched = outcome.records[0].enriched
    assert enriched is not None
    assert "1970-01-01T00:00:05Z" == enriched.enrichment.processed_at


@dataclass
class ForgetfulStore(MemoryStore):
    """Cannot read the row of T-1, and refuses what BatchGetItem refuses: one key twice."""

    def read(self, keys: Sequence[TicketKey]) -> dict[TicketKey, CommittedRow | None]:
        assert len(keys) == len(set(keys))
        return {key: self.rows.get(key) for key in keys if key.ticket_id != "T-1"}


def test_a_row_that_could_not_be_read_costs_its_own_tickets_only() -> None:
    """Unknown is not the same as not there."""
    outcomes = World(store=ForgetfulStore()).process(ticket_message(), ticket_message("T-2"), edited(9))
    assert [[RETRY], [DONE], [RETRY]] == dispositions(outcomes)


def overtaken(call: str, by: Message) -> FaultyStore:
    """A store in which somebody else commits ``by`` just before our first ``call``."""
    store, ours = FaultyStore(), [True]

    def race(name: str) -> None:
        if name == call and ours[0]:
            ours[0] = False
            World(store=store.inner).process(by)

    store.fault = race
    return store


def test_a_newer_commit_in_between_makes_ours_stale() -> None:
    """A failed condition: read again, decide again."""
    store = overtaken("commit", by=edited(SENT_AT_MS + 1, "newer"))
    assert [[STALE]] == dispositions(World(store=store).process(ticket_message()))


def test_a_partial_result_in_between_is_replaced_with_the_object_that_is_there() -> None:
    """The second attempt takes the row's later source order, and writes no second object."""
    store, later = FaultyStore(), edited(SENT_AT_MS + 1, ticket().body)
    attempts: list[str] = []

    def race(name: str) -> None:
        attempts.append(name)
        if attempts.count("commit") == 1 and name == "commit":
            World(store=store.inner, stage=FakeStage(fault=failing_on("T-1", ValueError))).process(later)

    store.fault = race
    assert [[DONE]] == dispositions(World(store=store).process(ticket_message()))
    (row,) = store.inner.rows.values()
    assert ("complete", str(SENT_AT_MS + 1)) == (row.status, row.source_order[:13])
    assert 2 == len(store.inner.objects)


def test_a_duplicate_that_is_overtaken_while_it_says_so_is_stale() -> None:
    """Raising the source order is conditional too."""
    store = overtaken("advance", by=edited(SENT_AT_MS + 2, "newer"))
    World(store=store.inner).process(ticket_message())
    assert [[STALE]] == dispositions(World(store=store).process(edited(SENT_AT_MS + 1, ticket().body)))


def labelled(*label: Any) -> None:
    """What a stage does that believes its model."""
    Label(*label)


def test_a_confidence_that_is_no_number_is_a_failed_stage() -> None:
    """JSON and DynamoDB refuse NaN: it would come back for ever."""
    world = World(stage=FakeStage(fault=lambda _: labelled("x", math.nan, "model", "low")))
    (outcome,) = world.process(ticket_message())
    assert [[DONE]] == dispositions([outcome])
    enriched = outcome.records[0].enriched
    assert enriched is not None
    assert {"fake": "ValueError"} == enriched.enrichment.errors


class Spy(Admission):
    """Keeps what it was told to learn."""

    def __init__(self) -> None:
        super().__init__(1)
        self.learned: list[dict[str, float]] = []

    def learn(self, spent: Mapping[str, Spent]) -> None:
        assert all(one.seconds >= 0 for one in spent.values())
        self.learned.append({stage: one.work for stage, one in spent.items()})


def test_the_cost_of_every_batch_is_learned() -> None:
    """Of what ran, not of what was known already."""
    world, spy = World(), Spy()
    ports = Ports(Envelope(RAW_BUCKET), world.source, world.store, world.letters)
    service = EnrichmentService(ports, pipeline(world.stage), admission=spy)
    first, second, third = (ticket_message(f"T-{i}", subject="", body="x" * 100 * i) for i in (1, 2, 3))
    service.process([first, second], lambda: math.inf)
    service.process([second, third], lambda: math.inf)
    assert [{"fake": 700}, {"fake": 500}] == spy.learned
