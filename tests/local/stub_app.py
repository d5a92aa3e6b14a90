"""A stand-in for ``handler/app.py`` that needs no models: it stores and dead-letters as the contract says.

The tests put it into the emulator as the Lambda function, so that everything around the real one is exercised.
"""

import json
import os
from typing import Any
from urllib.parse import unquote_plus

import boto3
from botocore.exceptions import ClientError

from handler.domain.errors import PermanentError
from handler.domain.ticket import parse_ticket
from handler.domain.version import TicketVersion, version_of

ENRICHMENT = {
    "intent": "bug_report",
    "intent_band": "high",
    "urgency": "low",
    "urgency_band": "medium",
    "sentiment": "NEUTRAL",
    "sentiment_band": "low",
    "timings_ms": {"embed": 2.0, "intent": 1.0},
}


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Every message is settled."""
    for message in event["Records"]:
        for record in json.loads(message["body"]).get("Records", []):
            _process(record)
    return {"batchItemFailures": []}


def _process(record: dict[str, Any]) -> None:
    location = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
    body = boto3.client("s3").get_object(Bucket=location[0], Key=location[1])["Body"].read()
    try:
        ticket = parse_ticket(body)
    except PermanentError as error:
        _dead_letter(record, error)
        return
    # one time for all: the sequencer alone decides which of two puts is newer
    version = version_of(ticket, 1_000_000_000_000, record["s3"]["object"]["sequencer"])
    _store(version, {"ticket_id": ticket.ticket_id, "enrichment": {**ENRICHMENT, "summary": ticket.subject}})


def _dead_letter(record: dict[str, Any], error: PermanentError) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=os.environ["TICKETS_DLQ_URL"],
        MessageBody=json.dumps({"Records": [record]}),
        MessageAttributes={"ErrorCode": {"DataType": "String", "StringValue": error.code}},
    )


def _store(version: TicketVersion, document: dict[str, Any]) -> None:
    key = f"{version.key.ticket_id}/{version.content_hash}/1-{os.urandom(4).hex()}.json"
    boto3.client("s3").put_object(Bucket=os.environ["TICKETS_ENRICHED_BUCKET"], Key=key, Body=json.dumps(document))
    try:
        boto3.client("dynamodb").put_item(
            TableName=os.environ["TICKETS_TABLE"],
            Item={
                "ticket_id": {"S": version.key.ticket_id},
                "created_at": {"N": str(version.key.created_at)},
                "content_hash": {"S": version.content_hash},
                "source_order": {"S": version.source_order},
                "s3_key": {"S": key},
            },
            ConditionExpression="attribute_not_exists(source_order) OR source_order < :order",
            ExpressionAttributeValues={":order": {"S": version.source_order}},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
