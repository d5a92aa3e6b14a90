"""``dlq list`` and ``dlq redrive`` on queues that are there."""

import json
from typing import Any

import pytest

from handler.domain.errors import InvalidTicket, PermanentError, TicketNotFound
from handler.domain.message import DeadLetter, Disposition, InlineTicket, Message, Record
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.operations.dead_letters import Shelf
from handler.operations.outbox import Outbox, Sent
from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.sqs.envelope import Envelope
from handler.sqs.queue import SqsDeadLetters
from handler.storage.dynamodb import DynamoRows
from handler.storage.memory import MemoryDeadLetters
from handler.storage.results import AwsResultStore
from handler.storage.s3 import S3Objects, S3Source
from tests import fakes
from tests.cli.conftest import Operator
from tests.factories import ticket_fields

CANARY = "canary-of-a-customer"


def refuse(aws: Aws, resources: Resources, error: PermanentError, source: str, body: str = "{}") -> None:
    """A dead letter of ours."""
    letter = DeadLetter(Record(InlineTicket(body), body, 1_760_000_000_123), 0, Message(source, body), error)
    sent = SqsDeadLetters(aws.sqs, resources.dead_letter_queue_url, 1).send([letter])
    assert [None] == list(sent)


def move(aws: Aws, resources: Resources, body: str = "{}", **attributes: Any) -> str:
    """A dead letter as SQS moves it: the message itself; its id."""
    sent = aws.sqs.send_message(
        QueueUrl=resources.dead_letter_queue_url, MessageBody=body, MessageAttributes=attributes
    )
    return sent["MessageId"]


def messages(aws: Aws, url: str) -> list[Any]:
    """Every message that is visible; they stay so."""
    found: list[Any] = []
    while page := aws.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    ).get("Messages"):
        found += page
    for one in found:
        aws.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"], VisibilityTimeout=0)
    return found


def attributes(message: Any) -> dict[str, Any]:
    return {name: one.get("StringValue") for name, one in message.get("MessageAttributes", {}).items()}


def test_letters_are_counted_by_reason_and_left_where_they_are(
    operator: Operator, aws: Aws, resources: Resources
) -> None:
    """A copy of ours counts once, what SQS moved has the reason MaxReceives, and all is there as it was."""
    for source in ("m-1", "m-2", "m-2"):
        refuse(aws, resources, InvalidTicket(f"no {source}", field="body"), source, f'{{"secret": "{CANARY}"}}')
    moved = [move(aws, resources, CANARY) for _ in range(23)]
    first, again = operator("dlq", "list", "--json"), operator("dlq", "list", "--json")
    found = json.loads(first.out)
    assert ((0, 25), found) == ((first.code, found["letters"]), json.loads(again.out))
    counts = {row["reason"]: (row["letters"], row["copies"]) for row in found["reasons"]}
    assert {"MaxReceives": (23, 0), "InvalidTicket": (2, 1)} == counts
    samples = {row["reason"]: row["samples"] for row in found["reasons"]}
    assert {("body", "2025-10-09T08:53:20.123Z")} == {(s["field"], s["time"]) for s in samples["InvalidTicket"]}
    assert {s["message_id"] for s in samples["MaxReceives"]} <= set(moved)
    assert 26 == len(messages(aws, resources.dead_letter_queue_url))


def test_a_listing_shows_ids_and_no_text_and_obeys_no_markup(
    operator: Operator, aws: Aws, resources: Resources
) -> None:
    """Neither the body nor an object's key; what a stranger wrote into an attribute changes nothing but its cell."""
    record = {"s3": {"bucket": {"name": "tickets-raw"}, "object": {"key": CANARY}}}
    refuse(aws, resources, TicketNotFound("gone", field="[red]\x1b[31mx"), "m-1", json.dumps({"Records": [record]}))
    answer = operator("dlq", "list")
    assert (0, "") == (answer.code, answer.err)
    assert "TicketNotFound" in answer.out
    assert "m-1" in answer.out
    assert "[red]" in answer.out
    assert CANARY not in answer.out
    assert "\x1b" not in answer.out


def test_redriven_letters_keep_the_time_at_which_their_source_saw_them(
    operator: Operator, aws: Aws, resources: Resources
) -> None:
    """Ours by their attribute, SQS's by their own; only those of the reason; attributes of their own stay."""
    refuse(aws, resources, InvalidTicket("x", field="body"), "m-1", '{"n": 1}')
    refuse(aws, resources, TicketNotFound("x"), "m-2", '{"n": 2}')
    move(aws, resources, '{"n": 3}', tenant={"DataType": "Binary", "BinaryValue": b"\x00\xff"})
    sent_at = messages(aws, resources.dead_letter_queue_url)[-1]["Attributes"]["SentTimestamp"]
    assert 0 == operator("dlq", "redrive", "--reason", "InvalidTicket").code
    answer = operator("dlq", "redrive", "--reason", "MaxReceives")
    assert (0, "1 dead letter redriven: MaxReceives 1\n", "") == (answer.code, answer.out, answer.err)
    ours, theirs = messages(aws, resources.queue_url)
    assert ('{"n": 1}', {"SourceTime": "1760000000123"}) == (ours["Body"], attributes(ours))
    assert ('{"n": 3}', {"SourceTime": sent_at, "tenant": None}) == (theirs["Body"], attributes(theirs))
    assert b"\x00\xff" == theirs["MessageAttributes"]["tenant"]["BinaryValue"]
    assert ['{"n": 2}'] == [one["Body"] for one in messages(aws, resources.dead_letter_queue_url)]


