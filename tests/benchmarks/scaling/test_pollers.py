"""How fast Lambda's pollers grow: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html."""

import pytest

from benchmarks.scaling.pollers import Pollers


@pytest.mark.parametrize(
    ("second", "expected"),
    [(0, 5), (1, 10), (59, 300), (60, 305), (120, 605), (180, 905), (240, 1205), (249, 1250), (600, 1250)],
)
def test_the_ramp_by_hand(second: int, expected: int) -> None:
    """Five at first, 300 more a minute, 1,250 at most; asked each second, as the simulation asks at odd moments."""
    pollers = Pollers(2_000)
    pollers.saw(0, waiting=True)
    assert expected == [pollers.limit(at) for at in range(second + 1)][-1]


def test_a_ramp_in_odd_steps_is_the_same_ramp() -> None:
    """A sum of tenths must not be one poller short."""
    pollers = Pollers(2_000)
    pollers.saw(0, waiting=True)
    assert 305 == [pollers.limit(at / 10) for at in range(601)][-1]


@pytest.mark.parametrize(("maximum", "at_first", "later"), [(2, 2, 2), (10, 5, 10), (100, 5, 100)])
def test_never_over_maximum_concurrency(maximum: int, at_first: int, later: int) -> None:
    """Not even at first."""
    pollers = Pollers(maximum)
    pollers.saw(0, waiting=True)
    assert (at_first, later) == (pollers.limit(0), pollers.limit(3600))


def test_nothing_grows_while_nothing_waits_and_a_quiet_minute_ends_it() -> None:
    """Back to five, when traffic is low."""
    pollers = Pollers(1_000)
    pollers.saw(0, waiting=True)
    pollers.saw(60, waiting=False)
    assert [305, 305, 5] == [pollers.limit(at) for at in (60, 119, 121)]


def test_the_next_growth_is_when_the_limit_rises() -> None:
    """The simulation sleeps until then."""
    pollers = Pollers(7)
    pollers.saw(0, waiting=True)
    assert 0.2 == pollers.next_growth()
    assert [5, 6] == [pollers.limit(0.19), pollers.limit(0.2)]
    pollers.limit(10)
    assert pollers.next_growth() is None
