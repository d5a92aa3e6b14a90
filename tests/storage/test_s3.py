"""S3, as a source of tickets: what is the message's fault and what is the world's."""

import pytest

from handler.domain.errors import StoreUnavailable, TicketNotFound, TicketTooLarge
from handler.domain.message import S3Object
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.storage.s3 import MAX_OBJECT_BYTES, S3Source


def test_an_object_is_read_by_its_key_as_it_is(aws: Aws, resources: Resources) -> None:
    """Space, plus and letters of any alphabet included."""
    key = "a b+é/ü%20.json"
    aws.s3.put_object(Bucket=resources.names.raw_bucket, Key=key, Body=b"{}")
    assert b"{}" == S3Source(aws.s3).fetch(S3Object(resources.names.raw_bucket, key))


def test_the_version_that_the_event_names_is_read(aws: Aws, resources: Resources) -> None:
    """An edit that came meanwhile has an event of its own."""
    bucket = resources.names.raw_bucket
    aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = aws.s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    aws.s3.put_object(Bucket=bucket, Key="k", Body=b"2")
    assert b"1" == S3Source(aws.s3).fetch(S3Object(bucket, "k", first))


def test_a_missing_object_is_the_messages_fault(aws: Aws, resources: Resources) -> None:
    """It will not come back."""
    with pytest.raises(TicketNotFound):
        S3Source(aws.s3).fetch(S3Object(resources.names.raw_bucket, "missing"))


def test_a_missing_bucket_is_the_worlds_fault(aws: Aws, resources: Resources) -> None:
    """A wrong setting can be mended; every ticket waits."""
    with pytest.raises(StoreUnavailable, match="NoSuchBucket"):
        S3Source(aws.s3).fetch(S3Object("no-such-bucket", "k"))


def test_an_object_that_is_too_large_is_refused_unread(aws: Aws, resources: Resources) -> None:
    """By Content-Length."""
    aws.s3.put_object(Bucket=resources.names.raw_bucket, Key="k", Body=b" " * (MAX_OBJECT_BYTES + 1))
    with pytest.raises(TicketTooLarge):
        S3Source(aws.s3).fetch(S3Object(resources.names.raw_bucket, "k"))
