"""boto3 clients that can reach the chosen endpoint and nothing else.

The credentials are the emulators' public test ones. The user's profiles, shared files and proxies are never looked at.
boto3 is imported when the first client is made: it takes a third of a second, and most commands need none.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from handler.local.endpoint import Endpoint
from handler.local.failures import EndpointRefused

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

REGION = "us-east-1"
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
CONNECT_SECONDS = 5
READ_SECONDS = 30  # longer than the 20 s that a receive may wait
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Aws:
    """The clients of the local AWS."""

    endpoint: Endpoint
    s3: "S3Client"
    sqs: "SQSClient"
    dynamodb: "DynamoDBClient"
    functions: "LambdaClient"


def connect(endpoint: Endpoint) -> Aws:
    """Clients for ``endpoint``; nothing is sent yet."""
    plain = _blind_session()
    with _as_default(plain):
        session = _localstack_session(endpoint) or plain
        return Aws(
            endpoint,
            s3=_client(session, endpoint, "s3"),
            sqs=_client(session, endpoint, "sqs"),
            dynamodb=_client(session, endpoint, "dynamodb"),
            functions=_client(session, endpoint, "lambda"),
        )


def _client(session: Any, endpoint: Endpoint, service: str) -> Any:
    url = endpoint.of(service)
    client = session.client(service, endpoint_url=url, config=_config())
    if client.meta.endpoint_url.rstrip("/") != url.rstrip("/"):
        raise EndpointRefused(f"the {service} client would talk to {client.meta.endpoint_url}, not to {url}")
    return client


def _config() -> Any:
    from botocore.config import Config  # noqa: PLC0415  see the module's docstring

    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        s3={"addressing_style": "path"},  # a bucket's name is no host on loopback
        proxies={},
    )


def _blind_session() -> "boto3.Session":
    """A session that knows the test credentials only: AWS_PROFILE and the shared files do not reach it."""
    import boto3  # noqa: PLC0415  see the module's docstring
    import botocore.session  # noqa: PLC0415

    nowhere = (None, None, os.devnull, None)
    blind: Any = {"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    core = botocore.session.Session(session_vars=blind)
    return boto3.Session(botocore_session=core, region_name=REGION, **CREDENTIALS)


def _localstack_session(endpoint: Endpoint) -> Any | None:
    """localstack-client's session, or None where it would not go to ``endpoint``.

    It knows no per-service addresses and no IPv6, and reads variables of its own.
    """
    from localstack_client import config, session  # noqa: PLC0415  imports boto3

    parts = urlsplit(endpoint.url)
    if endpoint.overrides or ":" in (parts.hostname or ""):
        return None
    if config.get_service_endpoint("s3", localstack_host=parts.netloc) != endpoint.url:
        return None
    return session.Session(localstack_host=parts.netloc, region_name=REGION, **CREDENTIALS)


@contextmanager
def _as_default(session: "boto3.Session") -> Iterator[None]:
    """localstack-client makes its clients from boto3's default session, which would read AWS_PROFILE."""
    import boto3  # noqa: PLC0415

    previous = boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION = session
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = previous


def unreachable() -> tuple[type[Exception], ...]:
    """What boto3 raises when nobody answers."""
    from botocore import exceptions  # noqa: PLC0415  see the module's docstring

    return exceptions.ConnectionError, exceptions.HTTPClientError


def refused() -> tuple[type[Exception], ...]:
    """What boto3 raises when the service answers with an error, or a resource does not become ready."""
    from botocore import exceptions  # noqa: PLC0415  see the module's docstring

    return exceptions.ClientError, exceptions.WaiterError
