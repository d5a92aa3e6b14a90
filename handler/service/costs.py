"""What a character's worth of work costs in each stage, learned from what ran in this process."""

from collections.abc import Mapping

from handler.pipeline.base import Spent

FIRST_GUESS = 1e-4  # seconds a character, several times what a slow core needs, until there is a measurement
WEIGHT = 0.3  # of the newest run in the average
MOST_SURPRISE = 4.0  # a run that took longer than so many times the estimate has loaded models, too


class Costs:
    """Seconds by stage name: a guess to be safe with, then an average in which the newest runs weigh most."""

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}

    def of(self, work: Mapping[str, float]) -> float:
        """Seconds that ``work``, by stage name, is expected to take one stage after the other.

        Stages that run side by side are counted in full, so that a run is rather faster than that.
        """
        return sum(amount * self._rate(stage) for stage, amount in work.items())

    def learn(self, spent: Mapping[str, Spent]) -> None:
        """Takes in what the stages of one run took. A stage without work says nothing about what work costs."""
        for stage, one in spent.items():
            if one.work > 0:
                rate = self._rate(stage)
                measured = min(one.seconds / one.work, MOST_SURPRISE * rate)
                self._rates[stage] = rate + WEIGHT * (measured - rate)

    def _rate(self, stage: str) -> float:
        return self._rates.get(stage, FIRST_GUESS)
