"""A message that keeps coming back is enriched by itself: it may be what kills the process (service/rounds.py)."""

import math

from hypothesis import given
from hypothesis import strategies as st

from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.service.rounds import SUSPECT_RECEIVES
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from tests.factories import RAW_BUCKET, ticket_message
from tests.fakes import FakeStage, pipeline


def batches(receives: dict[str, int]) -> list[list[str]]:
    """The tickets that the model saw together, in order; ``receives``: how often the message of each was received."""
    stage = FakeStage()
    ports = Ports(Envelope(RAW_BUCKET), MemorySource(), MemoryStore(), MemoryDeadLetters())
    service = EnrichmentService(ports, pipeline(stage), admission=Admission(0))
    messages = [
        ticket_message(name, subject=name, message_fields={"message_id": name, "receive_count": count})
        for name, count in receives.items()
    ]
    assert all(outcome.settled for outcome in service.process(messages, lambda: math.inf))
    return stage.batches


def test_suspects_come_after_the_others_and_alone() -> None:
    """What is above suspicion is committed before anything can happen."""
    seen = batches({"A": SUSPECT_RECEIVES, "B": 1, "C": SUSPECT_RECEIVES, "D": SUSPECT_RECEIVES - 1})
    assert ["B", "D"] == seen[0]
    assert [["A"], ["C"]] == sorted(seen[1:])


@given(st.lists(st.text("ABCDEFGH", min_size=1, max_size=3), min_size=2, max_size=6, unique=True), st.integers(3, 9))
def test_two_that_meet_again_meet_in_the_opposite_order(names: list[str], receives: int) -> None:
    """Whoever stood behind the one that kills stands before it the next time."""
    first, second = (batches(dict.fromkeys(names, count)) for count in (receives, receives + 1))
    assert first == second[::-1]


def test_equal_contents_still_share_a_run() -> None:
    """Copies of one ticket are one suspect."""
    stage = FakeStage()
    ports = Ports(Envelope(RAW_BUCKET), MemorySource(), MemoryStore(), MemoryDeadLetters())
    service = EnrichmentService(ports, pipeline(stage), admission=Admission(0))
    copies = [ticket_message("A", message_fields={"receive_count": 4, "message_id": f"m-{n}"}) for n in range(3)]
    service.process(copies, lambda: math.inf)
    assert [["A"]] == stage.batches
