"""Everything away again: what our emulator holds, or on another endpoint our resources by name."""

import http.client
from contextlib import suppress
from urllib.parse import urlsplit

from handler.local import function
from handler.local.clients import Aws
from handler.local.failures import LocalFailure, NotAnswering
from handler.local.resources import Names

RESET_SECONDS = 30


def clear(aws: Aws, names: Names | None = None) -> None:
    """Removes all that ``resources.create``, the function and the seeding made."""
    if aws.endpoint.ours and not aws.endpoint.overrides:
        _reset(aws.endpoint.url)
    else:
        delete_by_name(aws, names or Names())


def _reset(url: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=RESET_SECONDS)
    try:
        connection.request("POST", "/_ministack/reset")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NotAnswering(f"the local AWS at {url} does not answer") from error
    finally:
        connection.close()
    if status != http.HTTPStatus.OK:
        raise LocalFailure(f"the local AWS could not be reset: status {status}")


def delete_by_name(aws: Aws, names: Names) -> None:
    """Deletes the resources that ``names`` names, and nothing else; what is not there is passed over."""
    function.remove(aws, names)
    for bucket in (names.raw_bucket, names.enriched_bucket):
        with suppress(aws.s3.exceptions.NoSuchBucket):
            _delete_bucket(aws, bucket)
    for queue in (names.queue, names.dead_letter_queue):
        with suppress(aws.sqs.exceptions.QueueDoesNotExist):
            aws.sqs.delete_queue(QueueUrl=aws.sqs.get_queue_url(QueueName=queue)["QueueUrl"])
    with suppress(aws.dynamodb.exceptions.ResourceNotFoundException):
        aws.dynamodb.delete_table(TableName=names.table)
        aws.dynamodb.get_waiter("table_not_exists").wait(TableName=names.table, WaiterConfig={"Delay": 1})


def _delete_bucket(aws: Aws, bucket: str) -> None:
    for page in aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            aws.s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    aws.s3.delete_bucket(Bucket=bucket)
