"""All chance of a run, from a seed or from the record of an earlier run: so it can be repeated, and made plainer."""

from collections.abc import Callable, Iterator, Mapping
from random import Random

MOST_TRIALS = 2_000  # runs that making a history plainer may take

Record = Mapping[str, list[int]]
"""The numbers that were drawn, by topic: to leave a fault out then changes nothing about what customers do."""


class Choices:
    """Numbers in the order in which they are asked for, by topic. 0 is always the plain choice: no fault, no delay."""

    def __init__(self, seed: int | None = None, replay: Record | None = None) -> None:
        self._seed = seed
        self._replay = replay or {}
        self._random: dict[str, Random] = {}
        self.made: dict[str, list[int]] = {}

    def below(self, bound: int, topic: str) -> int:
        """A number in 0..bound-1."""
        number = self._replayed(topic) if self._seed is None else self._chance(topic).randrange(bound)
        return self._made(topic, min(number, bound - 1))

    def strikes(self, probability: float, topic: str) -> bool:
        """Whether something happens that rarely does."""
        number = self._replayed(topic) if self._seed is None else int(self._chance(topic).random() < probability)
        return bool(self._made(topic, min(number, 1)))

    def _chance(self, topic: str) -> Random:
        if topic not in self._random:
            self._random[topic] = Random(f"{self._seed} {topic}")  # noqa: S311 - chance, no secret
        return self._random[topic]

    def _replayed(self, topic: str) -> int:
        done, known = len(self.made.get(topic, ())), self._replay.get(topic, ())
        return known[done] if done < len(known) else 0

    def _made(self, topic: str, number: int) -> int:
        self.made.setdefault(topic, []).append(number)
        return number


def plainest(made: Record, fails: Callable[[Record], bool]) -> Record:
    """A plainer record that still ``fails``: what was not needed is 0, or cut out, topic by topic."""
    best, trials = dict(made), iter(range(MOST_TRIALS))
    changed = True
    while changed:
        changed = False
        for topic, numbers in list(best.items()):
            for trial in _plainer(numbers):
                if next(trials, None) is None:
                    return best
                if fails({**best, topic: trial}):
                    best[topic], changed = trial, True
                    break
    return best


def _plainer(numbers: list[int]) -> Iterator[list[int]]:
    """The numbers with one piece at 0, or cut out: all of them first, single ones last."""
    while numbers and not numbers[-1]:
        numbers = numbers[:-1]
    size = len(numbers)
    while size:
        for start in range(0, len(numbers), size):
            head, piece, tail = numbers[:start], numbers[start : start + size], numbers[start + size :]
            if any(piece):
                yield head + [0] * len(piece) + tail
            yield head + tail
        size //= 2
