"""What fits into the time left, and how that is learned."""

from handler.service.admission import (
    FIRST_GUESS,
    MOST_SURPRISE,
    OVERHEAD_CHARACTERS,
    READ_CHARACTERS,
    Admission,
)
from tests.factories import ticket

TEXT = 1_000 - OVERHEAD_CHARACTERS  # with its overhead, a ticket of 1,000 characters' worth


def tickets(count: int, length: int = TEXT) -> list[object]:
    return [ticket(f"T-{i}", subject=f"{i:03}", body="x" * (length - 3)) for i in range(count)]


def admitted(admission: Admission, seconds: float, length: int = TEXT) -> int:
    return admission.admit(tickets(100, length), seconds)  # type: ignore[arg-type]


def test_the_first_guess_admits_what_it_says() -> None:
    """0.1 s for a thousand characters, and the reserve kept."""
    assert 10 == admitted(Admission(reserve_seconds=2), 2 + 10.5 * FIRST_GUESS * 1_000)


def test_measurements_move_the_estimate_both_ways() -> None:
    """A fast core admits more, a slow one less."""
    fast, slow = Admission(0), Admission(0)
    for _ in range(20):
        fast.learn(tickets(10), 10 * 0.5 * FIRST_GUESS * 1_000)  # type: ignore[arg-type]
        slow.learn(tickets(10), 10 * 2 * FIRST_GUESS * 1_000)  # type: ignore[arg-type]
    assert (20, 5) == (admitted(fast, 1.02), admitted(slow, 1.05))


def test_one_slow_batch_does_not_starve_the_next() -> None:
    """The first batch of a process loads the models, which no later one does."""
    admission = Admission(0)
    admission.learn(tickets(1), 60)  # type: ignore[arg-type]
    assert admitted(admission, 1) >= 10 / MOST_SURPRISE


def test_equal_texts_count_once() -> None:
    """They are worked on once; fifty copies say nothing about the cost of fifty texts."""
    admission = Admission(0)
    for _ in range(20):
        admission.learn([ticket(f"T-{i}", body="x" * TEXT) for i in range(50)], FIRST_GUESS * 1_000)
    assert 10 == admitted(admission, 1.05)


def test_where_nothing_fits_the_estimate_relents() -> None:
    """Or a ticket that was once thought too long would never be measured again."""
    admission = Admission(0)
    tries = 0
    while not admitted(admission, 0.05):
        tries += 1
    assert 0 < tries < 10


def test_the_cost_of_one_ticket_is_bounded() -> None:
    """More than is read costs no more."""
    seconds = 10.5 * FIRST_GUESS * (READ_CHARACTERS + OVERHEAD_CHARACTERS)
    assert 10 == admitted(Admission(0), seconds, READ_CHARACTERS) == admitted(Admission(0), seconds, 90_000)


def test_nothing_is_learned_from_nothing() -> None:
    """An empty batch takes time, too."""
    admission = Admission(0)
    admission.learn([], 5)
    assert 10 == admitted(admission, 1.05)
