"""The table of committed rows, and the conditions that keep their order.

``may_replace`` and ``may_advance`` of domain/version.py stand here once more as conditions that DynamoDB checks
atomically; the contract tests hold both spellings together.
"""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from handler.aws import answering, code
from handler.domain.errors import StoreUnavailable
from handler.domain.version import CommittedRow, EnrichedVersion, TicketKey, TicketVersion

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEYS_PER_CALL = 100  # BatchGetItem takes no more: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
READ_ATTEMPTS = 4  # for keys that a throttled table left over, before their messages wait for another delivery
BACKOFF_SECONDS = 0.05

_NEWER_CONTENT = "content_hash <> :hash AND source_order < :order"
_NO_LATER_SIGHTING = "content_hash = :hash AND source_order <= :order"
_NEWER_PIPELINE = "#status = :complete AND pipeline_version < :version"
MAY_REPLACE = {
    "complete": f"attribute_not_exists(ticket_id) OR ({_NEWER_CONTENT})"
    f" OR ({_NO_LATER_SIGHTING} AND (#status = :partial OR ({_NEWER_PIPELINE})))",
    "partial": f"attribute_not_exists(ticket_id) OR ({_NEWER_CONTENT}) OR ({_NO_LATER_SIGHTING} AND {_NEWER_PIPELINE})",
}
MAY_ADVANCE = "content_hash = :hash AND source_order < :order"

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


@dataclass(frozen=True, slots=True)
class DynamoRows:
    """Rows by ticket_id and created_at."""

    client: "DynamoDBClient"
    table: str

    def read(self, keys: Sequence[TicketKey]) -> Mapping[TicketKey, CommittedRow | None]:
        """See ports.ResultStore."""
        rows: dict[TicketKey, CommittedRow | None] = {}
        failure = None
        for start in range(0, len(keys), KEYS_PER_CALL):
            try:
                rows |= self._read_some(keys[start : start + KEYS_PER_CALL])
            except StoreUnavailable as error:
                failure = error
        if failure and not rows:
            raise failure
        return rows

    def commit(self, result: EnrichedVersion, s3_key: str) -> bool:
        """See ports.ResultStore."""
        values: dict[str, Any] = {":hash": result.version.content_hash, ":order": result.version.source_order}
        values |= {":complete": "complete", ":version": result.pipeline_version}
        if result.status == "complete":
            values[":partial"] = "partial"
        return self._conditionally(
            self.client.put_item,
            Item=_attributes(_row(result, s3_key)),
            ConditionExpression=MAY_REPLACE[result.status],
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=_attributes(values),
        )

    def advance(self, version: TicketVersion) -> bool:
        """See ports.ResultStore."""
        return self._conditionally(
            self.client.update_item,
            Key=_attributes(version.key._asdict()),
            UpdateExpression="SET source_order = :order",
            ConditionExpression=MAY_ADVANCE,
            ExpressionAttributeValues=_attributes({":hash": version.content_hash, ":order": version.source_order}),
        )

    def _read_some(self, keys: Sequence[TicketKey]) -> dict[TicketKey, CommittedRow | None]:
        """Rows of at most KEYS_PER_CALL keys; without those that stay unread, and those whose row is none of ours."""
        wanted: list[Any] = [_attributes(key._asdict()) for key in keys]
        items: list[Any] = []
        for attempt in range(READ_ATTEMPTS):
            time.sleep(random.uniform(0, BACKOFF_SECONDS * 2**attempt) if attempt else 0)  # noqa: S311 - jitter
            found, wanted = self._batch_get(wanted)
            items += found
            if not wanted:
                break
        rows: dict[TicketKey, CommittedRow | None] = dict.fromkeys(keys)
        rows |= {_key(item): _committed(item) for item in items}
        unread = {_key(item) for item in wanted} | {_key(item) for item in items if _committed(item) is None}
        return {key: row for key, row in rows.items() if key not in unread}

    def _batch_get(self, keys: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """What was found of ``keys``, and which of them DynamoDB left unread."""
        with answering(f"DynamoDB table {self.table}"):
            answer = self.client.batch_get_item(RequestItems={self.table: {"Keys": keys, "ConsistentRead": True}})
        left = answer["UnprocessedKeys"].get(self.table, {"Keys": []})
        return answer["Responses"].get(self.table, []), list(left["Keys"])

    def _conditionally(self, write: Any, **arguments: Any) -> bool:
        with answering(f"DynamoDB table {self.table}"):
            try:
                write(TableName=self.table, **arguments)
            except ClientError as error:
                if code(error) == "ConditionalCheckFailedException":
                    return False
                raise
        return True


def _row(result: EnrichedVersion, s3_key: str) -> dict[str, Any]:
    """The row's attributes; a signal that is absent is left out, so that it is in no index either."""
    ticket, enrichment = result.enriched.ticket, result.enriched.enrichment
    signals = {name: getattr(enrichment, name) for name in ("intent", "urgency", "sentiment", "language")}
    bands = {name: getattr(enrichment, f"{name}_band") for name in signals if signals[name] is not None}
    return {
        **result.version.key._asdict(),
        "customer_id": ticket.customer_id,
        "subject": ticket.subject,
        "summary": enrichment.summary,
        **signals,
        "bands": bands,
        "needs_review": enrichment.needs_review,
        "processed_at": enrichment.processed_at,
        "s3_key": s3_key,
        "content_hash": result.version.content_hash,
        "source_order": result.version.source_order,
        "pipeline_version": result.pipeline_version,
        "fingerprint": enrichment.provenance.fingerprint,
        "status": result.status,
    }


def _attributes(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in fields.items() if value is not None}


def _key(item: Mapping[str, Any]) -> TicketKey:
    return TicketKey(_deserialize(item["ticket_id"]), int(_deserialize(item["created_at"])))


def _committed(item: Mapping[str, Any]) -> CommittedRow | None:
    """The row; None for one that somebody else wrote."""
    row = {name: _deserialize(value) for name, value in item.items()}
    try:
        version = int(row["pipeline_version"])
        return CommittedRow(row["content_hash"], row["source_order"], version, row["status"], row["s3_key"])
    except (KeyError, TypeError, ValueError):
        return None
