"""Rows of the table by ticket id, whatever their created_at is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handler.domain.version import TicketKey
from handler.operations.access import TABLE, naming

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Rows:
    """The table of committed rows."""

    client: "DynamoDBClient"
    table: str

    def of(self, ticket_id: str) -> dict[TicketKey, str]:
        """The key of the enriched object that each row names, read consistently; empty where a row names none."""
        found: dict[TicketKey, str] = {}
        with naming("DynamoDB", TABLE):
            pages = self.client.get_paginator("query").paginate(
                TableName=self.table,
                ConsistentRead=True,
                KeyConditionExpression="ticket_id = :id",
                ExpressionAttributeValues={":id": {"S": ticket_id}},
                ProjectionExpression="created_at, s3_key",
            )
            for page in pages:
                for item in page["Items"]:
                    key = TicketKey(ticket_id, int(item["created_at"]["N"]))
                    found[key] = item.get("s3_key", {}).get("S", "")
        return found

    def delete(self, key: TicketKey) -> None:
        """Deletes one row."""
        with naming("DynamoDB", TABLE):
            self.client.delete_item(
                TableName=self.table, Key={"ticket_id": {"S": key.ticket_id}, "created_at": {"N": str(key.created_at)}}
            )
