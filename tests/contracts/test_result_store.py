"""What every ResultStore promises, on the memory and on the local AWS."""

import json
from collections.abc import Iterator
from itertools import count, product
from typing import Literal

import pytest

from handler.domain.ports import ResultStore
from handler.domain.version import (
    EnrichedVersion,
    TicketKey,
    TicketVersion,
    may_advance,
    may_replace,
)
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.pipeline.base import Draft
from handler.pipeline.enrichment import enriched_ticket
from handler.storage.dynamodb import DynamoRows
from handler.storage.memory import MemoryStore
from handler.storage.results import AwsResultStore
from handler.storage.s3 import S3Objects
from tests.factories import ticket
from tests.fakes import FakeStage, computation

Status = Literal["complete", "partial"]
State = tuple[str, int, int, Status]  # content, source order, pipeline version, status

STATES: list[State] = list(product("AB", (1, 2), (1, 2), ("complete", "partial")))

keys = count()


@pytest.fixture(params=["memory", "aws"])
def store(request: pytest.FixtureRequest) -> Iterator[ResultStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    aws: Aws = request.getfixturevalue("aws")
    names = request.getfixturevalue("resources").names
    yield AwsResultStore(S3Objects(aws.s3, names.enriched_bucket), DynamoRows(aws.dynamodb, names.table))


def result(key: TicketKey, state: State) -> EnrichedVersion:
    """A result with content ``A`` or ``B`` that was seen at ``order``."""
    content, order, pipeline_version, status = state
    subject = ticket(key.ticket_id, created_at=key.created_at, subject=content)
    draft = FakeStage()([subject], [Draft()])[0]
    draft = draft if status == "complete" else draft.failed("intent", "ValueError")
    enriched = enriched_ticket(subject, draft, computation(pipeline_version), content, 0)
    return EnrichedVersion(TicketVersion(key, content, f"{order}:{content}"), enriched, pipeline_version)


def new_key() -> TicketKey:
    return TicketKey("T-1", next(keys))


def test_what_is_committed_is_read_back(store: ResultStore) -> None:
    """A row says what decides; a ticket without one is None."""
    key, other = new_key(), new_key()
    assert store.commit(result(key, ("A", 1, 1, "complete")), "some/key")
    rows = store.read([key, other])
    row = rows[key]
    assert row is not None
    expected = ("A", "1:A", 1, "complete", "some/key")
    assert expected == (row.content_hash, row.source_order, row.pipeline_version, row.status, row.s3_key)
    assert {key, other} == set(rows)
    assert rows[other] is None


def test_a_row_is_replaced_by_the_rule_and_by_nothing_else(store: ResultStore) -> None:
    """may_replace and the store's own condition agree on every pair of states."""
    for before, after in product(STATES, STATES):
        key = new_key()
        assert store.commit(result(key, before), "before")
        row = store.read([key])[key]
        new = result(key, after)
        assert may_replace(new, row) == store.commit(new, "after"), (before, after)


def test_a_source_order_is_advanced_by_the_rule_and_by_nothing_else(store: ResultStore) -> None:
    """may_advance and the store's own condition agree, and no row comes into being."""
    for before, after in product(STATES, STATES):
        key = new_key()
        assert not store.advance(result(key, after).version)
        assert store.commit(result(key, before), "before")
        row = store.read([key])[key]
        version = result(key, after).version
        allowed = may_advance(version, row)
        assert allowed == store.advance(version), (before, after)
        raised = store.read([key])[key]
        assert raised is not None
        assert (version if allowed else result(key, before).version).source_order == raised.source_order


def test_an_object_is_never_written_twice(store: ResultStore) -> None:
    """Two writes of one result have two keys, both by ticket, content and version."""
    one = result(new_key(), ("A", 1, 1, "complete"))
    first, second = store.write(one), store.write(one)
    assert first != second
    assert all(key.startswith("T-1/A/1-") and key.endswith(".json") for key in (first, second))


def test_more_keys_than_one_call_takes_are_read(store: ResultStore) -> None:
    """BatchGetItem takes 100."""
    wanted = [new_key() for _ in range(230)]
    for key in wanted[::50]:
        assert store.commit(result(key, ("A", 1, 1, "complete")), "x")
    rows = store.read(wanted)
    assert wanted[::50] == [key for key in wanted if rows[key] is not None]


def test_the_row_and_the_object_hold_what_the_contract_says(aws: Aws, resources: Resources) -> None:
    """Lists and dashboards read these attributes; a signal that is absent is in no index."""
    names = resources.names
    rows = DynamoRows(aws.dynamodb, names.table)
    store = AwsResultStore(S3Objects(aws.s3, names.enriched_bucket), rows)
    one = result(TicketKey("T-9", 5), ("A", 1, 1, "complete"))
    key = store.write(one)
    assert store.commit(one, key)
    item = aws.dynamodb.scan(TableName=names.table)["Items"][0]
    always = {"ticket_id", "created_at", "customer_id", "subject", "summary", "bands", "needs_review", "processed_at"}
    decides = {"s3_key", "content_hash", "source_order", "pipeline_version", "fingerprint", "status"}
    assert always | decides | {"intent", "urgency", "sentiment", "language"} == set(item)
    body = aws.s3.get_object(Bucket=names.enriched_bucket, Key=key)["Body"].read()
    assert one.enriched.to_json() == body.decode()
    assert 384 == len(json.loads(body)["enrichment"]["embedding"])
