"""How much there is of everything, for ``local status``."""

from handler.local.clients import Aws
from handler.local.resources import Names


def count(aws: Aws, names: Names | None = None) -> dict[str, int | None]:
    """The number of objects, rows and messages by resource; None for a resource that is not there."""
    names = names or Names()
    return {
        names.raw_bucket: _objects(aws, names.raw_bucket),
        names.enriched_bucket: _objects(aws, names.enriched_bucket),
        names.table: _rows(aws, names.table),
        names.queue: _messages(aws, names.queue),
        names.dead_letter_queue: _messages(aws, names.dead_letter_queue),
    }


def _objects(aws: Aws, bucket: str) -> int | None:
    try:
        pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return sum(page["KeyCount"] for page in pages)
    except aws.s3.exceptions.NoSuchBucket:
        return None


def _rows(aws: Aws, table: str) -> int | None:
    """Counted, because the number that the table knows of itself is hours old on AWS."""
    try:
        pages = aws.dynamodb.get_paginator("scan").paginate(TableName=table, Select="COUNT")
        return sum(page["Count"] for page in pages)
    except aws.dynamodb.exceptions.ResourceNotFoundException:
        return None


def _messages(aws: Aws, queue: str) -> int | None:
    """Visible and in flight."""
    try:
        url = aws.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    except aws.sqs.exceptions.QueueDoesNotExist:
        return None
    found = aws.sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )
    return sum(map(int, found["Attributes"].values()))
