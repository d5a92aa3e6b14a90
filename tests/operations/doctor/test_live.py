"""What runs, as AWS tells of it: here the local AWS, where no role is made."""

import dataclasses

import pytest

from handler.local import function
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.local.server import Server
from handler.operations.access import OperationRefused
from handler.operations.doctor import live
from handler.operations.doctor.rules import judge


@pytest.fixture
def deployed(
    aws: Aws, resources: Resources, credentials: None, emulator: Server, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The function of the local AWS; its name."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    function.deploy(aws, resources)
    return resources.names.function


def found(name: str) -> dict[str, str]:
    return {finding.name: finding.value for finding in judge(live.describe(name))}


def test_the_local_aws_has_no_error_but_what_an_emulator_lacks(deployed: str) -> None:
    """No alarms and no role are made there."""
    assert {"dead-letter-alarm", "unseen"} == set(found(deployed))
    assert "the function's role" in found(deployed)["unseen"]


def test_what_somebody_changed_is_found(aws: Aws, resources: Resources, deployed: str) -> None:
    """The queue, the event source and the function are read, each from its own service."""
    aws.sqs.set_queue_attributes(QueueUrl=resources.queue_url, Attributes={"VisibilityTimeout": "30"})
    aws.sqs.set_queue_attributes(QueueUrl=resources.dead_letter_queue_url, Attributes={"SqsManagedSseEnabled": "false"})
    (source,) = aws.functions.list_event_source_mappings(FunctionName=deployed)["EventSourceMappings"]
    aws.functions.update_event_source_mapping(UUID=source["UUID"], FunctionResponseTypes=[])
    aws.functions.put_function_concurrency(FunctionName=deployed, ReservedConcurrentExecutions=1)
    values = found(deployed)
    assert "30 s, and 360 s are needed for a timeout of 60 s" == values["visibility"]
    assert resources.names.dead_letter_queue == values["encryption"]
    assert "not set" == values["partial-failures"]
    assert "reserved 1, MaximumConcurrency 2" == values["concurrency"]


def test_what_is_named_and_not_there_is_an_error(aws: Aws, resources: Resources, deployed: str) -> None:
    aws.dynamodb.delete_table(TableName=resources.names.table)
    aws.sqs.delete_queue(QueueUrl=resources.dead_letter_queue_url)
    there = found(deployed)["there"]
    assert "the table refused: ResourceNotFoundException" in there
    assert "the dead-letter queue refused: " in there


def test_a_function_that_is_not_there_is_refused(deployed: str) -> None:
    with pytest.raises(OperationRefused, match="function nobody refused: ResourceNotFoundException"):
        live.describe("nobody")


def test_without_an_event_source_nothing_is_processed(aws: Aws, resources: Resources, deployed: str) -> None:
    function.remove(aws, resources.names)
    others = dataclasses.replace(resources, names=dataclasses.replace(resources.names, function="idle"))
    function.deploy(aws, others)
    (source,) = aws.functions.list_event_source_mappings(FunctionName="idle")["EventSourceMappings"]
    aws.functions.delete_event_source_mapping(UUID=source["UUID"])
    assert "none" == found("idle")["event-source"]
