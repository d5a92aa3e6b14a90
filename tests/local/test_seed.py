"""What is put, what the ledger says of it, and how S3 tells the queue."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from handler.domain.ticket import parse_ticket
from handler.domain.version import content_hash
from handler.local import samples, seed
from handler.local.clients import Aws
from handler.local.ledger import Ledger
from handler.local.resources import Resources

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)
NOW = int(MOMENT.timestamp())


def _events(aws: Aws, resources: Resources, count: int) -> list[dict[str, Any]]:
    """The S3 records in the queue."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        messages = aws.sqs.receive_message(QueueUrl=resources.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=5)
        bodies = [json.loads(message["Body"]) for message in messages.get("Messages", [])]
        assert bodies
        found += [record for body in bodies for record in body["Records"]]
    return found


def _labelled(ledger: Ledger, label: str) -> Any:
    return next(entry for entry in ledger if entry.label == label)


def test_every_sample_is_a_valid_ticket_with_an_identity_of_its_own() -> None:
    tickets = [parse_ticket(json.dumps(sample.ticket)) for sample in samples.load(NOW)]
    assert len({ticket.ticket_id for ticket in tickets}) == len({content_hash(t) for t in tickets}) == 24
    assert max(ticket.created_at for ticket in tickets) == NOW


def test_samples_include_what_is_hard() -> None:
    bodies = {sample.label: sample.ticket["body"] for sample in samples.load(NOW)}
    assert len(bodies["long"].split()) > 1_024
    assert all(part in bodies["personal data"] for part in ("@example.com", "555-", "4111 1111 1111 1111", "DE89"))
    assert {"German", "Spanish"} < set(bodies)


def test_the_ledger_says_what_was_put(aws: Aws, resources: Resources) -> None:
    """In order; the repeated and the edited ticket's key holds what was put last."""
    ledger = seed.seed(aws, resources, MOMENT)
    assert [entry.order for entry in ledger] == list(range(28))
    last = {entry.key: entry for entry in ledger}
    for entry in last.values():
        body = aws.s3.get_object(Bucket=entry.bucket, Key=entry.key)["Body"].read()
        assert hashlib.sha256(body).hexdigest() == entry.sha256
        if entry.content_hash is not None:
            assert content_hash(parse_ticket(body)) == entry.content_hash


def test_the_odd_ones_are_as_odd_as_they_claim(aws: Aws, resources: Resources) -> None:
    ledger = seed.seed(aws, resources, MOMENT)
    again, edited = _labelled(ledger, "the same again"), _labelled(ledger, "edited")
    first = next(entry for entry in ledger if entry.key == again.key)
    before = _labelled(ledger, "before the edit")
    assert (first.sha256, first.ticket, first.content_hash) == (again.sha256, again.ticket, again.content_hash)
    assert (before.key, before.ticket) == (edited.key, edited.ticket)
    assert before.content_hash != edited.content_hash
    assert [entry.label for entry in ledger if entry.ticket is None] == ["not JSON", "no customer_id"]


def test_the_queue_hears_of_every_put_under_the_encoded_key(aws: Aws, resources: Resources) -> None:
    """A space is spelled ``+``, a plus ``%2B``, an accent in UTF-8: who decodes twice, or never, finds nothing."""
    ledger = seed.seed(aws, resources, MOMENT)
    keys = [record["s3"]["object"]["key"] for record in _events(aws, resources, len(ledger))]
    odd = _labelled(ledger, "odd key").key
    assert odd.endswith("/café a+b T-1018.json")
    assert odd.replace("café a+b T", "caf%C3%A9+a%2Bb+T") in keys
    assert sorted(map(unquote_plus, keys)) == sorted(entry.key for entry in ledger)


def test_two_seedings_cannot_be_mistaken_for_each_other(aws: Aws, resources: Resources) -> None:
    """What the first left behind proves nothing for the second."""
    first, second = (seed.seed(aws, resources, datetime.fromtimestamp(NOW + n, UTC)) for n in range(2))
    assert not {entry.key for entry in first} & {entry.key for entry in second}
    assert not {entry.ticket for entry in first if entry.ticket} & {entry.ticket for entry in second if entry.ticket}
