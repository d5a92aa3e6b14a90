"""A deployment as a template describes it. Resources go by their logical names."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from handler.operations.access import OperationRefused
from handler.operations.doctor.description import (
    Alarm,
    Deployment,
    Encryption,
    EventSource,
    Function,
    Grant,
    Keys,
    Queue,
    Table,
)
from handler.operations.doctor.document import Document, load

Properties = Mapping[str, Any]
_LOGICAL = re.compile(r"\$\{([A-Za-z0-9]+)")
ROLE_UNSEEN = "the function's role: only inline policies of the template are read"


def describe(path: Path, parameters: Mapping[str, str] | None = None) -> Deployment:
    """The deployment that the template in ``path`` makes. Raises OperationRefused where it is none of ours."""
    document = load(path, parameters)
    try:
        return _deployment(document, path)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise OperationRefused(f"{path}: cannot be understood: {type(error).__name__}: {error}") from error


def _deployment(document: Document, path: Path) -> Deployment:
    name, properties = _function(document, path)
    queues = document.resources("AWS::SQS::Queue")
    source = next(_event_sources(document, name, properties, queues), None)
    queue = _queue(source.queue, queues) if source else None
    grants = _grants(document, properties)
    return Deployment(
        function=_described(name, properties),
        source=source,
        queue=queue,
        dead_letters=_queue(queue.dead_letter, queues) if queue else None,
        table=_table(document, properties),
        grants=grants,
        alarms=tuple(_alarms(document, queues)),
        unseen=(ROLE_UNSEEN,) if grants is None else (),
    )


def _function(document: Document, path: Path) -> tuple[str, Properties]:
    """The function with our settings, or the only one."""
    found = document.resources("AWS::Serverless::Function", "AWS::Lambda::Function")
    ours = {name: one for name, one in found.items() if any(key.startswith("TICKETS_") for key in _variables(one))}
    chosen = ours or found
    if len(chosen) != 1:
        raise OperationRefused(f"{path}: {len(chosen)} functions could be the ticket-processor; one has to be")
    return next(iter(chosen.items()))


def _variables(properties: Properties) -> dict[str, str]:
    variables = (properties.get("Environment") or {}).get("Variables") or {}
    return {name: str(value) for name, value in variables.items()}


def _described(name: str, properties: Properties) -> Function:
    reserved = properties.get("ReservedConcurrentExecutions")
    return Function(
        name,
        timeout_seconds=int(properties.get("Timeout", 3)),
        memory_mb=int(properties.get("MemorySize", 128)),
        architecture=str((properties.get("Architectures") or ["x86_64"])[0]),
        reserved_concurrency=None if reserved is None else int(reserved),
        variables=_variables(properties),
    )


def _event_sources(
    document: Document, name: str, properties: Properties, queues: Mapping[str, Properties]
) -> Iterator[EventSource]:
    """SAM's events of the function, and mappings that stand by themselves."""
    for event in (properties.get("Events") or {}).values():
        if event["Type"] == "SQS":
            yield _event_source(event["Properties"], event["Properties"]["Queue"], queues)
    for one in document.resources("AWS::Lambda::EventSourceMapping").values():
        if _named(one.get("FunctionName"), {name: properties}, "FunctionName") == name:
            yield _event_source(one, one["EventSourceArn"], queues)


def _event_source(properties: Properties, queue: str, queues: Mapping[str, Properties]) -> EventSource:
    most = (properties.get("ScalingConfig") or {}).get("MaximumConcurrency")
    filters = (properties.get("FilterCriteria") or {}).get("Filters") or []
    return EventSource(
        _named(queue, queues, "QueueName") or queue,
        batch_size=int(properties.get("BatchSize", 10)),
        window_seconds=int(properties.get("MaximumBatchingWindowInSeconds", 0)),
        reports_failures="ReportBatchItemFailures" in (properties.get("FunctionResponseTypes") or []),
        maximum_concurrency=None if most is None else int(most),
        filters=tuple(str(one.get("Pattern")) for one in filters),
    )


