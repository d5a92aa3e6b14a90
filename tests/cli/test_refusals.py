"""What is wrong with settings, permissions and connections: one line, the setting's name, and whether to try again."""

import subprocess
import sys
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError

from handler.local.server import free_port
from tests.cli.conftest import Operator

NOWHERE = "http://127.0.0.1/000000000000/nowhere"


@pytest.mark.parametrize(
    ("arguments", "variable", "value", "code"),
    [
        ("dlq list", "TICKETS_DLQ_URL", NOWHERE, "NonExistentQueue"),
        ("dlq redrive", "TICKETS_DLQ_URL", NOWHERE, "NonExistentQueue"),
        ("backfill", "TICKETS_RAW_BUCKET", "no-such-bucket", "NoSuchBucket"),
        ("backfill", "TICKETS_RAW_BUCKET", "No Bucket!", "ParamValidationError"),
        ("erase T-1 --yes", "TICKETS_RAW_BUCKET", "no-such-bucket", "NoSuchBucket"),
        ("erase T-1 --yes", "TICKETS_ENRICHED_BUCKET", "no-such-bucket", "NoSuchBucket"),
        ("erase T-1 --yes", "TICKETS_TABLE", "no-table", "ResourceNotFoundException"),
        ("erase T-1 --yes", "TICKETS_QUEUE_URL", NOWHERE, "NonExistentQueue"),
        ("orphans", "TICKETS_ENRICHED_BUCKET", "no-such-bucket", "NoSuchBucket"),
    ],
)
def test_an_address_of_nothing_names_its_setting_and_awss_code(  # noqa: PLR0913, PLR0917 - parameters
    operator: Operator, monkeypatch: pytest.MonkeyPatch, arguments: str, variable: str, value: str, code: str
) -> None:
    """Exit 2: trying again would not help."""
    monkeypatch.setenv(variable, value)
    answer = operator(*arguments.split())
    assert (2, "", 1) == (answer.code, answer.out, len(answer.err.splitlines()))
    assert answer.err.startswith(f"ticket-processor: {variable}: ")
    assert code in answer.err


COMMANDS = ["dlq list", "dlq redrive", "backfill", "erase T-1 --yes", "orphans"]


def failing(monkeypatch: pytest.MonkeyPatch, code: str, status: int) -> None:
    """AWS answers everything with this."""
    answer: Any = {"Error": {"Code": code, "Message": "secret"}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def refuse(self: object, operation: str, arguments: object) -> None:
        raise ClientError(answer, operation)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", refuse)


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize(
    ("code", "status", "exit_code"),
    [
        ("ExpiredToken", 400, 2),
        ("AccessDenied", 403, 2),
        ("ThrottlingException", 400, 75),
        ("OverLimit", 403, 75),
        ("Whatever", 503, 75),
    ],
)
def test_what_may_pass_is_told_from_what_may_not(  # noqa: PLR0913, PLR0917 - parameters
    deployed: Operator, monkeypatch: pytest.MonkeyPatch, arguments: str, code: str, status: int, exit_code: int
) -> None:
    """By AWS's code, and its status."""
    failing(monkeypatch, code, status)
    answer = deployed(*arguments.split())
    assert (exit_code, "", 1) == (answer.code, answer.out, len(answer.err.splitlines()))
    assert "TICKETS_" in answer.err
    assert code in answer.err
    assert "secret" not in answer.err


@pytest.fixture
def deployed(command: Operator, credentials: None, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Settings are complete, and nothing is there."""
    for name in ("RAW_BUCKET", "ENRICHED_BUCKET", "TABLE", "QUEUE_URL", "DLQ_URL"):
        monkeypatch.setenv(f"TICKETS_{name}", name.lower().replace("_", "-"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    return command


@pytest.mark.parametrize("arguments", ["dlq list", "orphans"])
def test_no_connection_is_for_later(deployed: Operator, arguments: str) -> None:
    """Exit 75."""
    answer = deployed(*arguments.split())
    assert (75, "") == (answer.code, answer.out)
    assert "did not answer: EndpointConnectionError" in answer.err


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "TICKETS_DLQ_URL: SQS could not be asked: NoCredentialsError"),
        (("AWS_DEFAULT_REGION",), "AWS_DEFAULT_REGION or AWS_PROFILE: SQS could not be asked: NoRegionError"),
    ],
)
def test_without_credentials_or_region_nothing_waits(
    deployed: Operator, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], said: str
) -> None:
    """Those are settings too."""
    for name in missing:
        monkeypatch.delenv(name)
    answer = deployed("dlq", "list")
    assert (2, "", 1) == (answer.code, answer.out, len(answer.err.splitlines()))
    assert said in answer.err


def test_an_endpoint_that_is_no_address_is_a_setting(deployed: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Botocore has no error of its own for it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    answer = deployed("dlq", "list")
    assert (2, True) == (answer.code, "AWS_ENDPOINT_URL" in answer.err)


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ("dlq list", "DLQ_URL"),
        ("dlq redrive", "DLQ_URL QUEUE_URL"),
        ("backfill", "QUEUE_URL RAW_BUCKET"),
        ("erase T-1 --yes", "DLQ_URL ENRICHED_BUCKET QUEUE_URL RAW_BUCKET TABLE"),
        ("orphans", "ENRICHED_BUCKET TABLE"),
    ],
)
def test_a_command_asks_for_the_settings_that_it_needs_and_no_others(
    command: Operator, arguments: str, needed: str
) -> None:
    """Each by its variable."""
    answer = command(*arguments.split())
    missing = sorted(part.split(":")[0].strip() for part in answer.err.split("settings:")[1].split(";"))
    assert (2, [f"TICKETS_{name}" for name in needed.split()]) == (answer.code, missing)


def test_redriving_into_the_dead_letter_queue_itself_is_refused(
    deployed: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would go round."""
    monkeypatch.setenv("TICKETS_QUEUE_URL", "dlq-url")
    answer = deployed("dlq", "redrive")
    assert (2, True) == (answer.code, "must be another queue" in answer.err)


def test_boto3_is_not_imported_by_the_command_line() -> None:
    """It takes a third of a second, and most commands need none."""
    script = "import sys, handler.cli; sys.exit('boto3' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", script], check=False).returncode
