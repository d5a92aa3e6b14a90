"""The deadline, with a simulated clock: no invocation is late, nothing is lost, and redelivery ends."""

import math
from collections import Counter
from itertools import repeat
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handler.domain.message import Disposition, Message, Outcome
from handler.service.costs import FIRST_GUESS
from tests.factories import ticket, ticket_message
from tests.service.simulated import SHORT, Clock, Function

NOISE = 0.7, 1.3  # of the true cost; together with a guess that is too high, less than the factor of 2 that is claimed
# A guess that is a hundred times too high needs 21 invocations until one ticket is tried (0.8 ** 21 < 1 / 100), and
# each measurement takes a part of the error away, so that it is 19 before the next one, then 18: in all fewer than
RELENTING = 200

rates = st.floats(0.01, 1).map(lambda part: part * FIRST_GUESS / NOISE[1])


def messages(lengths: list[int]) -> list[Message]:
    return [ticket_message(f"T-{i}", subject=str(i), body="x" * length) for i, length in enumerate(lengths)]


@st.composite
def functions(draw: st.DrawFn, lengths: list[int]) -> Function:
    """A function in which each single ticket fits, and half of whose time is enough to load what it loads."""
    chance = draw(st.randoms(use_true_random=False))
    clock = Clock(load=draw(st.floats(0, 5)), noise=iter(lambda: chance.uniform(*NOISE), None))
    function = Function(
        clock,
        draw(st.tuples(rates, rates, rates)),
        limit=0.0,
        reserve=draw(st.floats(1.01, 5)),
        on_deadline=draw(st.sampled_from(["retry", "extractive"])),
    )
    dearest = function.dearest([ticket(subject=str(i), body="x" * length) for i, length in enumerate(lengths)])
    function.limit = function.reserve + 2 * clock.load + NOISE[1] * dearest * draw(st.floats(1.01, 20))
    return function


@settings(deadline=None, max_examples=150)
@given(st.lists(st.integers(1, 25_000), min_size=1, max_size=60), st.data())
def test_no_invocation_is_late_nothing_is_lost_and_redelivery_ends(lengths: list[int], data: st.DataObject) -> None:
    """Costs are unknown, differ by stage and waver, models are loaded by the first run: the claim of admission.

    Every invocation is over before its limit, what is not committed is RETRY, and after finitely many redeliveries
    all of it is committed.
    """
    function = data.draw(functions(lengths))
    waiting = messages(lengths)
    for _ in range(len(lengths) + RELENTING):
        outcomes, took = function.invoke(waiting)
        assert took < function.limit
        done = [outcome.message.message_id for outcome in outcomes if outcome.settled]
        assert dict.fromkeys(done, Disposition.DONE) == {
            outcome.message.message_id: one.disposition
            for outcome in outcomes
            for one in outcome.records
            if one.disposition is not Disposition.RETRY
        }
        waiting = [outcome.message for outcome in outcomes if not outcome.settled]
        assert {f"T-{i}" for i in range(len(lengths))} == {key.ticket_id for key in function.store.rows} | {
            message.message_id.removeprefix("m-") for message in waiting
        }
        if not waiting:
            break
    assert [] == waiting


@pytest.mark.parametrize("on_deadline", ["retry", "extractive"])
def test_a_core_that_takes_twice_what_was_measured_keeps_the_reserve(
    on_deadline: Literal["retry", "extractive"],
) -> None:
    """The claim of admission at its edge: fast runs were measured, then all of them are as slow as it covers."""
    clock = Clock()
    function = Function(clock, (FIRST_GUESS, FIRST_GUESS, FIRST_GUESS / 10), math.inf, on_deadline=on_deadline)
    for i in range(20):
        function.invoke(messages([2_000 + i] * 3))
    clock.noise, function.limit = repeat(1.99), 20.0
    outcomes, took = function.invoke(messages([3_000] * 60))
    assert took < function.limit - function.reserve
    assert {True, False} == {outcome.settled for outcome in outcomes}


def finished(on_deadline: Literal["retry", "extractive"], limit: float = 16.0) -> Counter[str]:
    """How the summaries were made that a warm function finished, of forty long tickets and a short one."""
    clock = Clock()
    function = Function(clock, (FIRST_GUESS / 10, FIRST_GUESS, FIRST_GUESS / 10), limit, on_deadline=on_deadline)
    outcomes, took = function.invoke(messages([2_000] * 40 + [SHORT]))
    assert took < limit
    return Counter(_method(outcome) for outcome in outcomes if outcome.settled)


def _method(outcome: Outcome) -> str:
    (record,) = outcome.records
    assert record.enriched is not None
    assert "complete" == record.enriched.enrichment.status
    return str(record.enriched.enrichment.summary_method)


def test_under_pressure_the_summary_gives_and_not_the_ticket() -> None:
    """More tickets are finished than with retry; each result says how its summary was made, and is complete."""
    patient, hasty = finished("retry"), finished("extractive")
    assert {"abstractive"} == set(patient)
    assert hasty.total() > patient.total() > 1
    assert hasty["extractive"] > 1


def test_with_ample_time_nobody_is_hurried() -> None:
    """The setting says what gives when time is short, and it is not."""
    assert finished("retry", 900.0) == finished("extractive", 900.0)
    assert {"abstractive": 41} == finished("extractive", 900.0)
