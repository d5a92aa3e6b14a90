"""What is read back from rows, objects and dead letters, and left as it was."""

import json
from urllib.parse import quote_plus

import pytest

from handler.domain.version import TicketKey
from handler.local import audit, readback
from handler.local.audit import Fate
from handler.local.clients import Aws
from handler.local.ledger import Entry
from handler.local.resources import Resources

BUCKET = "tickets-raw"


def _entry(order: int, ticket_id: str = "T-1", content: str = "hash") -> Entry:
    return Entry(order, "ticket", BUCKET, f"tickets/{ticket_id} é+.json", "sha256", TicketKey(ticket_id, 7), content)


def _commit(aws: Aws, entry: Entry) -> str:
    """What the processor leaves of an enriched ticket; the object's key."""
    assert entry.ticket is not None
    key = f"{entry.ticket.ticket_id}/{entry.content_hash}/1-attempt.json"
    aws.s3.put_object(Bucket="tickets-enriched", Key=key, Body=json.dumps({"ticket_id": entry.ticket.ticket_id}))
    row = {"content_hash": {"S": str(entry.content_hash)}, "s3_key": {"S": key}, "pipeline_version": {"N": "1"}}
    aws.dynamodb.put_item(TableName="tickets", Item=_key(entry.ticket) | row)
    return key


def _key(ticket: TicketKey) -> dict[str, dict[str, str]]:
    return {"ticket_id": {"S": ticket.ticket_id}, "created_at": {"N": str(ticket.created_at)}}


def _record(entry: Entry) -> dict[str, object]:
    return {"s3": {"bucket": {"name": entry.bucket}, "object": {"key": quote_plus(entry.key, safe="/")}}}


def _fates(aws: Aws, resources: Resources, *entries: Entry) -> tuple[Fate, ...]:
    return audit.classify(entries, readback.read(aws, resources, entries))


def test_removing_the_row_or_the_object_that_it_names_loses_the_ticket(aws: Aws, resources: Resources) -> None:
    first, second = _entry(0, "T-1"), _entry(1, "T-2")
    _commit(aws, first)
    key = _commit(aws, second)
    assert _fates(aws, resources, first, second) == (Fate.ENRICHED, Fate.ENRICHED)
    aws.dynamodb.delete_item(TableName="tickets", Key=_key(TicketKey("T-1", 7)))
    aws.s3.delete_object(Bucket="tickets-enriched", Key=key)
    assert _fates(aws, resources, first, second) == (Fate.LOST, Fate.LOST)


def test_a_ticket_whose_id_begins_like_another_s_is_another(aws: Aws, resources: Resources) -> None:
    _commit(aws, _entry(0, "T-11"))
    assert _fates(aws, resources, _entry(0, "T-1")) == (Fate.LOST,)


def test_dead_letters_are_known_by_the_decoded_key_and_say_why(aws: Aws, resources: Resources) -> None:
    """Ours carry one record and a code; those that SQS moved may carry several records and none."""
    entries = [_entry(n, f"T-{n}") for n in range(3)]
    ours, moved = {"Records": [_record(entries[0])]}, {"Records": [_record(entry) for entry in entries[1:]]}
    url = resources.dead_letter_queue_url
    aws.sqs.send_message(
        QueueUrl=url,
        MessageBody=json.dumps(ours),
        MessageAttributes={"ErrorCode": {"DataType": "String", "StringValue": "InvalidTicket"}},
    )
    aws.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(moved))
    evidence = readback.read(aws, resources, tuple(entries))
    assert evidence.dead == {(e.bucket, e.key): "InvalidTicket" if e.order == 0 else "" for e in entries}
    assert audit.classify(tuple(entries), evidence) == (Fate.DEAD_LETTERED,) * 3


@pytest.mark.parametrize("body", ["", "x", "[]", "null", '{"Records": 1}', '{"Records": [{"s3": {}}]}'])
def test_a_dead_letter_of_another_form_is_passed_over(aws: Aws, resources: Resources, body: str) -> None:
    aws.sqs.send_message(QueueUrl=resources.dead_letter_queue_url, MessageBody=body or " ")
    assert readback.read(aws, resources, ()).dead == {}


def test_reading_dead_letters_leaves_them_where_they_are(aws: Aws, resources: Resources) -> None:
    """All of them, more than one receive brings, and as often as one likes."""
    url = resources.dead_letter_queue_url
    for number in range(23):
        aws.sqs.send_message(QueueUrl=url, MessageBody=str(number))
    for _ in range(2):
        assert sorted(int(letter["Body"]) for letter in readback.dead_letters(aws, url)) == list(range(23))


def test_results_are_what_the_rows_name(aws: Aws, resources: Resources) -> None:
    _commit(aws, _entry(0))
    evidence = readback.read(aws, resources, (_entry(0),))
    assert readback.results(aws, resources, evidence) == {TicketKey("T-1", 7): {"ticket_id": "T-1"}}
