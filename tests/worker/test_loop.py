"""The worker's loop, a turn at a time. That it keeps the promise is the search's business (tests/promise)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from handler.domain.errors import OutOfTime, StoreUnavailable
from handler.domain.message import Delivery, Disposition, Message, Outcome
from handler.worker.loop import LONG_POLL_SECONDS, Pace, Worker
from tests.worker.fakes import Ear, FakeQueue, delivery, outcome

VISIBILITY = 100
DONE, RETRY = Disposition.DONE, Disposition.RETRY
OUTAGE = StoreUnavailable("down")

Fate = tuple[Disposition, Exception | None]


@dataclass
class Day:
    """A shift of so many turns, and one in which it is told to stop; everything that happens in it."""

    queue: FakeQueue
    fates: dict[str, Fate] = field(default_factory=dict)
    turns: int = 1
    on_process: Callable[["Day"], None] = lambda _: None
    stopped: bool = False
    rests: list[float] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    ear: Ear = field(default_factory=Ear)

    def run(self, batch_size: int = 25) -> "Day":
        pace = Pace(batch_size, VISIBILITY, jitter=lambda _low, high: high)
        service: Any = self
        Worker(self.queue, service, pace=pace, shift=self, heartbeat=self.beating, told=self.ear).run()
        return self

    @property
    def over(self) -> bool:
        polls = sum(wait == LONG_POLL_SECONDS for _, wait in self.queue.asked)
        return self.stopped or polls > self.turns

    def seconds_left(self) -> float:
        return 9.0

    def rest(self, seconds: float) -> None:
        self.rests.append(seconds)

    @contextmanager
    def beating(self, deliveries: Sequence[Delivery]) -> Iterator[None]:
        self.log.append(f"beats over {len(deliveries)}")
        yield
        self.log.append("beats no more")

    def process(self, messages: Sequence[Message], seconds_left: Callable[[], float]) -> list[Outcome]:
        assert 9.0 == seconds_left()
        self.log.append("processes")
        self.on_process(self)
        return [outcome(one, *self.fates.get(one.message_id, (DONE, None))) for one in messages]


def day(*batches: list[Delivery] | Exception, **how: Any) -> Day:
    return Day(FakeQueue([*batches, []]), **how).run()


def test_each_round_of_a_batch_shows_that_the_loop_lives() -> None:
    """A batch of ten thousand takes longer than a stuck loop is given; the fake core asks for its time once."""
    assert 1 == day([delivery("a")]).ear.signs_of_life - day([]).ear.signs_of_life


def test_what_is_settled_is_deleted_and_the_rest_comes_back_later() -> None:
    """Acknowledge last, and only what is done; the wait doubles with the receive count."""
    worked = day([delivery("a"), delivery("b", 3)], fates={"b": (RETRY, OutOfTime("late"))})
    assert ["a"] == worked.queue.deleted
    assert [("b", 40)] == worked.queue.hidden
    assert ["a", "b"] == [one.message.message_id for one in worked.ear.batches[0]]


def test_a_batch_is_collected_from_several_receives() -> None:
    """SQS gives ten at most; only the first receive waits."""
    worked = day([delivery(f"{n}") for n in range(10)], [delivery("x")])
    assert [(25, LONG_POLL_SECONDS), (15, 0), (14, 0)] == worked.queue.asked[:3]
    assert 11 == len(worked.ear.batches[0])


def test_nothing_hides_a_message_any_more_when_it_is_given_back() -> None:
    """A heartbeat that outlived the batch would take back the wait that a retry was given."""
    assert ["beats over 1", "processes", "beats no more"] == day([delivery("a")]).log


def test_when_the_shift_ends_during_a_poll_what_came_is_released() -> None:
    """At once, for somebody else."""

    class EndsWhileWaiting(FakeQueue):
        def receive(self, most: int, wait_seconds: int) -> Sequence[Delivery]:
            found = super().receive(most, wait_seconds)
            worked.stopped = True
            return found

    worked = Day(EndsWhileWaiting([[delivery("a")], []]))
    worked.run()
    assert ([("a", 0)], [], []) == (worked.queue.hidden, worked.queue.deleted, worked.ear.batches)


def test_when_the_shift_ends_during_a_batch_what_is_done_is_deleted_and_the_rest_released() -> None:
    """What was computed and stored is not thrown away."""

    def end(worked: Day) -> None:
        worked.stopped = True

    worked = day([delivery("a"), delivery("b")], fates={"b": (RETRY, OutOfTime("late"))}, on_process=end)
    assert (["a"], [("b", 0)]) == (worked.queue.deleted, worked.queue.hidden)


def test_in_an_outage_one_message_is_the_probe_and_pauses_grow() -> None:
    """Everything else stays on the queue, where it costs no receive; once one succeeds all is as before."""
    down: Fate = (RETRY, OUTAGE)
    first = [delivery("a"), delivery("b")]
    worked = day(first, [], [delivery("p")], [delivery("q")], fates={"a": down, "b": down, "p": down}, turns=3)
    assert [25, 23, 1, 1, 25] == [most for most, _ in worked.queue.asked]
    assert [2.0, 4.0] == worked.rests
    assert [("a", VISIBILITY), ("b", VISIBILITY), ("p", VISIBILITY)] == worked.queue.hidden


def test_one_bad_record_is_no_outage() -> None:
    """Its neighbours were stored, so the world is well."""
    worked = day([delivery("a"), delivery("b")], fates={"b": (RETRY, OUTAGE)})
    assert [] == worked.rests


def test_a_poll_that_fails_is_told_and_followed_by_a_pause() -> None:
    """And nothing falls over."""
    worked = day(StoreUnavailable("no queue"), StoreUnavailable("no queue"), [delivery("a")], turns=3)
    assert [("receive", 1), ("receive", 1)] == worked.ear.failures
    assert [2.0, 4.0] == worked.rests
    assert ["a"] == worked.queue.deleted


def test_a_poll_that_is_answered_is_told_even_if_there_is_nothing() -> None:
    """An empty queue is a queue that works."""
    assert 1 == day([delivery("a")]).ear.answered - day([]).ear.answered == day([]).ear.answered - 1


def test_a_queue_that_refuses_is_told() -> None:
    """The messages come back, as duplicates: nothing else to do."""
    queue = FakeQueue([[delivery("a"), delivery("b")], []], refuses=True)
    worked = Day(queue, fates={"b": (RETRY, None)}).run()
    assert [("delete", 1), ("hide", 1)] == worked.ear.failures
