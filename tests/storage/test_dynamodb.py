"""The table when it is slow, throttled or away."""

from dataclasses import replace
from typing import Any, cast

import pytest
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError, EndpointConnectionError

from handler.domain.errors import StoreUnavailable
from handler.domain.ports import Summary
from handler.domain.ticket import MAX_SUBJECT, MAX_UNIX_SECONDS
from handler.domain.version import EnrichedVersion, TicketKey, TicketVersion
from handler.inference.brevity import MAX_CHARACTERS, MAX_LENGTH
from handler.inference.extractive import Extractive
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.pipeline.base import Draft
from handler.pipeline.enrichment import enriched_ticket
from handler.pipeline.redact import KINDS
from handler.storage import dynamodb
from handler.storage.dynamodb import DynamoRows
from tests.factories import ticket
from tests.fakes import FakeStage, computation
from tests.pipeline.fakes import FakeEmbedder

KEYS = [TicketKey("T-1", 1), TicketKey("T-2", 2)]


class ThrottledTable:
    """Leaves one key unread ``times`` times, as BatchGetItem may."""

    def __init__(self, times: int) -> None:
        self.times = times

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        wanted = RequestItems["tickets"]["Keys"]
        assert RequestItems["tickets"]["ConsistentRead"]
        self.times -= 1
        left = wanted[-1:] if self.times >= 0 else []
        return {"Responses": {"tickets": []}, "UnprocessedKeys": {"tickets": {"Keys": left}} if left else {}}


class BrokenTable:
    """Raises ``error`` at every call."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def _raise(self, **_: Any) -> Any:
        raise self.error

    batch_get_item = put_item = update_item = _raise


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb, "BACKOFF_SECONDS", 0)


def test_keys_that_were_left_over_are_asked_for_again() -> None:
    """A throttled table answers in parts."""
    assert dict.fromkeys(KEYS) == DynamoRows(cast("Any", ThrottledTable(2)), "tickets").read(KEYS)


def test_a_key_that_stays_unread_is_left_out_and_its_neighbour_is_not() -> None:
    """Left out is not the same as None, which would enrich it again."""
    assert dict.fromkeys(KEYS[:1]) == DynamoRows(cast("Any", ThrottledTable(99)), "tickets").read(KEYS)


class PagedTable:
    """Answers for the first page of keys, then no more; T-0's row was written by somebody else."""

    def __init__(self) -> None:
        self.pages = 0

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.pages += 1
        if self.pages > 1:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "BatchGetItem")
        return {
            "Responses": {"tickets": [{"ticket_id": {"S": "T-0"}, "created_at": {"N": "1"}}]},
            "UnprocessedKeys": {},
        }


def test_what_cannot_be_read_costs_its_own_tickets_only() -> None:
    """A page that is throttled, a row that is none of ours: the others are answered."""
    keys = [TicketKey(f"T-{i}", 1) for i in range(150)]
    assert dict.fromkeys(keys[1:100]) == DynamoRows(cast("Any", PagedTable()), "tickets").read(keys)


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
        ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "PutItem"),
        ClientError({"Error": {"Code": "ExpiredTokenException"}}, "PutItem"),
    ],
)
def test_whatever_aws_raises_is_a_store_that_is_unavailable(error: Exception) -> None:
    """Translated once, here; the core knows no botocore."""
    rows = DynamoRows(cast("Any", BrokenTable(error)), "tickets")
    with pytest.raises(StoreUnavailable):
        rows.read(KEYS)
    with pytest.raises(StoreUnavailable):
        rows.advance(TicketVersion(KEYS[0], "A", "1"))


ITEM_BYTES = 400 * 1024  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
TOKEN_BYTES = 200  # more than the longest of DistilBART's word pieces
WIDE = "\U0001f642"  # four bytes, as long as a character can be


def largest() -> EnrichedVersion:
    """A result in which everything that the row holds is as long as it can be."""
    token = max(len(f"[{kind}]") for kind, _ in KINDS)
    summary = WIDE * max(MAX_CHARACTERS + 1, MAX_LENGTH * TOKEN_BYTES // len(WIDE.encode()))
    one = ticket("x" * 128, created_at=MAX_UNIX_SECONDS, customer_id=WIDE * 128)
    (draft,) = FakeStage()([one], [Draft()])
    label = replace(draft.intent, value="i" * 64) if draft.intent else None
    subject = WIDE * (MAX_SUBJECT * token)  # as if every character had been masked
    draft = replace(draft, subject=subject, intent=label, summary=Summary(summary, "abstractive"))
    enriched = enriched_ticket(one, draft, computation(10**9), "h" * 64, 0)
    return EnrichedVersion(TicketVersion(TicketKey("x" * 128, MAX_UNIX_SECONDS), "h" * 64, "o" * 111), enriched, 10**9)


def test_no_row_comes_near_dynamodbs_limit(aws: Aws, resources: Resources) -> None:
    """An item of more than 400 KB is a ValidationException: what is retried for a person to mend would go round."""
    s3_key = f"{'x' * 128}/{'h' * 64}/{10**9}-{'a' * 32}.json"
    assert DynamoRows(aws.dynamodb, resources.names.table).commit(largest(), s3_key)
    (item,) = aws.dynamodb.scan(TableName=resources.names.table)["Items"]
    read = TypeDeserializer().deserialize
    size = sum(len(name) + len(str(read(value)).encode()) for name, value in item.items())
    assert 40_000 < size < ITEM_BYTES / 4


def test_a_summary_of_the_tickets_own_words_is_bounded_by_characters() -> None:
    """A word may have thousands of them, and the row holds it."""
    texts = [WIDE * 100_000, f"{WIDE * 90_000}. {WIDE * 9_000}.", " ".join([WIDE] * 45), (WIDE * 50 + ". ") * 1_000]
    summaries = Extractive(FakeEmbedder()).extract(texts, list(FakeEmbedder().embed(texts).vectors))
    assert [True] * 4 == [len(summary.text) <= MAX_CHARACTERS + 1 for summary in summaries]
