"""Hostile messages through the whole function; the large number is run by ``python -m tests.fuzz 100000``."""

import tracemalloc
from collections.abc import Sequence
from random import Random

import pytest

from handler import telemetry
from handler.domain.message import Outcome, S3Object
from tests.factories import s3_record
from tests.fuzz.arena import Arena, OneObject, arena, run
from tests.fuzz.hostile import CANARY, Hostile, hostile
from tests.sqs.bodies import message
from tests.sqs.test_envelope_bounds import HOSTILE

SECONDS = 20  # for one message, on a machine that does ten other things: nothing here takes one
MEMORY = 100 * 2**20  # bytes, for a message of one mebibyte

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_hostile_messages_break_nothing_and_leak_nothing(seed: int) -> None:
    """No exception, no record that goes round for ever, no stage that breaks, no canary, no slow message."""
    figures = run(150, seed)
    assert ([], []) == (figures.faults, figures.leaks)
    assert 150 == figures.messages
    assert {"done", "rejected", "ignored"} <= set(figures.records)
    assert figures.slowest < SECONDS


def test_no_library_prints_past_python(capfd: pytest.CaptureFixture[str]) -> None:
    """What Python prints is caught and searched; compiled libraries write to the descriptors themselves."""
    run(60, 4)
    assert ("", "") == capfd.readouterr()


def test_the_same_seed_makes_the_same_messages() -> None:
    """A number in a report is enough to find the message again."""
    one, again, other = (hostile(Random(seed)) for seed in ("1:7", "1:7", "2:7"))  # noqa: S311 - repeatable
    assert one == again != other


@pytest.mark.parametrize("name", HOSTILE)
def test_no_message_takes_much_memory(name: str) -> None:
    """A function has as little as 512 MB, and a batch holds ten of these."""
    with arena() as made:
        tracemalloc.start()
        made.deliver(1, Hostile(HOSTILE[name], b""))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert ([], []) == (made.figures.faults, made.figures.leaks)
    assert peak < MEMORY


def deliver(made: Arena, *bodies: object) -> None:
    for number, body in enumerate(bodies, 1):
        made.deliver(number, Hostile(message(body).body, b""))


def test_a_leak_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The arena's own check, broken once."""

    def indiscreet(outcomes: Sequence[Outcome]) -> None:
        print(outcomes[0].message.body)  # noqa: T201 - the leak

    with arena() as made:
        monkeypatch.setattr(telemetry, "report", indiscreet)
        deliver(made, {"ticket_id": "T-1", "subject": CANARY}, {"ticket_id": "T-1"})
    assert ["1: printed"] == made.figures.leaks


class Broken(OneObject):
    """A source with a bug that quotes what it was asked for."""

    def fetch(self, location: S3Object) -> bytes:
        raise KeyError(location.key)


def test_a_bug_and_its_words_are_found() -> None:
    """The arena's other checks, broken once."""
    with arena() as made:
        made.source.fetch = Broken().fetch  # type: ignore[method-assign] # a bug for one test
        deliver(made, {"Records": [s3_record(CANARY)]}, "{")
    assert (["1: retry: KeyError"], ["1: error"]) == (made.figures.faults, made.figures.leaks)
