"""A batch through the stages: whom a failure is blamed on, who shares the work, and what is counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from handler.domain.errors import ModelUnavailable
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Computation, Draft, Pipeline, Spent, Stage
from handler.pipeline.work import whole
from tests.factories import ticket
from tests.pipeline.fakes import tickets_of

COMPUTATION = Computation(1, "fast", "none", {}, "taxonomy", "0123456789abcdef")


def nothing(_: str) -> None:
    """The fault that never happens."""


@dataclass
class Echo:
    """Copies the body into the draft; ``fault`` may raise for one. ``batches`` keeps what each call saw."""

    name: str = "echo"
    needs: tuple[str, ...] = ()
    fault: Callable[[str], None] = nothing
    batches: list[list[str]] = field(default_factory=list)

    work = staticmethod(whole)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        self.batches.append([one.body for one in tickets])
        for one in tickets:
            self.fault(one.body)
        return [replace(draft, body=draft.body + one.body) for one, draft in zip(tickets, drafts, strict=True)]


def breaks_on(word: str) -> Callable[[str], None]:
    def fault(body: str) -> None:
        if word in body:
            raise ZeroDivisionError

    return fault


def pipeline(*stages: Stage, clock: Callable[[], float] = lambda: 0.0) -> Pipeline:
    return Pipeline(stages, COMPUTATION, clock)


def test_the_ticket_that_breaks_a_stage_is_found_and_its_neighbours_keep_their_signal() -> None:
    """A failure over a batch is pinned on the ticket at fault, by name of the error, and on nobody else."""
    bodies = ["a", "b", "bad", "c", "d", "e", "worse: bad", "f"]

    drafts = pipeline(Echo(fault=breaks_on("bad"))).run(tickets_of(*bodies)).drafts

    assert [draft.errors for draft in drafts] == [{"echo": "ZeroDivisionError"} if "bad" in b else {} for b in bodies]
    assert [draft.body for draft in drafts] == ["" if "bad" in b else b for b in bodies]


def test_a_batch_without_fault_is_one_call() -> None:
    """The model sees the whole batch."""
    echo = Echo()

    pipeline(echo).run(tickets_of("a", "b", "c"))

    assert echo.batches == [["a", "b", "c"]]


def test_the_worlds_fault_is_no_tickets_fault() -> None:
    """A RetryableError passes through at once: halving would try a dead model again and again."""

    def fault(_: str) -> None:
        raise ModelUnavailable("gone")

    echo = Echo(fault=fault)

    with pytest.raises(ModelUnavailable):
        pipeline(echo).run(tickets_of("a", "b", "c", "d"))
    assert len(echo.batches) == 1


def test_a_stage_does_not_run_without_what_it_needs() -> None:
    """What is missing is named where it is missing, down the whole chain, and only for that ticket."""
    first, second, third = Echo("first", fault=breaks_on("bad")), Echo("second", ("first",)), Echo("third", ("second",))

    bad, good = pipeline(first, second, third).run(tickets_of("bad", "good")).drafts

    assert bad.errors == {"first": "ZeroDivisionError", "second": "MissingInput", "third": "MissingInput"}
    assert good.errors == {}
    assert third.batches == [["good"]]


def test_equal_texts_share_one_run_and_order_is_kept() -> None:
    """Two customers who send the same words cost one ticket; each gets the result, in the place of the ticket."""
    echo = Echo()

    drafts = pipeline(echo).run(tickets_of("same", "other", "same")).drafts

    assert [draft.body for draft in drafts] == ["same", "other", "same"]
    assert echo.batches == [["same", "other"]]


def test_another_priority_is_another_text() -> None:
    """Whatever a stage may look at tells tickets apart."""
    echo = Echo()

    pipeline(echo).run([ticket("A", body="x"), ticket("B", body="x", priority="high")])

    assert echo.batches == [["x", "x"]]


def test_a_stages_time_is_shared_by_the_tickets_it_saw() -> None:
    """Timings are by ticket: four seconds over two tickets are two each."""
    times = iter([10.0, 14.0])

    drafts = pipeline(Echo(), clock=lambda: next(times)).run(tickets_of("a", "b")).drafts

    assert [draft.seconds for draft in drafts] == [{"echo": 2.0}, {"echo": 2.0}]


def test_nothing_runs_for_nobody() -> None:
    """An empty batch calls no model."""
    echo = Echo()

    assert pipeline(echo).run([]).drafts == []
    assert echo.batches == []


def test_only_texts_that_are_equal_in_every_part_share_a_run() -> None:
    """Subject and body are not one text: "a" + "bc" is another ticket than "ab" + "c"."""
    echo = Echo()
    first, second = pipeline(echo).run([ticket(subject="a", body="bc"), ticket(subject="ab", body="c")]).drafts

    assert (first.body, second.body) == ("bc", "c")
    assert echo.batches == [["bc", "c"]]


def test_metadata_is_part_of_what_a_ticket_says() -> None:
    """It is masked and stored with the draft: one ticket must not be given another's."""
    echo = Echo()
    pipeline(echo).run([ticket(body="b", metadata={"tags": ["a"]}), ticket(body="b", metadata={"tags": ["c"]})])

    assert echo.batches == [["b", "b"]]


def test_the_day_is_part_of_what_a_ticket_says() -> None:
    """What is due tomorrow on one day is over on another."""
    echo, day = Echo(), 86_400
    written = [day, day + 1, 2 * day, 0]
    pipeline(echo).run([ticket(body="b", created_at=second) for second in written])

    assert echo.batches == [["b", "b", "b"]]


def test_a_stage_that_loses_a_ticket_costs_that_ticket_its_signal() -> None:
    """It must not shift the signals of its neighbours to other tickets, either."""

    class Loses:
        name = "loses"
        needs = ()
        work = staticmethod(whole)

        def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
            kept = [(one, draft) for one, draft in zip(tickets, drafts, strict=True) if one.body != "lost"]
            return [replace(draft, body=one.body) for one, draft in kept]

    drafts = pipeline(Loses()).run([ticket(body=body) for body in ("one", "lost", "two")]).drafts

    assert [draft.body for draft in drafts] == ["one", "", "two"]
    assert [dict(draft.errors) for draft in drafts] == [{}, {"loses": "ValueError"}, {}]


def test_what_a_run_took_is_told_by_stage_and_equal_texts_count_once() -> None:
    """Fifty copies say nothing about the cost of fifty texts; a ticket that a stage could not take is not its work."""
    times = iter([0.0, 4.0, 10.0, 11.0])
    first, second = Echo("first", fault=breaks_on("bad")), Echo("second", ("first",))

    run = pipeline(first, second, clock=lambda: next(times)).run(tickets_of("good", "bad", *["good"] * 50))

    assert run.spent == {"first": Spent(4.0, 204.0 + 203.0), "second": Spent(1.0, 204.0)}


def test_a_stages_time_is_not_put_on_tickets_that_it_passed_by() -> None:
    """A draft that comes back as it was is none of the stage's."""

    class Picky(Echo):
        def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
            made = super().__call__(tickets, drafts)
            return [new if new.body == "mine" else old for new, old in zip(made, drafts, strict=True)]

    times = iter([10.0, 14.0])
    drafts = pipeline(Picky(), clock=lambda: next(times)).run(tickets_of("mine", "other")).drafts
    assert [draft.seconds for draft in drafts] == [{"echo": 4.0}, {}]
