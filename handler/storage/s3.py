"""Tickets from S3, and enriched tickets to S3."""

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from handler.aws import answering, code
from handler.domain.errors import TicketNotFound, TicketTooLarge
from handler.domain.message import S3Object

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_OBJECT_BYTES = 1024 * 1024  # a ticket of 100,000 characters, escaped at its worst, and room for unknown fields

_GONE = {"NoSuchKey", "404"}
_GONE_VERSION = _GONE | {
    "NoSuchVersion",
    "MethodNotAllowed",  # the version is a delete marker
    "InvalidArgument",  # the version id is none
}


@dataclass(frozen=True, slots=True)
class S3Source:
    """A TicketSource. Which buckets may be read was decided when the message was decoded."""

    client: "S3Client"

    def fetch(self, location: S3Object) -> bytes:
        """See ports.TicketSource."""
        version = {"VersionId": location.version_id} if location.version_id else {}
        with answering(f"S3 bucket {location.bucket}"):
            try:
                answer = self.client.get_object(Bucket=location.bucket, Key=location.key, **version)  # type: ignore[arg-type]
            except ClientError as error:
                if code(error) in (_GONE_VERSION if location.version_id else _GONE):
                    raise TicketNotFound("the object that the message names is not there") from None
                raise
            with closing(answer["Body"]) as body:  # its own "with" would give the raw stream, and raw errors
                if answer["ContentLength"] > MAX_OBJECT_BYTES:
                    raise TicketTooLarge(f"the object has more than {MAX_OBJECT_BYTES} bytes")
                return body.read()


@dataclass(frozen=True, slots=True)
class S3Objects:
    """Where enriched tickets are written."""

    client: "S3Client"
    bucket: str

    def put(self, key: str, json_text: str) -> None:
        """Writes one object. Raises StoreUnavailable."""
        with answering(f"S3 bucket {self.bucket}"):
            self.client.put_object(Bucket=self.bucket, Key=key, Body=json_text.encode(), ContentType="application/json")
