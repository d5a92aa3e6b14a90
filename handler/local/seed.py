"""Puts the sample tickets into the raw bucket, and the odd ones that real life brings; keeps a ledger of all of it."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from handler.domain.errors import PermanentError
from handler.domain.ticket import parse_ticket
from handler.domain.version import TicketKey, content_hash
from handler.local import samples
from handler.local.clients import Aws
from handler.local.ledger import Entry, Ledger
from handler.local.resources import Resources

ODD_KEY, REPEATED, EDITED, INCOMPLETE = "T-1018", "T-1003", "T-1005", "T-1020"
EDIT = "PS: Found out more: it is the last row only if its first column is empty. So for us it is not urgent any more."


@dataclass(frozen=True, slots=True)
class Item:
    """One object to put."""

    label: str
    key: str
    body: bytes


def seed(aws: Aws, resources: Resources, moment: datetime | None = None) -> Ledger:
    """Puts everything, in order. Each seeding has keys and tickets of its own, so that it can be told from the last."""
    moment = moment or datetime.now(UTC)
    folder = f"tickets/{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    bucket = resources.names.raw_bucket
    return tuple(_put(aws, bucket, order, item) for order, item in enumerate(items(folder, int(moment.timestamp()))))


def items(folder: str, now: int) -> list[Item]:
    """All that is put, in order: the samples under their keys, then the odd ones."""
    tickets = {sample.ticket["ticket_id"]: sample.ticket for sample in samples.load(now)}
    incomplete = {name: value for name, value in tickets[INCOMPLETE].items() if name != "customer_id"}
    edited = {**tickets[EDITED], "body": f"{tickets[EDITED]['body']}\n\n{EDIT}"}
    return [
        *(_item(sample.label, folder, sample.ticket) for sample in samples.load(now)),
        Item("not JSON", f"{folder}/not-json.json", b"This was a ticket once. {\x00"),
        Item("no customer_id", f"{folder}/no-customer.json", _encoded(incomplete)),
        _item("the same again", folder, tickets[REPEATED]),
        _item("edited", folder, edited),
    ]


def _item(label: str, folder: str, ticket: dict[str, Any]) -> Item:
    """A ticket under its key. Space, plus and accent: S3 spells such a key differently in its events."""
    name = f"café a+b {ODD_KEY}" if ticket["ticket_id"] == ODD_KEY else ticket["ticket_id"]
    return Item(label, f"{folder}/{name}.json", _encoded(ticket))


def _encoded(ticket: dict[str, Any]) -> bytes:
    return json.dumps(ticket, ensure_ascii=False).encode()


def _put(aws: Aws, bucket: str, order: int, item: Item) -> Entry:
    aws.s3.put_object(Bucket=bucket, Key=item.key, Body=item.body, ContentType="application/json")
    ticket, digest = _identity(item.body)
    return Entry(order, item.label, bucket, item.key, hashlib.sha256(item.body).hexdigest(), ticket, digest)


def _identity(body: bytes) -> tuple[TicketKey | None, str | None]:
    try:
        ticket = parse_ticket(body)
    except PermanentError:
        return None, None
    return TicketKey(ticket.ticket_id, ticket.created_at), content_hash(ticket)
