"""When tickets come: seconds since the start, in order. A number of them drawn from a density, so that none is lost."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi
from random import Random

HOUR = 3600.0
DAY = 24 * HOUR
SWING = 0.9  # the quietest hour of the day has a tenth of the mean, the busiest nearly twice: an assumption


@dataclass(frozen=True, slots=True)
class Curve:
    """``count`` tickets within the first ``within`` seconds of ``horizon``, which is what is paid for."""

    name: str
    count: int
    within: float
    horizon: float
    swing: float = 0.0

    def arrivals(self, seed: int) -> tuple[float, ...]:
        """Independent of each other, as customers are; ``Random.random`` is the same on every version of Python."""
        return _drawn(self, seed)

    def one(self, random: Random) -> float:
        """When one comes, by rejection: one minus the cosine, lowest at both ends of the time."""
        while True:
            at, height = random.random(), random.random()
            if height * (1 + self.swing) <= 1 - self.swing * cos(2 * pi * at):
                return at * self.within


@lru_cache(maxsize=8)  # both platforms get the same
def _drawn(curve: Curve, seed: int) -> tuple[float, ...]:
    random = Random(seed)  # noqa: S311 - a simulation, no secret
    return tuple(sorted(curve.one(random) for _ in range(curve.count)))


def steady(per_second: float, seconds: float = HOUR) -> Curve:
    """As many in each minute as in any other."""
    return Curve("steady", round(per_second * seconds), seconds, seconds)


def burst(count: int, within: float = 60.0, horizon: float = HOUR) -> Curve:
    """An outage, a mailing: all within a minute, and then nobody."""
    return Curve("burst", count, within, horizon)


def daily(count: int) -> Curve:
    """A day of customers who sleep at night."""
    return Curve("daily", count, DAY, DAY, SWING)
