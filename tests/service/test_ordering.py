"""Every order of processing ends in the same row."""

import math
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from handler.domain.message import Message
from handler.domain.version import TicketKey
from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from tests.factories import RAW_BUCKET, ticket_message
from tests.fakes import FakeStage, pipeline

KEY = TicketKey("T-1", 1_759_999_000)

sightings = st.lists(st.tuples(st.integers(0, 5), st.sampled_from("ABC")), min_size=1, max_size=7)


def delivery(time_ms: int, body: str) -> Message:
    return ticket_message(body=body, message_fields={"sent_at_ms": time_ms, "message_id": f"{time_ms}{body}"})


def final_row(batches: list[list[tuple[int, str]]]) -> tuple[str, str]:
    """Content and source order of the row after the batches, each by a service of its own."""
    store = MemoryStore()
    ports = Ports(Envelope(RAW_BUCKET), MemorySource(), store, MemoryDeadLetters())
    service = EnrichmentService(ports, pipeline(FakeStage()), admission=Admission(0))
    for batch in batches:
        outcomes = service.process([delivery(*sighting) for sighting in batch], lambda: math.inf)
        assert all(outcome.settled for outcome in outcomes)
    row = store.rows[KEY]
    assert store.objects[row.s3_key].version.content_hash == row.content_hash
    return row.content_hash, row.source_order


@settings(max_examples=150, deadline=None)
@given(sightings, st.data())
def test_every_order_of_delivery_ends_in_the_newest_version(seen: list[tuple[int, str]], data: st.DataObject) -> None:
    """Permuted, repeated and cut into batches at will: the row is that of the highest source order."""
    shuffled = data.draw(st.permutations(seen + data.draw(st.lists(st.sampled_from(seen), max_size=3))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    edges = [0, *cuts, len(shuffled)]
    batches = [shuffled[start:end] for start, end in pairwise(edges)]
    in_order = [[sighting] for sighting in sorted(set(seen))]
    expected = final_row(in_order)
    assert expected == final_row(batches)
