"""The table when it is slow, throttled or away."""

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from handler.domain.errors import StoreUnavailable
from handler.domain.version import TicketKey, TicketVersion
from handler.storage import dynamodb
from handler.storage.dynamodb import DynamoRows

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
