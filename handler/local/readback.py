"""Reads back what a run left behind: rows, enriched objects, dead letters. It changes nothing."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from handler.domain.version import TicketKey
from handler.local.audit import Evidence
from handler.local.clients import Aws
from handler.local.ledger import Ledger
from handler.local.resources import Resources

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

RECEIVE_SECONDS = 30  # dead letters that were read stay hidden while the rest is read, then are shown again
MOST_PER_RECEIVE = 10  # SQS's limit
KEY_PARTS = 3  # ticket id, content hash, attempt


def read(aws: Aws, resources: Resources, ledger: Ledger) -> Evidence:
    """What there is of the ledger's tickets, and all dead letters."""
    tickets = {entry.ticket for entry in ledger if entry.ticket is not None}
    objects = {
        key for ticket_id in sorted({t.ticket_id for t in tickets}) for key in _objects(aws, resources, ticket_id)
    }
    rows = {ticket: row for ticket in tickets if (row := _row(aws, resources, ticket)) is not None}
    return Evidence(
        committed={ticket: row["content_hash"] for ticket, row in rows.items() if row["s3_key"] in objects},
        objects=frozenset(named for key in objects if (named := _named_by(key)) is not None),
        dead=dict(_dead_records(aws, resources)),
    )


def _row(aws: Aws, resources: Resources, ticket: TicketKey) -> dict[str, str] | None:
    item = aws.dynamodb.get_item(
        TableName=resources.names.table,
        Key={"ticket_id": {"S": ticket.ticket_id}, "created_at": {"N": str(ticket.created_at)}},
        ConsistentRead=True,
    ).get("Item")
    return None if item is None else {name: value["S"] for name, value in item.items() if "S" in value}


def _objects(aws: Aws, resources: Resources, ticket_id: str) -> Iterator[str]:
    pages = aws.s3.get_paginator("list_objects_v2").paginate(
        Bucket=resources.names.enriched_bucket, Prefix=f"{ticket_id}/"
    )
    return (found["Key"] for page in pages for found in page.get("Contents", []))


def _named_by(key: str) -> tuple[str, str] | None:
    """The ticket id and content hash in an enriched object's key."""
    parts = key.split("/")
    return (parts[0], parts[1]) if len(parts) == KEY_PARTS else None


def _dead_records(aws: Aws, resources: Resources) -> Iterator[tuple[tuple[str, str], str]]:
    for letter in dead_letters(aws, resources.dead_letter_queue_url):
        attributes = letter.get("MessageAttributes", {})
        code = attributes["ErrorCode"].get("StringValue", "") if "ErrorCode" in attributes else ""
        for location in _locations(letter["Body"]):
            yield location, code


def dead_letters(aws: Aws, url: str) -> list["MessageTypeDef"]:
    """Every message of the queue, each left where it is."""
    found: dict[str, MessageTypeDef] = {}
    try:
        while fresh := _receive(aws, url):
            found.update((message["MessageId"], message) for message in fresh)
    finally:
        for message in found.values():
            aws.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    return list(found.values())


def _receive(aws: Aws, url: str) -> list["MessageTypeDef"]:
    return aws.sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=MOST_PER_RECEIVE,
        VisibilityTimeout=RECEIVE_SECONDS,
        MessageAttributeNames=["All"],
    ).get("Messages", [])


def _locations(body: str) -> Iterable[tuple[str, str]]:
    """Bucket and key of every S3 record in a message; a body of another form has none."""
    try:
        records = json.loads(body)["Records"]
        return [(r["s3"]["bucket"]["name"], unquote_plus(r["s3"]["object"]["key"])) for r in records]
    except (ValueError, KeyError, TypeError):
        return []


def results(aws: Aws, resources: Resources, evidence: Evidence) -> Mapping[TicketKey, dict[str, Any]]:
    """The enriched object of every committed ticket, as the row names it."""
    found = {}
    for ticket in sorted(evidence.committed):
        row = _row(aws, resources, ticket)
        if row is not None:
            stored = aws.s3.get_object(Bucket=resources.names.enriched_bucket, Key=row["s3_key"])
            found[ticket] = json.loads(stored["Body"].read())
    return found
