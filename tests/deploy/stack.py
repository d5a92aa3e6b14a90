"""template.yaml as a stack on the local AWS: as it is, but for what no emulator without a container engine can run."""

import copy
import dataclasses
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from handler.local import function
from handler.local.clients import CREDENTIALS, REGION, Aws
from handler.local.resources import Names, Resources
from tests.deploy.template import BODY, IMAGE

STACK = "ticket-processor"
CODE_BUCKET = "code"
NAMES = {"RawBucketName": "tickets-raw", "EnrichedBucketName": "tickets-enriched"}


def runnable(aws: Aws) -> dict[str, Any]:
    """The template with the image function replaced, and without the one alarm on a ratio.

    The emulator knows no metric math, so ReviewRateAlarm is left out. The image and its entry point become this package
    as a zip, which the emulator runs under its own Python with this environment's libraries; the function is told where
    the emulator answers, and that X-Ray does not. What the template says of memory, time, role, log group, event source
    and settings stays.
    """
    template = copy.deepcopy(BODY)
    del template["Resources"]["ReviewRateAlarm"]
    properties = template["Resources"]["Function"]["Properties"]
    for name in ("PackageType", "ImageUri", "ImageConfig", "Architectures"):
        del properties[name]
    bare = Resources(Names(), queue_url="", queue_arn="", dead_letter_queue_url="")
    local = function.environment(aws, bare, None)
    variables = properties["Environment"]["Variables"]
    variables |= {name: value for name, value in local.items() if not name.startswith("TICKETS_")}
    properties |= {
        "CodeUri": {"Bucket": CODE_BUCKET, "Key": "code.zip"},
        "Runtime": function.runtime(),
        "Handler": function.HANDLER,
    }
    return template


def client(aws: Aws, service: str) -> Any:
    """A client of the local AWS for a service that the product itself does not use."""
    make: Any = boto3.client
    return make(service, endpoint_url=aws.endpoint.url, region_name=REGION, **CREDENTIALS)


@contextmanager
def deployed(aws: Aws, **parameters: str) -> Iterator[Resources]:
    """The stack, and its resources by the outputs that it has."""
    aws.s3.create_bucket(Bucket=CODE_BUCKET)
    aws.s3.put_object(Bucket=CODE_BUCKET, Key="code.zip", Body=function.package(function.PACKAGE))
    formation = create(aws, **parameters)
    try:
        _await(formation)
        _as_numbers(aws)
        yield _resources(outputs(formation))
    finally:
        function.remove(aws, Names())  # a worker process of its must not outlive the test


def create(aws: Aws, **parameters: str) -> Any:
    """Asks for the stack; CloudFormation's client. The processor here may have no AVX2, so the variant is generic."""
    formation = client(aws, "cloudformation")
    given = {"ImageUri": IMAGE, "CpuVariant": "generic", **NAMES, **parameters}
    formation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(runnable(aws)),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    return formation


def _await(formation: Any) -> None:
    """Until it is complete; why it is not, otherwise."""
    while (status := formation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]).endswith("_IN_PROGRESS"):
        time.sleep(0.2)
    events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [one for one in events if one["ResourceStatus"].endswith("_FAILED")]
    reasons = [f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason')}" for one in failed]
    assert (status, reasons) == ("CREATE_COMPLETE", [])


def _as_numbers(aws: Aws) -> None:
    """CloudFormation hands numbers on as text, as on AWS; the emulator's poller cannot compare this one then."""
    for source in aws.functions.list_event_source_mappings(FunctionName=Names().function)["EventSourceMappings"]:
        most = int(source["ScalingConfig"]["MaximumConcurrency"])
        aws.functions.update_event_source_mapping(UUID=source["UUID"], ScalingConfig={"MaximumConcurrency": most})


def outputs(formation: Any) -> dict[str, str]:
    """What the stack says it made."""
    stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


def _resources(made: dict[str, str]) -> Resources:
    names = dataclasses.replace(
        Names(), raw_bucket=made["RawBucket"], enriched_bucket=made["EnrichedBucket"], table=made["Table"]
    )
    return Resources(names, made["QueueUrl"], made["QueueArn"], made["DeadLetterQueueUrl"])
