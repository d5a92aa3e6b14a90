"""What fits into the time left, who is hurried, and how that is learned."""

import math

from handler.pipeline.base import Spent
from handler.service.admission import SHARE, Admission, Demand
from handler.service.costs import FIRST_GUESS, MOST_SURPRISE

WORK = 1_000.0
GUESS = FIRST_GUESS * WORK  # seconds of a ticket before anything is measured
RESERVE = 2.0

ordinary = Demand({"read": WORK})
short = Demand({"read": WORK, "summarize": 0.0})
long = Demand({"read": WORK, "summarize": 9 * WORK})
either = Demand({"read": WORK, "summarize": 9 * WORK}, {"read": WORK, "summarize": 0.0})


def planned(admission: Admission, seconds: float, demand: Demand = ordinary, count: int = 100) -> int:
    """How many of ``count`` tickets start, with so many seconds before the reserve."""
    return len(admission.plan([demand] * count, RESERVE + seconds))


def learned(*rates: float, stage: str = "read") -> Admission:
    """An admission that saw runs of a hundred tickets at these rates, as multiples of the first guess."""
    admission = Admission(RESERVE)
    for rate in rates:
        admission.learn({stage: Spent(100 * rate * GUESS, 100 * WORK)})
    return admission


def test_a_round_takes_a_share_of_the_time_before_the_reserve() -> None:
    """So that an estimate may be wrong by the rest of it; and nothing starts in the reserve."""
    assert 10 == planned(Admission(RESERVE), 10.5 * GUESS / SHARE)
    assert 0 == planned(Admission(RESERVE), 0)
    assert 100 == planned(Admission(RESERVE), math.inf)


def test_without_a_reserve_the_last_second_is_kept_all_the_same() -> None:
    """Nothing is stored in it, so what ends in it was for nothing."""
    assert [] == Admission(0).plan([ordinary], 1.0)


def test_measurements_move_the_estimate_both_ways() -> None:
    """A fast core admits more, a slow one less."""
    fast, slow = learned(*[0.5] * 20), learned(*[2.0] * 20)
    assert (20, 5) == (planned(fast, 10.2 * GUESS / SHARE), planned(slow, 10.5 * GUESS / SHARE))


def test_one_slow_run_does_not_starve_the_next() -> None:
    """The first run of a process loads the models, which no later one does."""
    assert planned(learned(600.0), 10 * GUESS / SHARE) >= 10 // MOST_SURPRISE


def test_each_stage_is_learned_apart() -> None:
    """Short tickets, which cost the summarizer nothing, must not make long ones look cheap."""
    admission = Admission(RESERVE)
    for _ in range(20):
        admission.learn({"read": Spent(GUESS / 100, WORK), "summarize": Spent(0.0, 0.0)})
    assert (100, 1) == (planned(admission, 3 * GUESS / SHARE, short), planned(admission, 12 * GUESS / SHARE, long))


def test_a_ticket_that_needs_more_than_the_share_goes_alone() -> None:
    """As long as all of the time covers it; its neighbours wait for the next round."""
    assert 1 == planned(Admission(RESERVE), 1.1 * GUESS)
    assert 0 == planned(Admission(RESERVE), 0.9 * GUESS)


def test_a_ticket_goes_alone_only_in_the_first_round() -> None:
    """Later the time left is no measure of what it needs; in the next invocation it comes first."""
    admission = Admission(RESERVE)
    assert 10 == planned(admission, 10 * GUESS / SHARE)
    assert 0 == planned(admission, 1.1 * GUESS)
    admission.end()
    assert 1 == planned(admission, 1.1 * GUESS)


def test_where_nothing_ever_fits_the_first_ticket_is_tried_in_the_end() -> None:
    """Or what was once thought too long would never be measured again; only that one, and only until it ran."""
    admission, tries = Admission(RESERVE), 0
    while not planned(admission, 0.3 * GUESS):
        admission.end()
        tries += 1
    assert 0 < tries < 10
    admission.end()
    assert 0 == planned(admission, 0.3 * GUESS)


def test_an_invocation_that_did_something_is_as_strict_as_before() -> None:
    """What does not fit behind others is no starvation: it is first the next time."""
    admission = Admission(RESERVE)
    for _ in range(20):
        planned(admission, 4 * GUESS)
        planned(admission, 0.3 * GUESS)
        admission.end()
    assert 0 == planned(admission, 0.9 * GUESS)


def plan(seconds: float, *demands: Demand) -> list[bool]:
    return Admission(RESERVE).plan(demands, RESERVE + seconds * GUESS)


def test_nobody_is_hurried_while_all_fit_at_leisure() -> None:
    """Where they do not fit into one round, the later ones wait for theirs."""
    assert [False] * 3 == plan(60, either, either, either)
    assert [False] * 2 == plan(44, either, either, either)


def test_later_tickets_are_hurried_so_that_as_many_as_possible_fit() -> None:
    """A ticket is at leisure if the rest of the batch still fits in haste."""
    assert [False, *[True] * 5] == plan(31, *[either] * 20)
    assert [True] * 10 == plan(20, *[either] * 20)
    assert [] == plan(0.5, *[either] * 20)


def test_haste_that_saves_nothing_is_none() -> None:
    """A short ticket is at leisure between hurried ones."""
    same = Demand(short.leisure, {"read": WORK, "extract": WORK})
    assert [True, False, True] == plan(6, either, same, either)


def test_after_nothing_but_haste_one_ticket_is_measured_at_leisure() -> None:
    """One slow summary must not make every later one extractive for ever."""
    admission, hurried = Admission(RESERVE), [True]
    rounds = 0
    while all(hurried):
        hurried = admission.plan([either] * 20, RESERVE + 20 * GUESS)
        admission.end()
        rounds += 1
    assert ([False], True) == (hurried, 5 < rounds < 20)


def test_nothing_is_learned_from_nothing() -> None:
    """A stage takes time with an empty batch, too."""
    admission = Admission(RESERVE)
    admission.learn({"read": Spent(5.0, 0.0)})
    assert 10 == planned(admission, 10.5 * GUESS / SHARE)