def test_no_more_than_max_are_redriven_and_a_dry_run_redrives_none(
    operator: Operator, aws: Aws, resources: Resources
) -> None:
    """What is not redriven is shown again at once."""
    for number in range(14):
        move(aws, resources, str(number))
    dry = json.loads(operator("dlq", "redrive", "--dry-run", "--max", "12", "--json").out)
    assert (True, 12, 14) == (dry["dry_run"], dry["redriven"], len(messages(aws, resources.dead_letter_queue_url)))
    wet = json.loads(operator("dlq", "redrive", "--max", "12", "--json").out)
    assert (12, {"MaxReceives": 12}) == (wet["redriven"], wet["by_reason"])
    assert (2, 12) == tuple(len(messages(aws, url)) for url in (resources.dead_letter_queue_url, resources.queue_url))


def test_a_crash_between_send_and_delete_costs_a_duplicate_and_nothing_else(
    operator: Operator, aws: Aws, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letter is redriven again; of its two copies the core enriches one and settles the other."""
    move(aws, resources, json.dumps(ticket_fields()))

    def killed(*_: object) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Shelf, "delete", killed)
        assert 0 != operator("dlq", "redrive").code
    assert 0 == operator("dlq", "redrive").code
    assert [] == messages(aws, resources.dead_letter_queue_url)
    copies = messages(aws, resources.queue_url)
    assert 2 == len(copies)
    received = [Message(c["MessageId"], c["Body"], source_time=attributes(c)["SourceTime"]) for c in copies]
    store = AwsResultStore(S3Objects(aws.s3, "tickets-enriched"), DynamoRows(aws.dynamodb, "tickets"))
    ports = Ports(Envelope("tickets-raw"), S3Source(aws.s3), store, MemoryDeadLetters())
    service = EnrichmentService(ports, fakes.pipeline(), admission=Admission(1.0))
    became = [service.process([one], lambda: 60.0)[0].records[0].disposition for one in received]
    assert [Disposition.DONE, Disposition.DUPLICATE] == became


def test_a_letter_that_comes_back_is_not_redriven_again_in_the_same_run(
    operator: Operator, aws: Aws, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A processor that still refuses it is quicker than we are: the run ends all the same."""
    send = Outbox.send
    refuse(aws, resources, InvalidTicket("x"), "m-1")

    def refused_at_once(self: Outbox, batch: list[Any]) -> Sent:
        sent = send(self, batch)
        for message_id in sent.taken.values():
            refuse(aws, resources, InvalidTicket("still"), message_id)
        return sent

    monkeypatch.setattr(Outbox, "send", refused_at_once)
    assert 1 == json.loads(operator("dlq", "redrive", "--json").out)["redriven"]
    assert 1 == len(messages(aws, resources.dead_letter_queue_url))


def test_what_the_queue_does_not_take_stays_a_dead_letter_and_is_named(
    operator: Operator, aws: Aws, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch call succeeds as a whole while entries of it fail: only what was sent is deleted."""
    ids = [move(aws, resources, body) for body in ("good", "bad")]
    send = Outbox.send

    def partly(self: Outbox, batch: list[Any]) -> Sent:
        taken = send(self, [entry for entry in batch if entry["MessageBody"] == "good"]).taken
        return Sent(taken, {e["Id"]: {"Code": "Throttled"} for e in batch if e["MessageBody"] == "bad"})

    monkeypatch.setattr(Outbox, "send", partly)
    answer = operator("dlq", "redrive")
    assert (1, "1 dead letter redriven: MaxReceives 1\n") == (answer.code, answer.out)
    assert f"{ids[1]}: not sent: Throttled\n" == answer.err
    assert ["bad"] == [one["Body"] for one in messages(aws, resources.dead_letter_queue_url)]


def test_a_fifo_letter_keeps_its_group(
    operator: Operator, aws: Aws, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its own id stands for it, so that the copy of a crash is not taken twice."""
    urls = {
        name: aws.sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        for name in ("dead", "live")
    }
    monkeypatch.setenv("TICKETS_DLQ_URL", urls["dead"])
    monkeypatch.setenv("TICKETS_QUEUE_URL", urls["live"])
    sent = [
        aws.sqs.send_message(QueueUrl=urls["dead"], MessageBody=f"{n}", MessageGroupId=g, MessageDeduplicationId=f"{n}")
        for n, g in enumerate(("a", "b", "a"))
    ]
    assert 3 == json.loads(operator("dlq", "list", "--json").out)["letters"]
    assert 3 == json.loads(operator("dlq", "redrive", "--json").out)["redriven"]
    system = [one["Attributes"] for one in messages(aws, urls["live"])]
    assert sorted(one["MessageId"] for one in sent) == sorted(one["MessageDeduplicationId"] for one in system)
    assert ["a", "a", "b"] == sorted(one["MessageGroupId"] for one in system)
