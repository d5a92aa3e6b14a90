"""AWS clients, and its errors in our words. No other module knows botocore."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handler.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# A call that hangs would eat the time that other tickets need: a few short attempts, then the message waits.
TIMEOUTS = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
CONNECTIONS = Config(max_pool_connections=32)  # as many as the service's threads may use, and some
# The code tells, not the status: DynamoDB throttles with 400, SQS refuses one message too many in flight with 403.
_PASSING = (
    "Throttl",
    "SlowDown",
    "TooManyRequests",
    "LimitExceeded",
    "OverLimit",
    "ThroughputExceeded",
    "RequestTimeout",
    "InternalError",
    "InternalFailure",
    "ServiceUnavailable",
)
_SERVER_FAULT = 500
_NO_ANSWER = (exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError)


def s3_client() -> "S3Client":
    """A client for S3; endpoint, region and credentials are boto3's own settings."""
    return boto3.client("s3", config=TIMEOUTS.merge(CONNECTIONS))


def dynamodb_client() -> "DynamoDBClient":
    """A client for DynamoDB."""
    return boto3.client("dynamodb", config=TIMEOUTS.merge(CONNECTIONS))


def sqs_client() -> "SQSClient":
    """A client for SQS."""
    return boto3.client("sqs", config=TIMEOUTS.merge(CONNECTIONS))


@contextmanager
def answering(service: str) -> Iterator[None]:
    """What AWS raises inside becomes StoreUnavailable. What means something else is caught further in."""
    try:
        yield
    except ClientError as error:
        raise StoreUnavailable(f"{service} refused: {code(error)}") from error
    except BotoCoreError as error:
        verb = "did not answer" if isinstance(error, _NO_ANSWER) else "could not be asked"
        raise StoreUnavailable(f"{service} {verb}: {type(error).__name__}") from error


def code(error: ClientError) -> str:
    """The error code that AWS gave."""
    response: Any = error.response
    return str(response.get("Error", {}).get("Code", "unknown"))


def may_pass(error: BaseException | None) -> bool:
    """Whether the same call may succeed later though nobody changes anything: a throttle, a fault of AWS, no answer."""
    if not isinstance(error, ClientError):
        return isinstance(error, _NO_ANSWER)
    response: Any = error.response
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= _SERVER_FAULT or is_passing(code(error))


def is_passing(error_code: str) -> bool:
    """As ``may_pass``, for the code that one entry of a batch was refused with."""
    return any(word in error_code for word in _PASSING)
