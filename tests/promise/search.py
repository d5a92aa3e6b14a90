"""Seed after seed, until one breaks the promise; then its shortest history."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.promise.choices import Choices, Record, plainest
from tests.promise.scenario import Result, play


@dataclass
class Found:
    """What a search came upon. ``failing`` is the first seed that broke the promise."""

    seeds: int = 0
    records: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    failing: int | None = None


def search(seeds: Iterable[int]) -> Found:
    """Plays the seeds; stops at the first that breaks the promise."""
    found = Found()
    for seed in seeds:
        result = play(Choices(seed))
        found.seeds += 1
        found.records += result.records
        found.struck += result.struck
        if result.breaches:
            found.failing = seed
            break
    return found


def shrunk(seed: int) -> Result:
    """The plainest run found that breaks the promise in the same way as ``seed``."""
    choices = Choices(seed)
    kind = kind_of(play(choices))

    def fails(made: Record) -> bool:
        return kind_of(play(Choices(replay=made))) == kind

    return play(Choices(replay=plainest(choices.made, fails)))


def kind_of(result: Result) -> str | None:
    """What was wrong first, whichever ticket it was."""
    return re.sub(r"\d+", "", result.breaches[0]) if result.breaches else None
