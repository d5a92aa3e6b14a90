"""``erase``: everything that is stored of one ticket."""

import sys
from typing import Annotated, Any

import typer

from handler.cli.answers import AsJson, complain, counted, say, say_json
from handler.operations import access
from handler.operations.dead_letters import shelf
from handler.operations.erasure import Erasure, Found, Mentions, Removed, is_ticket_id, queue_length
from handler.operations.listing import Bucket
from handler.operations.raw_tickets import RawTickets
from handler.operations.rows import Rows
from handler.settings import ErasureAddresses

EX_USAGE = 2

TicketId = Annotated[str, typer.Argument(help="The ticket's id; all of its created_at are meant.", metavar="TICKET_ID")]
Prefix = Annotated[str, typer.Option(help="Look for it only in raw objects whose key begins so.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def erase(ticket_id: TicketId, *, prefix: Prefix = "", yes: Yes = False, as_json: AsJson = False) -> None:
    """Removes a ticket: raw objects, rows and enriched objects, all versions; says what may remain elsewhere.

    Reads every object of the raw bucket, or of --prefix, to find the ticket: no key has to say it.
    """
    _refuse_early(ticket_id, yes=yes)
    addresses = ErasureAddresses()
    work = _erasure(ticket_id, addresses)
    found = work.find(prefix)
    if not yes and not found.nothing:
        typer.confirm(f"Remove {_counts(len(found.raw.keys), len(found.rows), found.enriched)}?", abort=True, err=True)
    removed = work.remove(found)
    remains = {"unread_raw_objects": found.raw.unread, **_elsewhere(work, found, addresses)}
    if as_json:
        say_json({"ticket_id": ticket_id, "removed": removed.to_row(), "remains": remains})
    else:
        _show(removed, remains)


def _refuse_early(ticket_id: str, *, yes: bool) -> None:
    """Before anything is read."""
    if not is_ticket_id(ticket_id):
        complain("ticket-processor: TICKET_ID: must be 1 to 128 of A-Z a-z 0-9 . _ : - and no relative path")
        raise typer.Exit(EX_USAGE)
    if not yes and not (sys.stdin and sys.stdin.isatty()):
        complain("ticket-processor: without a terminal to ask on, erase needs --yes")
        raise typer.Exit(EX_USAGE)


def _erasure(ticket_id: str, addresses: ErasureAddresses) -> Erasure:
    from handler.storage.s3 import S3Source  # noqa: PLC0415 - boto3 takes long to import, and most commands need none

    s3 = access.s3_client()
    raw = RawTickets(Bucket(s3, addresses.raw_bucket, access.RAW_BUCKET), S3Source(s3), ticket_id)
    rows = Rows(access.dynamodb_client(), addresses.table)
    return Erasure(ticket_id, raw, rows, Bucket(s3, addresses.enriched_bucket, access.ENRICHED_BUCKET))


def _elsewhere(work: Erasure, found: Found, addresses: ErasureAddresses) -> dict[str, Any]:
    """What nobody removed: the queue was not looked at, the dead letters were."""
    from handler.sqs.envelope import Envelope  # noqa: PLC0415 - as above

    client = access.sqs_client()
    envelope = Envelope(addresses.raw_bucket, addresses.payload_bucket)
    mentions = Mentions(work.raw, frozenset(found.raw.keys), envelope)
    with shelf(client, addresses.dlq_url) as opened:
        letters = mentions.count(opened)
    messages = queue_length(client, addresses.queue_url)
    return {"dead_letters": letters, "queue_messages": messages, "payload_bucket": addresses.payload_bucket}


def _show(removed: Removed, remains: dict[str, Any]) -> None:
    for version in removed.raw:
        say(f"removed raw {version.key} version {version.version_id}")
    for key in removed.rows:
        say(f"removed row {key.ticket_id} created_at {key.created_at}")
    for version in removed.enriched:
        say(f"removed enriched {version.key} version {version.version_id}")
    say(f"removed: {_counts(len(removed.raw), len(removed.rows), len(removed.enriched))}")
    say(
        f"remains: {counted(remains['dead_letters'], 'dead letter')} that name it; not looked into: about "
        f"{counted(remains['queue_messages'], 'message')} of the queue, "
        f"{counted(remains['unread_raw_objects'], 'raw object')} without a ticket that can be read"
        + (", the payload bucket" if remains["payload_bucket"] else "")
    )


def _counts(raw: int, rows: int, enriched: int) -> str:
    return f"{counted(raw, 'raw object')}, {counted(rows, 'row')}, {counted(enriched, 'enriched object')}"
