"""The queue: what has arrived and was not taken. First in, first out, which a standard queue is only about: an assumption."""

from collections.abc import Sequence


class Backlog:
    """Over arrivals in order; ``now`` never goes back."""

    def __init__(self, arrivals: Sequence[float]) -> None:
        self._arrivals = arrivals
        self._taken = 0
        self._arrived = 0

    def waiting(self, now: float) -> int:
        """Messages that a receive would find."""
        while self._arrived < len(self._arrivals) and self._arrivals[self._arrived] <= now:
            self._arrived += 1
        return self._arrived - self._taken

    def take(self, now: float, most: int) -> Sequence[float]:
        """The oldest ones, by when they came."""
        count = min(most, self.waiting(now))
        self._taken += count
        return self._arrivals[self._taken - count : self._taken]

    def oldest(self) -> float:
        """When the one came that is next; there has to be one."""
        return self._arrivals[self._taken]

    def next_arrival(self) -> float | None:
        """Of those that ``waiting`` has not seen."""
        return self._arrivals[self._arrived] if self._arrived < len(self._arrivals) else None
