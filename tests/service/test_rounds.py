"""A batch in rounds: what is measured in one decides the next, and what is done is stored before it."""

import gc
import json
import math
import weakref
from collections.abc import Sequence

import pytest

from handler.domain.errors import ModelUnavailable
from handler.domain.message import Disposition, Message, Outcome, S3Object
from handler.domain.ticket import RawTicket
from handler.service import EnrichmentService, core
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.service.costs import FIRST_GUESS
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from tests.factories import RAW_BUCKET, message, s3_record, ticket_fields, ticket_message
from tests.fakes import DownSource, FakeStage, pipeline
from tests.service.simulated import Clock, Function

DONE, DUPLICATE, REJECTED, RETRY = Disposition.DONE, Disposition.DUPLICATE, Disposition.REJECTED, Disposition.RETRY


def long(count: int) -> list[Message]:
    """Tickets of 10,000 characters' worth."""
    return [ticket_message(f"T-{i}", subject=f"{i:03}", body="x" * 9_797) for i in range(count)]


def function(rate: float, limit: float) -> Function:
    """A warm function that only reads."""
    made = Function(Clock(), (rate, 0.0, 0.0), limit)
    made.service.process([ticket_message("warm")], lambda: math.inf)
    made.read.batches.clear()
    return made


def dispositions(outcomes: Sequence[Outcome]) -> list[Disposition]:
    return [record.disposition for outcome in outcomes for record in outcome.records]


def test_an_ordinary_batch_is_one_run() -> None:
    """With time to spare, the models see all of it at once."""
    made = function(FIRST_GUESS, 120.0)
    made.invoke(long(10))
    assert [[f"T-{i}" for i in range(10)]] == made.read.batches


def test_tickets_are_admitted_in_the_order_received_while_there_is_time() -> None:
    """What does not fit stays on the queue at once, instead of being cut off in mid-work."""
    made = function(FIRST_GUESS, 8.0)
    outcomes, took = made.invoke(long(20))
    done = dispositions(outcomes).count(DONE)
    assert [DONE] * done + [RETRY] * (20 - done) == dispositions(outcomes)
    assert ["OutOfTime"] * (20 - done) == [one.code for o in outcomes for one in o.records if one.error]
    assert 0 < done < 8
    assert took < 7.0


def test_what_does_not_fit_into_the_share_is_tried_again_with_what_was_measured() -> None:
    """The first guess admits few; the rest follows as soon as the core turns out to be fast."""
    made = function(FIRST_GUESS / 50, 10.0)
    outcomes, _ = made.invoke(long(60))
    assert [DONE] * 60 == dispositions(outcomes)
    sizes = [len(batch) for batch in made.read.batches]
    assert (60, True) == (sum(sizes), sizes[0] < max(sizes))


def test_a_round_is_committed_before_the_next_one_runs() -> None:
    """A model that dies in the second round takes nothing back of the first."""
    made = function(FIRST_GUESS, 8.0)
    seen: list[int] = []

    def dying(tickets: Sequence[RawTicket]) -> None:
        seen.append(len(made.store.rows) - 1)
        if len(seen) > 1:
            raise ModelUnavailable("gone")

    made.read.fault = dying
    outcomes, _ = made.invoke(long(9))
    first = seen[1]
    assert [0, first] == seen
    assert first > 0
    assert [DONE] * first + [RETRY] * (9 - first) == dispositions(outcomes)
    assert {None, "ModelUnavailable"} == {one.code for outcome in outcomes for one in outcome.records}


def in_s3(count: int) -> tuple[MemorySource, list[Message]]:
    """Tickets that messages point to."""
    objects = {S3Object(RAW_BUCKET, str(i)): json.dumps(ticket_fields(f"T-{i}", subject=str(i))) for i in range(count)}
    source = MemorySource({location: text.encode() for location, text in objects.items()})
    return source, [message({"Records": [s3_record(str(i))]}, message_id=f"m-{i}") for i in range(count)]


def service(
    stage: FakeStage, source: MemorySource | None = None, store: MemoryStore | None = None
) -> EnrichmentService:
    ports = Ports(Envelope(RAW_BUCKET), source or MemorySource(), store or MemoryStore(), MemoryDeadLetters())
    return EnrichmentService(ports, pipeline(stage), admission=Admission(1))


def test_tickets_do_not_pile_up_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many are loaded at once; those that are settled are forgotten before the next are."""
    monkeypatch.setattr(core, "ROUND_RECORDS", 4)
    kept: list[weakref.ref[RawTicket]] = []
    alive: list[int] = []

    def watch(tickets: Sequence[RawTicket]) -> None:
        gc.collect()
        alive.append(sum(one() is not None for one in kept))
        kept.extend(map(weakref.ref, tickets))

    source, messages = in_s3(10)
    stage = FakeStage(fault=watch)
    assert [DONE] * 10 == dispositions(service(stage, source).process(messages, lambda: math.inf))
    assert [4, 4, 2] == [len(batch) for batch in stage.batches]
    assert [0, 0, 0] == alive


def test_equal_contents_far_apart_are_one_run_and_answered_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """The follower is settled by the row that its leader left, in whichever round it comes."""
    monkeypatch.setattr(core, "ROUND_RECORDS", 2)
    stage, store = FakeStage(), MemoryStore()
    same = [ticket_message("T-1"), ticket_message("T-2", subject="other"), ticket_message("T-1")]
    outcomes = service(stage, store=store).process(same, lambda: math.inf)
    assert [DONE, DONE, DUPLICATE] == dispositions(outcomes)
    assert [["T-1", "T-2"]] == stage.batches
    assert 2 == len(store.objects)


def test_a_settled_record_keeps_its_name_and_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is forgotten with the ticket is neither: the command line prints them, and the logs name them."""
    monkeypatch.setattr(core, "ROUND_RECORDS", 1)
    held = {"message_fields": {"group_id": "g"}}
    messages = [message("{", group_id="other"), ticket_message("T-1"), ticket_message("T-2", body="y", **held)]
    outcomes = service(FakeStage()).process(messages, lambda: math.inf)
    assert [REJECTED, DONE, DONE] == dispositions(outcomes)
    results = [record.enriched for outcome in outcomes[1:] for record in outcome.records]
    assert ["T-1", "T-2"] == [one.ticket.ticket_id for one in results if one]


def test_fifo_a_group_is_held_across_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is committed in a later round than a failure comes back, by name."""
    monkeypatch.setattr(core, "ROUND_RECORDS", 1)
    group = {"message_fields": {"group_id": "g"}}
    down = message({"Records": [s3_record()]}, group_id="g")
    ports = Ports(Envelope(RAW_BUCKET), DownSource(), MemoryStore(), MemoryDeadLetters())
    made = EnrichmentService(ports, pipeline(FakeStage()), admission=Admission(1))
    first, second = made.process([down, ticket_message("T-2", **group)], lambda: math.inf)
    assert [("StoreUnavailable", None), ("HeldBack", "T-2")] == [
        (one.records[0].code, one.records[0].ticket_id) for one in (first, second)
    ]
