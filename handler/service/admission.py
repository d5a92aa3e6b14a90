"""How many tickets may start before the time left runs short.

A batch that is cut off in mid-work is redelivered whole, for ever if it never fits. So tickets are admitted in the
order received while their expected cost fits, and the rest stays on the queue at once.
"""

from collections.abc import Callable, Sequence

from handler.domain.errors import OutOfTime
from handler.domain.ticket import RawTicket

READ_CHARACTERS = 20_000  # what the models read of one ticket at most, so its cost is bounded
OVERHEAD_CHARACTERS = 200  # what a ticket costs beside its text, in characters' worth
FIRST_GUESS = 1e-4  # seconds a character, several times what a slow core needs, until there is a measurement
WEIGHT = 0.3  # of the newest batch in the average
MOST_SURPRISE = 4.0  # a batch that took longer than so many times the estimate has loaded models, too
RELENT = 0.8  # of the estimate stays when nothing fitted, or nothing would ever be measured again
LAST_SECOND = 1.0  # below this nothing is begun any more: a write that is cut off comes back anyway


class Admission:
    """Learns the cost of text in this process and decides by it. ``reserve_seconds`` are kept for storing."""

    def __init__(self, reserve_seconds: float) -> None:
        self._reserve = reserve_seconds
        self._seconds_per_character = FIRST_GUESS

    def admit(self, tickets: Sequence[RawTicket], seconds_left: float) -> int:
        """How many of ``tickets``, from the first on, fit into ``seconds_left``."""
        budget = seconds_left - self._reserve
        for admitted, ticket in enumerate(tickets):
            budget -= _size(ticket) * self._seconds_per_character
            if budget < 0:
                self._seconds_per_character *= 1 if admitted else RELENT
                return admitted
        return len(tickets)

    def learn(self, tickets: Sequence[RawTicket], seconds: float) -> None:
        """Takes in that ``tickets`` together took ``seconds``. Equal texts were worked on once."""
        size = sum(_size(ticket) for ticket in {(one.subject, one.body): one for one in tickets}.values())
        if size:
            measured = min(seconds / size, MOST_SURPRISE * self._seconds_per_character)
            self._seconds_per_character += WEIGHT * (measured - self._seconds_per_character)

    def may_fetch(self, seconds_left: Callable[[], float]) -> None:
        """Raises OutOfTime once the reserve has begun."""
        _require(seconds_left() > self._reserve)


def may_store(seconds_left: Callable[[], float]) -> None:
    """Raises OutOfTime in the last second."""
    _require(seconds_left() > LAST_SECOND)


def _require(in_time: bool) -> None:  # noqa: FBT001 - it states what is true
    if not in_time:
        raise OutOfTime("not enough time left to fetch, enrich and store it")


def _size(ticket: RawTicket) -> int:
    return OVERHEAD_CHARACTERS + min(len(ticket.subject) + len(ticket.body), READ_CHARACTERS)
