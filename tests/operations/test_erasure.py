"""Erasure: the order in which things are removed."""

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from handler.domain.version import TicketKey
from handler.operations.access import OperationRefused
from handler.operations.erasure import Erasure, Found
from handler.operations.listing import Bucket, Version
from handler.operations.raw_tickets import RawFound


class Places:
    """Raw bucket, table and enriched bucket in one; writes down what is removed. ``refused`` is not."""

    def __init__(self, refused: str = "") -> None:
        self.steps: list[str] = []
        self.refused = refused

    def _remove(self, step: str) -> None:
        if step == self.refused:
            raise OperationRefused(step)
        self.steps.append(step)

    def remove(self, keys: tuple[str, ...]) -> list[Version]:
        self._remove("raw")
        return [Version(key, "null", 1) for key in keys]

    def of(self, ticket_id: str) -> dict[TicketKey, str]:
        return {TicketKey(ticket_id, 7): "key"}

    def version_pages(self, prefix: str) -> list[list[Version]]:
        return [[Version(f"{prefix}x", "null", 1)]]

    def delete(self, what: Any) -> list[Version]:
        self._remove("row" if isinstance(what, TicketKey) else "enriched")
        return [] if isinstance(what, TicketKey) else list(what)


FOUND = Found(RawFound(("a",), 0), (), 0)


def erasure(places: Places) -> Erasure:
    raw = cast("Any", places)
    return Erasure("T-1", raw, raw, raw)


def test_what_makes_a_ticket_again_goes_first() -> None:
    """Raw before row: a redelivery in between finds nothing to enrich. Row before object: no row names what is gone."""
    places = Places()
    removed = erasure(places).remove(FOUND)
    assert ["raw", "row", "enriched"] == places.steps
    assert ([TicketKey("T-1", 7)], ["T-1/x"]) == (list(removed.rows), [one.key for one in removed.enriched])


def test_a_raw_object_that_cannot_be_removed_ends_it() -> None:
    """The rest would only be made again."""
    places = Places(refused="raw")
    with pytest.raises(OperationRefused):
        erasure(places).remove(FOUND)
    assert [] == places.steps


def test_a_refusal_of_one_object_among_many_is_not_overlooked() -> None:
    """They are removed side by side."""
    removed = []

    class Locked:
        def delete_object(self, Key: str, **_: Any) -> None:  # noqa: N803 - boto3's name
            if Key == "locked":
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": "secret"}}, "DeleteObject")
            removed.append(Key)

    bucket = Bucket(cast("Any", Locked()), "tickets-raw", "TICKETS_RAW_BUCKET")
    with pytest.raises(OperationRefused, match=r"^TICKETS_RAW_BUCKET: S3 refused: AccessDenied "):
        bucket.delete([Version(key, "1", 1) for key in ("a", "locked", "b")])
    assert ["a", "b"] == sorted(removed)
