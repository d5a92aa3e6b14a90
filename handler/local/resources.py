"""The buckets, queues, table and notification, as the README and template name them; made where they are missing.

Everything here may be called again at any time: what exists is kept and its settings are put right.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handler.local.clients import Aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import GlobalSecondaryIndexTypeDef
    from mypy_boto3_sqs.literals import QueueAttributeNameType

VISIBILITY_SECONDS = 360  # AWS asks for at least 6 times the function's timeout
MAX_RECEIVES = 5  # AWS asks for at least 5, or throttled polls use them up
DEAD_LETTER_DAYS = 14  # the longest that SQS keeps a message: longer than the source queue does

PROJECTED = ("subject", "intent", "urgency", "sentiment", "summary", "needs_review", "processed_at", "s3_key")


@dataclass(frozen=True, slots=True)
class Names:
    """What the resources are called."""

    raw_bucket: str = "tickets-raw"
    enriched_bucket: str = "tickets-enriched"
    table: str = "tickets"
    queue: str = "ticket-processing-queue"
    dead_letter_queue: str = "ticket-processing-dlq"
    function: str = "ticket-processor"


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources that exist, by name and address."""

    names: Names
    queue_url: str
    queue_arn: str
    dead_letter_queue_url: str

    def settings(self) -> dict[str, str]:
        """The settings under which the processor works on them."""
        return {
            "TICKETS_RAW_BUCKET": self.names.raw_bucket,
            "TICKETS_ENRICHED_BUCKET": self.names.enriched_bucket,
            "TICKETS_TABLE": self.names.table,
            "TICKETS_QUEUE_URL": self.queue_url,
            "TICKETS_DLQ_URL": self.dead_letter_queue_url,
        }


def create(aws: Aws, names: Names | None = None) -> Resources:
    """Makes what is missing; what there is then."""
    names = names or Names()
    for bucket in (names.raw_bucket, names.enriched_bucket):
        _make_bucket(aws, bucket)
    resources = _make_queues(aws, names)
    _make_table(aws, names.table)
    _notify(aws, resources)
    return resources


def _make_bucket(aws: Aws, bucket: str) -> None:
    with suppress(aws.s3.exceptions.BucketAlreadyOwnedByYou):
        aws.s3.create_bucket(Bucket=bucket)


def _make_queues(aws: Aws, names: Names) -> Resources:
    kept = str(DEAD_LETTER_DAYS * 86_400)
    dead_url, dead_arn = _make_queue(aws, names.dead_letter_queue, {"MessageRetentionPeriod": kept})
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": MAX_RECEIVES})
    url, arn = _make_queue(aws, names.queue, {"VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": redrive})
    policy = _may_notify(arn, names.raw_bucket)
    aws.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return Resources(names, url, arn, dead_url)


def _make_queue(aws: Aws, name: str, attributes: "dict[QueueAttributeNameType, str]") -> tuple[str, str]:
    """The queue's address and ARN. Its attributes are set afterwards: creating one with others than it has fails."""
    try:
        url = aws.sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except aws.sqs.exceptions.QueueDoesNotExist:
        url = aws.sqs.create_queue(QueueName=name)["QueueUrl"]
    aws.sqs.set_queue_attributes(QueueUrl=url, Attributes={**attributes, "SqsManagedSseEnabled": "true"})
    known = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, known["Attributes"]["QueueArn"]


def _may_notify(queue_arn: str, bucket: str) -> dict[str, object]:
    """The queue's policy: S3 may send to it, for this bucket only."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _make_table(aws: Aws, table: str) -> None:
    with suppress(aws.dynamodb.exceptions.ResourceInUseException):
        aws.dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "ticket_id", "AttributeType": "S"},
                {"AttributeName": "created_at", "AttributeType": "N"},
                {"AttributeName": "intent", "AttributeType": "S"},
                {"AttributeName": "urgency", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "ticket_id", "KeyType": "HASH"},
                {"AttributeName": "created_at", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[_index("intent"), _index("urgency")],
        )
    aws.dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def _index(attribute: str) -> "GlobalSecondaryIndexTypeDef":
    """An index over one signal, newest last. Its own keys are in it anyway and may not be named again."""
    return {
        "IndexName": f"by-{attribute}",
        "KeySchema": [
            {"AttributeName": attribute, "KeyType": "HASH"},
            {"AttributeName": "created_at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": [p for p in PROJECTED if p != attribute]},
    }


def _notify(aws: Aws, resources: Resources) -> None:
    """S3 tells the queue of every new ticket. Setting this sends a test event too, so it is set once."""
    bucket, arn = resources.names.raw_bucket, resources.queue_arn
    known = aws.s3.get_bucket_notification_configuration(Bucket=bucket).get("QueueConfigurations", [])
    if any(target["QueueArn"] == arn for target in known):
        return
    aws.s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]},
    )