def _named(value: Any, among: Mapping[str, Properties], property_name: str) -> str | None:
    """The logical name of what ``value`` refers to, or of what has that name itself."""
    logical = _LOGICAL.match(str(value))
    if logical and logical[1] in among:
        return logical[1]
    own = str(value).rpartition(":")[2]
    return next((name for name, one in among.items() if one.get(property_name) == own), None)


def _queue(name: str | None, queues: Mapping[str, Properties]) -> Queue | None:
    properties = queues.get(name or "")
    if name is None or properties is None:
        return None
    redrive = _as_dict(properties.get("RedrivePolicy"))
    target = redrive.get("deadLetterTargetArn")
    return Queue(
        name,
        visibility_seconds=int(properties.get("VisibilityTimeout", 30)),
        retention_seconds=int(properties.get("MessageRetentionPeriod", 345_600)),
        max_receives=int(redrive["maxReceiveCount"]) if "maxReceiveCount" in redrive else None,
        dead_letter=target and (_named(target, queues, "QueueName") or str(target)),
        encryption=_encryption(properties),
        key=properties.get("KmsMasterKeyId"),
    )


def _as_dict(value: Any) -> dict[str, Any]:
    return dict(json.loads(value)) if isinstance(value, str) else dict(value or {})


def _encryption(properties: Properties) -> Encryption:
    if properties.get("KmsMasterKeyId"):
        return Encryption.KMS
    is_off = str(properties.get("SqsManagedSseEnabled", True)).lower() == "false"
    return Encryption.NONE if is_off else Encryption.SQS


def _table(document: Document, function: Properties) -> Table | None:
    tables = document.resources("AWS::DynamoDB::Table")
    name = _named(_variables(function).get("TICKETS_TABLE"), tables, "TableName")
    if name is None:
        return None
    types = {one["AttributeName"]: one["AttributeType"] for one in tables[name]["AttributeDefinitions"]}
    indexes = tables[name].get("GlobalSecondaryIndexes") or []
    return Table(
        keys_of(tables[name]["KeySchema"], types),
        {one["IndexName"]: keys_of(one["KeySchema"], types) for one in indexes},
    )


def keys_of(schema: Iterable[Mapping[str, str]], types: Mapping[str, str]) -> Keys:
    """A key schema with its types, partition key first."""
    ordered = sorted(schema, key=lambda one: one["KeyType"] != "HASH")
    return tuple((one["AttributeName"], types.get(one["AttributeName"], "?")) for one in ordered)


def _grants(document: Document, function: Properties) -> tuple[Grant, ...] | None:
    """What the role's inline policies allow; None where more may be granted elsewhere."""
    roles = document.resources("AWS::IAM::Role")
    name = _named(function.get("Role"), roles, "RoleName")
    if name is None or roles[name].get("ManagedPolicyArns"):
        return None
    policies = roles[name].get("Policies") or []
    return tuple(grant for one in policies for grant in grants_of(one["PolicyDocument"]))


def grants_of(policy: Mapping[str, Any]) -> Iterator[Grant]:
    """What a policy allows."""
    for statement in _listed(policy["Statement"]):
        if statement["Effect"] == "Allow" and "Action" in statement:
            yield Grant(tuple(_listed(statement["Action"])), tuple(_listed(statement.get("Resource"))))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _alarms(document: Document, queues: Mapping[str, Properties]) -> Iterator[Alarm]:
    for one in document.resources("AWS::CloudWatch::Alarm").values():
        about = {dimension["Name"]: dimension["Value"] for dimension in one.get("Dimensions") or []}
        queue = _named(about.get("QueueName"), queues, "QueueName")
        yield Alarm(str(one.get("MetricName")), queue, tells_somebody=bool(one.get("AlarmActions")))
