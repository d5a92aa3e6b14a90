"""AWS for a person at a terminal: clients, and refusals that name the setting and say whether to try again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from handler.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

RAW_BUCKET = "TICKETS_RAW_BUCKET"
ENRICHED_BUCKET = "TICKETS_ENRICHED_BUCKET"
TABLE = "TICKETS_TABLE"
QUEUE_URL = "TICKETS_QUEUE_URL"
DLQ_URL = "TICKETS_DLQ_URL"

_MADE_FROM = "AWS_DEFAULT_REGION or AWS_PROFILE"
_Client = TypeVar("_Client")


class OperationRefused(Exception):
    """What no waiting mends: a setting, a permission, a file. ``str(error)`` is one line for a person."""


@contextmanager
def naming(service: str, variable: str) -> Iterator[None]:
    """What AWS raises inside, by the setting that was used.

    Raises StoreUnavailable for what may pass, else OperationRefused.
    """
    from handler import aws  # noqa: PLC0415 - boto3 takes long to import, and most commands need none

    try:
        with aws.answering(service):
            yield
    except StoreUnavailable as error:
        raise refusal(f"{variable}: {error}", may_pass=aws.may_pass(error.__cause__)) from error


def refusal(line: str, *, may_pass: bool) -> StoreUnavailable | OperationRefused:
    """The error that says ``line`` and whether to try again."""
    return StoreUnavailable(line) if may_pass else OperationRefused(line)


def check(variable: str, failures: Sequence[Mapping[str, Any]]) -> None:
    """Raises as ``naming`` for the first entry of a batch call's failures, which AWS reports without raising."""
    from handler import aws  # noqa: PLC0415 - see above

    for failure in failures:
        code = str(failure.get("Code", "unknown"))
        raise refusal(f"{variable}: {aws.unavailable('AWS refused', code)}", may_pass=code not in aws.TO_MEND)


def s3_client() -> "S3Client":
    """See handler.aws."""
    from handler import aws  # noqa: PLC0415 - see above

    return _made("S3", aws.s3_client)


def dynamodb_client() -> "DynamoDBClient":
    """See handler.aws."""
    from handler import aws  # noqa: PLC0415 - see above

    return _made("DynamoDB", aws.dynamodb_client)


def sqs_client() -> "SQSClient":
    """See handler.aws."""
    from handler import aws  # noqa: PLC0415 - see above

    return _made("SQS", aws.sqs_client)


def lambda_client() -> "LambdaClient":
    """See handler.aws."""
    from handler import aws  # noqa: PLC0415 - see above

    return _made("Lambda", aws.lambda_client)


def cloudwatch_client() -> Any:
    """See handler.aws."""
    from handler import aws  # noqa: PLC0415 - see above

    return _made("CloudWatch", aws.cloudwatch_client)


def iam_client() -> Any:
    """See handler.aws."""
    from handler import aws  # noqa: PLC0415 - see above

    return _made("IAM", aws.iam_client)


def _made(service: str, make: Callable[[], _Client]) -> _Client:
    with naming(service, _MADE_FROM):
        return make()
