"""How long a message, and a worker, waits."""

from hypothesis import given
from hypothesis import strategies as st

from handler.domain.errors import OutOfTime, StoreUnavailable
from handler.domain.message import Disposition, Message
from handler.worker.backoff import FIRST_SECONDS, LONGEST_PAUSE_SECONDS, pause_seconds, retry_seconds
from tests.worker.fakes import outcome

VISIBILITY = 360


def waits(receive_count: int, error: Exception) -> tuple[int, int]:
    """The shortest and the longest."""
    one = outcome(Message("m", "{}", receive_count=receive_count), Disposition.RETRY, error)
    return tuple(retry_seconds(one, VISIBILITY, pick) for pick in (min, max))  # type: ignore[return-value]


@given(st.integers(1, 1_000))
def test_the_wait_has_full_jitter_below_a_ceiling_that_doubles(receive_count: int) -> None:
    """And is never longer than the visibility timeout."""
    ceiling = min(VISIBILITY, FIRST_SECONDS * 2 ** (receive_count - 1))
    assert (0, ceiling) == waits(receive_count, OutOfTime("late"))


@given(st.integers(1, 1_000))
def test_in_an_outage_no_receive_is_used_up_sooner_than_by_waiting(receive_count: int) -> None:
    """A dead store is survived for about maxReceiveCount x visibility, as with Lambda."""
    assert (VISIBILITY / 2, VISIBILITY) == waits(receive_count, StoreUnavailable("down"))


@given(st.integers(1, 10_000))
def test_pauses_end(failures: int) -> None:
    """A world that is well again is noticed within a minute."""
    assert LONGEST_PAUSE_SECONDS >= pause_seconds(failures, max) >= 2
