"""How many batches Lambda's pollers have in hand at most.

Documented at https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: five concurrent batches at first; while messages
are still available up to 300 more a minute; at most 1,250 or MaximumConcurrency; back to five when traffic is low.
Assumptions: growth is even (five a second) and as fast as AWS says at most, and traffic is low when nothing has waited for a minute.
"""

FIRST = 5
PER_SECOND = 300 / 60
MOST = 1_250
QUIET_SECONDS = 60.0
EPSILON = 1e-9  # of a poller, lest a sum of fractions be one too few


class Pollers:
    """The limit, as it grows and falls with what ``saw`` is told."""

    def __init__(self, maximum: int, first: int = FIRST) -> None:
        self._most = min(maximum, MOST)
        self._first = min(first, self._most)
        self._level = float(self._first)
        self._at = 0.0
        self._waiting = False
        self._quiet_since = 0.0

    def limit(self, now: float) -> int:
        """Batches at once."""
        self._advance(now)
        return int(self._level + EPSILON)

    def saw(self, now: float, *, waiting: bool) -> None:
        """Whether messages are left although every poller is busy."""
        self._advance(now)
        if self._waiting and not waiting:
            self._quiet_since = now
        self._waiting = waiting

    def next_growth(self) -> float | None:
        """When the limit rises by one if messages go on waiting."""
        if not self._waiting or self._level >= self._most:
            return None
        return self._at + (int(self._level + EPSILON) + 1 - self._level) / PER_SECOND

    def _advance(self, now: float) -> None:
        if self._waiting:
            self._level = min(self._most, self._level + (now - self._at) * PER_SECOND)
        elif now - self._quiet_since >= QUIET_SECONDS:
            self._level = float(self._first)
        self._at = now
