"""What is told of a batch: each rejection, and each reason for which records stay, once."""

import json
import time
from typing import Any

import pytest

from handler import telemetry
from handler.domain.enriched import EnrichedTicket
from handler.domain.errors import InvalidTicket, ModelUnavailable, OutOfTime, StoreUnavailable
from handler.domain.message import Disposition, Message, Outcome, RecordOutcome
from handler.inference import cache as models
from handler.pipeline.base import Draft
from handler.pipeline.enrichment import enriched_ticket
from tests.factories import ticket
from tests.fakes import pipeline

pytestmark = pytest.mark.usefixtures("deployed_process")

RETRY, REJECTED = Disposition.RETRY, Disposition.REJECTED


def outcome(number: int, *errors: Exception, disposition: Disposition = RETRY) -> Outcome:
    records = [RecordOutcome(disposition, f"T-{number}", error) for error in errors]
    return Outcome(Message(f"m-{number}", "{}", receive_count=number), tuple(records))


def warnings(capsys: pytest.CaptureFixture[str], *outcomes: Outcome) -> list[dict[str, Any]]:
    telemetry.report(outcomes)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line for line in lines if line.get("level") == "WARNING"]


def test_an_outage_is_one_line_with_its_size_and_a_few_names(capsys: pytest.CaptureFixture[str]) -> None:
    """A thousand lines of the same would hide what differs."""
    batch = [outcome(n, StoreUnavailable("gone"), StoreUnavailable("gone")) for n in range(1, 101)]
    (line,) = warnings(capsys, *batch)
    assert ("StoreUnavailable", "gone", 200, 100) == tuple(line[n] for n in ("code", "reason", "records", "messages"))
    assert [f"m-{n}" for n in range(1, 6)] == line["message_ids"]
    assert [f"T-{n}" for n in range(1, 6)] == line["ticket_ids"]
    assert 100 == line["receive_count"]


def test_each_reason_has_its_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where the code is the same: another table, another bucket."""
    batch = [outcome(1, StoreUnavailable("a"), OutOfTime("late")), outcome(2, StoreUnavailable("b"), OutOfTime("late"))]
    assert {("a", 1), ("b", 1), ("late", 2)} == {(line["reason"], line["records"]) for line in warnings(capsys, *batch)}


def test_the_same_fault_at_other_places_of_a_message_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """One message may name 10,000 records; while one of them waits, all do, with their own reasons."""
    faults = [InvalidTicket(f"Records.{n}.s3: must be an object", field=f"Records.{n}.s3") for n in range(100)]
    faults.append(InvalidTicket("Records.7.eventName: must be a string", field="Records.7.eventName"))
    assert [100, 1] == [line["records"] for line in warnings(capsys, outcome(1, *faults))]


def test_each_rejection_keeps_its_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    """It leaves the queue, so this line is where its ticket is named."""
    batch = [outcome(n, InvalidTicket("bad", field="body"), disposition=REJECTED) for n in (1, 2)]
    found = [
        (line["message"], line["message_id"], line["ticket_id"], line["field"]) for line in warnings(capsys, *batch)
    ]
    assert [("record rejected", "m-1", "T-1", "body"), ("record rejected", "m-2", "T-2", "body")] == found


def test_bugs_are_told_apart_by_their_place_and_quoted_by_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The message of a bug may hold a ticket."""
    batch = [outcome(1, raised("canary-1")), outcome(2, raised("canary-2")), outcome(3, KeyError("canary-3"))]
    found = warnings(capsys, *batch)
    assert [(2, True), (1, False)] == [(line["records"], bool(line["where"])) for line in found]
    assert "canary" not in json.dumps(found)


def raised(text: str) -> Exception:
    """An error that went through this place."""
    with pytest.raises(KeyError) as caught:
        raise KeyError(text)
    return caught.value


def test_a_clock_that_goes_back_makes_no_negative_age(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message from the future is no age; an alarm on the minimum would never clear."""
    monkeypatch.setattr(time, "time", lambda: 0.0)
    telemetry.report([Outcome(Message("m", "{}", sent_at_ms=10**12), ())])
    assert 0 == telemetry.metrics().provider.metric_set["QueueAge"]["Value"][0]


def emitted(name: str) -> list[float]:
    """The values that CloudWatch would get."""
    return list(telemetry.metrics().provider.metric_set[name]["Value"])


def test_freshness_is_of_what_was_settled_and_age_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that comes back ten times is late once, not fresh nine times."""
    monkeypatch.setattr(time, "time", lambda: 100.0)
    done = Outcome(Message("m-1", "{}", sent_at_ms=40_000), (RecordOutcome(Disposition.DONE),))
    again = Outcome(Message("m-2", "{}", sent_at_ms=99_000), (RecordOutcome(RETRY, error=StoreUnavailable("gone")),))
    telemetry.report([done, again])
    assert ([60_000, 1_000], [60_000]) == (emitted("QueueAge"), emitted("Freshness"))


def test_a_model_that_cannot_be_loaded_is_counted_each_time() -> None:
    """Whatever it raises; and once only, however often it is asked."""
    errors = iter([MemoryError(), ModelUnavailable("a hash is wrong")])

    def load() -> None:
        raise next(errors)

    for _ in range(2):
        with pytest.raises(ModelUnavailable):
            models.get("broken", load)
    telemetry.report([])
    assert [2] == emitted("ModelLoadFailures")
    telemetry.metrics().clear_metrics()
    telemetry.report([])
    assert "ModelLoadFailures" not in telemetry.metrics().provider.metric_set


def enriched(**signals: float) -> EnrichedTicket:
    """A ticket of which these are known."""
    bare = enriched_ticket(ticket(), Draft("", "", ticket().metadata), pipeline().computation, "hash", 0.0)
    return EnrichedTicket(bare.ticket, bare.enrichment.model_copy(update=signals))


def test_how_sure_each_signal_is_is_told_once_a_ticket() -> None:
    """What is absent is no zero: that would look like drift."""
    found = enriched(intent_confidence=0.25, urgency_confidence=0.5, language_confidence=1.0)
    telemetry.report([Outcome(Message("m", "{}"), (RecordOutcome(Disposition.DONE, enriched=found),))])
    assert ([0.25], [0.5], [1.0]) == tuple(emitted(f"{one}Confidence") for one in ("Intent", "Urgency", "Language"))
    assert "SentimentConfidence" not in telemetry.metrics().provider.metric_set
