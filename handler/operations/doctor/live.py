"""A deployment as AWS tells of it: only what reads, and no message is received."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from handler.operations import access
from handler.operations.access import OperationRefused
from handler.operations.doctor.description import (
    Alarm,
    Deployment,
    Encryption,
    EventSource,
    Function,
    Grant,
    Queue,
    Table,
)
from handler.operations.doctor.template import grants_of, keys_of

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_Part = TypeVar("_Part")

ABSENT = ("QueueDoesNotExist", "NonExistentQueue", "ResourceNotFoundException")
"""A role that is not there is unseen: emulators have none, and AWS makes no function without one."""


def describe(name: str) -> Deployment:
    """The deployment around the function ``name``. Raises as access.naming where the function cannot be seen."""
    client = access.lambda_client()
    with access.naming(f"function {name}", "--function"):
        configuration: Any = client.get_function_configuration(FunctionName=name)
    return Inspection(client, configuration).deployment()


@dataclass(frozen=True)
class Inspection:
    """One look at what stands around a function; ``unseen`` and ``absent`` grow on the way."""

    client: "LambdaClient"
    configuration: Mapping[str, Any]
    unseen: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def deployment(self) -> Deployment:
        """All that can be seen."""
        function = self._function()
        source = self._see("the event source", self._event_source)
        queue = self._see("the queue", lambda: _queue(source.queue)) if source else None
        letters = queue.dead_letter if queue else None
        return Deployment(
            function=function,
            source=source,
            queue=queue,
            dead_letters=self._see("the dead-letter queue", lambda: _queue(letters)) if letters else None,
            table=self._see("the table", lambda: _table(function.variables.get("TICKETS_TABLE", ""))),
            grants=self._see("the function's role", lambda: tuple(_grants(self.configuration["Role"]))),
            alarms=self._see("the alarms", lambda: tuple(_alarms())),
            unseen=tuple(self.unseen),
            absent=tuple(self.absent),
        )

    def _see(self, what: str, look: Callable[[], _Part]) -> _Part | None:
        """What ``look`` sees; what AWS refuses to show is noted, and does not keep the rest from being judged."""
        try:
            with access.naming(what, "--live"):
                return look()
        except OperationRefused as error:
            is_absent = any(code in str(error) for code in ABSENT)
            (self.absent if is_absent else self.unseen).append(str(error).removeprefix("--live: "))
        return None

    def _function(self) -> Function:
        seen = self.configuration
        variables = (seen.get("Environment") or {}).get("Variables") or {}
        return Function(
            seen["FunctionName"],
            timeout_seconds=seen["Timeout"],
            memory_mb=seen["MemorySize"],
            architecture=(seen.get("Architectures") or ["x86_64"])[0],
            reserved_concurrency=self._see("the reserved concurrency", self._reserved),
            variables=variables,
        )

    def _reserved(self) -> int | None:
        answer = self.client.get_function_concurrency(FunctionName=self.configuration["FunctionName"])
        return answer.get("ReservedConcurrentExecutions")

    def _event_source(self) -> EventSource | None:
        pages = self.client.get_paginator("list_event_source_mappings").paginate(
            FunctionName=self.configuration["FunctionName"]
        )
        every: Any = (one for page in pages for one in page["EventSourceMappings"])
        return next((_event_source(one) for one in every if ":sqs:" in one.get("EventSourceArn", "")), None)


def _event_source(seen: Mapping[str, Any]) -> EventSource:
    return EventSource(
        seen["EventSourceArn"].rpartition(":")[2],
        batch_size=seen.get("BatchSize", 10),
        window_seconds=seen.get("MaximumBatchingWindowInSeconds", 0),
        reports_failures="ReportBatchItemFailures" in (seen.get("FunctionResponseTypes") or []),
        maximum_concurrency=(seen.get("ScalingConfig") or {}).get("MaximumConcurrency"),
        filters=tuple(str(one.get("Pattern")) for one in (seen.get("FilterCriteria") or {}).get("Filters") or []),
    )


def _queue(name: str) -> Queue:
    client = access.sqs_client()
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    seen: Any = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    redrive = json.loads(seen.get("RedrivePolicy") or "{}")
    managed = seen.get("SqsManagedSseEnabled", "false").lower() == "true"
    key = seen.get("KmsMasterKeyId") or None
    target = redrive.get("deadLetterTargetArn")
    return Queue(
        name,
        visibility_seconds=int(seen["VisibilityTimeout"]),
        retention_seconds=int(seen["MessageRetentionPeriod"]),
        max_receives=int(redrive["maxReceiveCount"]) if redrive else None,
        dead_letter=target and target.rpartition(":")[2],
        encryption=Encryption.KMS if key else Encryption.SQS if managed else Encryption.NONE,
        key=key,
    )


def _table(name: str) -> Table | None:
    if not name:
        return None
    seen: Any = access.dynamodb_client().describe_table(TableName=name)["Table"]
    types = {one["AttributeName"]: one["AttributeType"] for one in seen["AttributeDefinitions"]}
    indexes = seen.get("GlobalSecondaryIndexes") or []
    return Table(
        keys_of(seen["KeySchema"], types), {one["IndexName"]: keys_of(one["KeySchema"], types) for one in indexes}
    )


def _grants(role_arn: str) -> Iterator[Grant]:
    """What the role's policies allow, inline and attached."""
    client, role = access.iam_client(), role_arn.rpartition("/")[2]
    for page in client.get_paginator("list_role_policies").paginate(RoleName=role):
        for name in page["PolicyNames"]:
            yield from _allowed(client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    for page in client.get_paginator("list_attached_role_policies").paginate(RoleName=role):
        for one in page["AttachedPolicies"]:
            arn = one["PolicyArn"]
            version = client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            answer = client.get_policy_version(PolicyArn=arn, VersionId=version)
            yield from _allowed(answer["PolicyVersion"]["Document"])


def _allowed(document: Any) -> Iterator[Grant]:
    """boto3 decodes what IAM encodes; emulators do not always."""
    return grants_of(json.loads(unquote(document)) if isinstance(document, str) else document)


def _alarms() -> Iterator[Alarm]:
    pages = access.cloudwatch_client().get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
    for page in pages:
        for one in page["MetricAlarms"]:
            about = {dimension["Name"]: dimension["Value"] for dimension in one.get("Dimensions", [])}
            tells = bool(one.get("AlarmActions")) and one.get("ActionsEnabled", True)
            yield Alarm(str(one.get("MetricName")), about.get("QueueName"), tells_somebody=tells)
