"""AWS clients, and its errors in our words. No other module knows botocore."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handler.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# A call that hangs would eat the time that other tickets need: a few short attempts, then the message waits.
READ_SECONDS = 10
TIMEOUTS = Config(connect_timeout=3, read_timeout=READ_SECONDS, retries={"mode": "standard", "total_max_attempts": 3})
CONNECTIONS = Config(max_pool_connections=32)  # as many as the service's threads may use, and some


# What passes (throttling, an outage) and what waits for somebody are both tried again, but only one rings a bell.
TO_MEND: Mapping[str, str] = {
    code: advice
    for advice, codes in {
        "grant the role the permission; without s3:ListBucket a missing object looks like this too": (
            "AccessDenied AccessDeniedException AllAccessDisabled KMS.AccessDeniedException KmsAccessDenied 403"
        ),
        "the credential has expired": "ExpiredToken ExpiredTokenException TokenRefreshRequired",
        "the credential is missing, not valid, or for another region": (
            "InvalidAccessKeyId InvalidClientTokenId InvalidToken UnrecognizedClientException SignatureDoesNotMatch"
            " InvalidSignatureException IncompleteSignature MissingAuthenticationToken NoCredentialsError"
            " MissingAuthenticationTokenException PartialCredentialsError CredentialRetrievalError"
        ),
        "the clock of this machine is wrong": "RequestTimeTooSkewed RequestExpired RequestInTheFuture",
        "there is none of that name in this account and region": (
            "NoSuchBucket ResourceNotFoundException QueueDoesNotExist AWS.SimpleQueueService.NonExistentQueue"
            " InvalidAddress NoSuchEntity"
        ),
        "it lies in another region": "301 PermanentRedirect AuthorizationHeaderMalformed",
        "set AWS_DEFAULT_REGION": "NoRegionError InvalidRegionError",
        "the setting is no name that AWS can have": "ParamValidationError InvalidBucketName",
        "it takes no such request": "InvalidMessageContents InvalidParameterValue InvalidAttributeValue",
        "its keys have to be ticket_id (S) and created_at (N), its indexes' intent or urgency (S) and created_at":
            "ValidationException",
    }.items()
    for code in codes.split()
}  # fmt: skip
"""AWS's codes, and boto3's errors, that no waiting mends: what a person has to do."""


def s3_client() -> "S3Client":
    """A client for S3; endpoint, region and credentials are boto3's own settings. Raises StoreUnavailable."""
    with _made("S3"):
        return boto3.client("s3", config=TIMEOUTS.merge(CONNECTIONS))


def dynamodb_client() -> "DynamoDBClient":
    """A client for DynamoDB. Raises StoreUnavailable."""
    with _made("DynamoDB"):
        return boto3.client("dynamodb", config=TIMEOUTS.merge(CONNECTIONS))


def sqs_client(read_timeout: int = READ_SECONDS) -> "SQSClient":
    """A client for SQS, which waits so many seconds for an answer. Raises StoreUnavailable."""
    with _made("SQS"):
        return boto3.client("sqs", config=TIMEOUTS.merge(CONNECTIONS).merge(Config(read_timeout=read_timeout)))


def lambda_client() -> "LambdaClient":
    """A client for Lambda. Raises StoreUnavailable."""
    with _made("Lambda"):
        return boto3.client("lambda", config=TIMEOUTS)


def cloudwatch_client() -> Any:
    """A client for CloudWatch. Raises StoreUnavailable."""
    with _made("CloudWatch"):
        return boto3.client("cloudwatch", config=TIMEOUTS)


def iam_client() -> Any:
    """A client for IAM. Raises StoreUnavailable."""
    with _made("IAM"):
        return boto3.client("iam", config=TIMEOUTS)


@contextmanager
def _made(service: str) -> Iterator[None]:
    """A client that cannot be made is a service that is unavailable: boto3 says so in more than one way."""
    try:
        with answering(service):
            yield
    except ValueError as error:
        raise StoreUnavailable(f"{service}: {error} (to be mended: AWS_ENDPOINT_URL or AWS_DEFAULT_REGION)") from error


@contextmanager
def answering(resource: str) -> Iterator[None]:
    """What AWS raises inside becomes StoreUnavailable. What means something else is caught further in.

    ``resource`` names what is asked, as the settings name it. Of AWS's answer only the code is told: its message may
    quote an object's key.
    """
    try:
        yield
    except ClientError as error:
        raise unavailable(f"{resource} refused", code(error)) from error
    except BotoCoreError as error:
        name = type(error).__name__
        verb = "could not be asked" if name in TO_MEND else "did not answer"
        raise unavailable(f"{resource} {verb}", name) from error


def unavailable(what: str, code: str) -> StoreUnavailable:
    """The error that says ``what`` happened, by AWS's ``code``, and whether a person has to do something."""
    advice = TO_MEND.get(code)
    return StoreUnavailable(f"{what}: {code} (" + (f"to be mended: {advice})" if advice else "it may pass by itself)"))


def may_pass(error: BaseException | None) -> bool:
    """Whether the call that ``error`` ended may succeed later though nobody changes anything."""
    told = code(error) if isinstance(error, ClientError) else type(error).__name__
    return told not in TO_MEND and not isinstance(error, ValueError)


def code(error: ClientError) -> str:
    """The error code that AWS gave."""
    response: Any = error.response
    return str(response.get("Error", {}).get("Code", "unknown"))
