"""What a function is invoked with from outside of its process, and what has to be there afterwards."""

import json
from dataclasses import dataclass
from typing import Any, Protocol

from handler.local.clients import Aws
from handler.local.resources import Resources
from tests.factories import s3_record, ticket_fields
from tests.test_app import record


class Place(Protocol):
    """A local AWS and the resources in it."""

    @property
    def aws(self) -> Aws: ...

    @property
    def made(self) -> Resources: ...


@dataclass(frozen=True)
class Answer:
    """What came back: JSON where it is some, else text. ``seconds`` as the caller waited."""

    status: int
    body: Any
    seconds: float


def parsed(text: str) -> Any:
    """JSON where it is some, else the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def event(*bodies: object) -> dict[str, Any]:
    """An SQS event of these bodies, each message named by its place."""
    return {"Records": [record(body, f"m-{place}") for place, body in enumerate(bodies)]}


def put(place: Place, ticket_id: str, **fields: Any) -> dict[str, Any]:
    """A ticket in the raw bucket; the body of the message that names it."""
    bucket, body = place.made.names.raw_bucket, json.dumps(ticket_fields(ticket_id, **fields)).encode()
    place.aws.s3.put_object(Bucket=bucket, Key=f"{ticket_id}.json", Body=body)
    return {"Records": [s3_record(f"{ticket_id}.json", bucket)]}


def row(place: Place, ticket_id: str) -> dict[str, Any] | None:
    """The committed row."""
    created_at = str(ticket_fields(ticket_id)["created_at"])
    key = {"ticket_id": {"S": ticket_id}, "created_at": {"N": created_at}}
    answer: Any = place.aws.dynamodb.get_item(TableName=place.made.names.table, Key=key, ConsistentRead=True)
    item: dict[str, Any] | None = answer.get("Item")
    return item


def metric(log: str, name: str) -> list[float]:
    """Every value of a metric that the function has written to ``log``."""
    lines = [line for line in log.splitlines() if '"_aws"' in line]
    found = (json.loads(line[line.index("{") :]).get(name) for line in lines)
    return [value for values in found if values for value in (values if isinstance(values, list) else [values])]


def expect(true: object, what: str, evidence: object) -> None:
    """One line, or the end."""
    if not true:
        raise SystemExit(f"FAILED: {what}: {evidence}")
    print(f"ok: {what}", flush=True)
