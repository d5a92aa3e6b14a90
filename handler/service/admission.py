"""How many tickets may start before the time left runs short.

A batch that is cut off in mid-work is redelivered whole, for ever if it never fits. So tickets are admitted in the
order received while their expected cost fits, and the rest stays on the queue at once.
"""

from collections.abc import Sequence

from handler.domain.ticket import RawTicket

READ_CHARACTERS = 20_000  # what the models read of one ticket at most, so its cost is bounded
OVERHEAD_CHARACTERS = 200  # what a ticket costs beside its text, in characters' worth
FIRST_GUESS = 1e-4  # seconds a character, several times what a slow core needs, until there is a measurement
WEIGHT = 0.3  # of the newest batch in the average


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
                return admitted
        return len(tickets)

    def learn(self, tickets: Sequence[RawTicket], seconds: float) -> None:
        """Takes in that ``tickets`` together took ``seconds``."""
        size = sum(map(_size, tickets))
        if size:
            self._seconds_per_character += WEIGHT * (seconds / size - self._seconds_per_character)


def _size(ticket: RawTicket) -> int:
    return OVERHEAD_CHARACTERS + min(len(ticket.subject) + len(ticket.body), READ_CHARACTERS)
