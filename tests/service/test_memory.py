"""What a batch leaves in memory: nothing of a ticket that has been refused."""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from handler.domain.message import S3Object
from handler.storage.memory import MemoryStore
from handler.storage.s3 import MAX_OBJECT_BYTES
from tests.factories import message, s3_record, ticket_fields
from tests.fakes import FaultyStore
from tests.service.test_core import World

RECORDS = 120
KEPT = 40  # objects' worth of bytes that may still be there, where all of them would be more than RECORDS


class Fresh:
    """A source whose every answer is a new object in memory, as S3's are."""

    def __init__(self, made: Callable[[], bytes]) -> None:
        self._made = made

    def fetch(self, location: S3Object) -> bytes:
        return self._made()


def bug(name: str) -> None:
    raise KeyError(name)


CASES: dict[str, tuple[Callable[[], bytes], Any]] = {
    "no JSON": (lambda: b" " * (MAX_OBJECT_BYTES - 1) + b"{", MemoryStore()),
    "no UTF-8": (lambda: b" " * (MAX_OBJECT_BYTES - 1) + b"\xff", MemoryStore()),
    "no ticket": (lambda: json.dumps({"ticket_id": "x" * (MAX_OBJECT_BYTES - 100)}).encode(), MemoryStore()),
    "a bug": (lambda: json.dumps(ticket_fields(junk="x" * (MAX_OBJECT_BYTES - 300))).encode(), FaultyStore(fault=bug)),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_refused_is_not_kept_by_its_error(name: str) -> None:
    """One message may name 10,000 objects of a mebibyte: an exception that holds on to each would take all memory."""
    made, store = CASES[name]
    world = World(source=Fresh(made), store=store)
    many = message({"Records": [s3_record(f"{n}.json") for n in range(RECORDS)]})
    tracemalloc.start()
    outcomes = world.process(many)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert RECORDS == sum(one.error is not None for one in outcomes[0].records)
    assert kept < 2 * MAX_OBJECT_BYTES
    assert peak < 2 * KEPT * MAX_OBJECT_BYTES
