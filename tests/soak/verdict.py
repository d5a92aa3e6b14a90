"""Whether the promise was kept, from the stores alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handler.domain.version import TicketKey
from handler.local import readback
from handler.local.clients import Aws
from handler.local.resources import Resources
from tests.soak.workload import Put, newest


@dataclass
class Verdict:
    """What is wrong, each a list of keys; and figures."""

    lost: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    wrongly_dead: list[str] = field(default_factory=list)
    dead: Counter[str] = field(default_factory=Counter)
    objects: int = 0
    rows: int = 0

    @property
    def kept(self) -> bool:
        """Nothing is wrong."""
        return not (self.lost or self.stale or self.wrongly_dead)


def verdict(aws: Aws, made: Resources, done: Sequence[Put]) -> Verdict:
    """Every ticket has its newest content committed, in an object that is there; every poison is a dead letter."""
    found = Verdict()
    rows, objects = _rows(aws, made), _objects(aws, made)
    letters = readback.dead_letters(aws, made.dead_letter_queue_url)
    bodies = [letter["Body"] for letter in letters]
    found.rows, found.objects = len(rows), len(objects)
    for ticket, content in newest(done).items():
        row = rows.get(ticket)
        if row is None or row["s3_key"]["S"] not in objects:
            found.lost.append(ticket.ticket_id)
        elif row["content_hash"]["S"] != content:
            found.stale.append(ticket.ticket_id)
    for put in done:
        dead = any(f'"{put.key}"' in body for body in bodies)
        if put.ticket and dead:
            found.wrongly_dead.append(put.key)
        elif not put.ticket and not dead:
            found.lost.append(put.key)
    codes = (letter.get("MessageAttributes", {}).get("ErrorCode") for letter in letters)
    found.dead.update("MaxReceives" if code is None else code["StringValue"] for code in codes)
    return found


def _rows(aws: Aws, made: Resources) -> Mapping[TicketKey, Any]:
    pages = aws.dynamodb.get_paginator("scan").paginate(TableName=made.names.table, ConsistentRead=True)
    items = [item for page in pages for item in page["Items"]]
    return {TicketKey(item["ticket_id"]["S"], int(item["created_at"]["N"])): item for item in items}


def _objects(aws: Aws, made: Resources) -> set[str]:
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=made.names.enriched_bucket)
    return {one["Key"] for page in pages for one in page.get("Contents", [])}
