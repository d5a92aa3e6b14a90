"""The template deploys, and the demo's end-to-end flow runs on what it made. What was replaced: stack.runnable."""

import json
from collections.abc import Iterator

import pytest

from handler.local import audit, clearing, demo, screen, seed
from handler.local.audit import Fate
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.local.server import Server
from tests.cli.conftest import Operator
from tests.deploy import stack


@pytest.fixture
def made(aws: Aws) -> Iterator[Resources]:
    """The stack on an empty local AWS."""
    clearing.clear(aws)
    with stack.deployed(aws) as resources:
        yield resources
    clearing.clear(aws)


@pytest.mark.models
def test_nothing_is_lost_on_the_deployed_stack(aws: Aws, made: Resources) -> None:
    """S3 event, queue, event source mapping, function, results: as the demo, on what CloudFormation made."""
    ledger = seed.seed(aws, made)
    evidence = demo.wait(aws, made, ledger, 90, screen.stderr())
    fates = audit.classify(ledger, evidence)
    assert (28, 2, 0) == (len(fates), fates.count(Fate.DEAD_LETTERED), fates.count(Fate.LOST))


@pytest.mark.usefixtures("made", "credentials")
def test_the_doctor_finds_nothing_wrong_with_what_runs(
    emulator: Server, command: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Role, alarms, queues and table as AWS tells of them; nothing that it could not look at."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    answer = command("doctor", "--live", "--json")
    assert [] == json.loads(answer.out)["findings"]
    assert (0, "") == (answer.code, answer.err)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"CpuVariant": "avx512"}, "its x86_64 documents AVX2 and no more"),
        ({"BatchSize": "11"}, "BatchSize over 10 needs BatchWindowSeconds"),
        ({"MaxReceiveCount": "4"}, "MaxReceiveCount"),
        ({"TimeoutSeconds": "61"}, "TimeoutSeconds"),
        ({"ImageUri": "PUT-YOUR-IMAGE-HERE"}, "ImageUri"),
        ({"KmsKeyArn": "alias/mine"}, "KmsKeyArn"),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(aws: Aws, parameters: dict[str, str], reason: str) -> None:
    """Before anything is made."""
    clearing.clear(aws)
    with pytest.raises(stack.client(aws, "cloudformation").exceptions.ClientError, match=reason):
        stack.create(aws, **parameters)
