"""S3, as a source of tickets: what is the message's fault and what is the world's."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest
from botocore.config import Config

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


class CutsOff(BaseHTTPRequestHandler):
    """Promises a hundred bytes and sends three."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"abc")

    def log_message(self, *_: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def cuts_off() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), CutsOff) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_body_that_breaks_off_is_the_worlds_fault(cuts_off: str) -> None:
    """And half a ticket is never taken for a whole one."""
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    client = boto3.client("s3", endpoint_url=cuts_off, config=config, **credentials)  # type: ignore[call-overload]
    with pytest.raises(StoreUnavailable):
        S3Source(client).fetch(S3Object("b", "k"))
