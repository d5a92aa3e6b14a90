"""Which tickets may start before the time left runs short, and which of them in haste.

A batch that is cut off in mid-work is redelivered whole, for ever if it never fits. So tickets are admitted in the
order received, a round at a time, and what does not fit stays on the queue at once.

The claim: a round is expected to take at most ``SHARE`` of the time left before the reserve, so that it ends before
the reserve begins unless it takes more than 1 / SHARE, that is twice, what is expected. Expected is what was measured
(see costs), and before that a guess that is meant to be too high: what is left of the factor then covers the loading
of models. Only the first ticket of an invocation may need more than a share: it goes alone then, if all of the time
before the reserve covers it, or once in a while to be measured again. Such a round ends in time if the ticket fits
into an invocation at all; later in an invocation it waits for the next, where it comes first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from handler.domain.errors import OutOfTime
from handler.pipeline.base import Spent
from handler.service.costs import Costs

SHARE = 0.5  # of the time left is what one round may be expected to take: estimates may be wrong by a factor of 2
RELENT = 0.8  # of its patience is left when nothing ran at leisure, or what seems too dear would never be measured
LAST_SECOND = 1.0  # below this nothing is begun any more: a write that is cut off comes back anyway


@dataclass(frozen=True, slots=True)
class Demand:
    """A ticket's work by stage, in characters' worth, at leisure and (where that is allowed) in haste."""

    leisure: Mapping[str, float]
    haste: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class _Price:
    """A ticket's expected seconds. ``haste`` is never more than ``leisure``, and equal where it saves nothing."""

    leisure: float
    haste: float


class Admission:
    """Learns the cost of work in this process and decides by it. ``reserve_seconds`` are kept for storing.

    One invocation at a time: plan and learn by turns, then ``end``.
    """

    def __init__(self, reserve_seconds: float) -> None:
        self._reserve = max(reserve_seconds, LAST_SECOND)
        self._costs = Costs()
        self._strictness = 1.0
        self._ran_at_leisure: bool | None = None  # in this invocation; None while there was nothing to plan

    def plan(self, demands: Sequence[Demand], seconds_left: float) -> list[bool]:
        """For the tickets of the next round, the first ones of ``demands``: whether each is hurried."""
        budget = seconds_left - self._reserve
        if not demands or budget <= 0:
            return []
        prices = [self._price(demand) for demand in demands]
        hurried = _round(prices, budget)
        if all(hurried) and self._ran_at_leisure is None:
            hurried = self._alone(prices[0], budget, hurried)
        self._strictness = self._strictness if all(hurried) else 1.0
        self._ran_at_leisure = bool(self._ran_at_leisure) or not all(hurried)
        return hurried

    def learn(self, spent: Mapping[str, Spent]) -> None:
        """Takes in what the stages of a round took."""
        self._costs.learn(spent)

    def end(self) -> None:
        """The invocation is over: where nothing ran at leisure, the next one is less strict with its first ticket."""
        if self._ran_at_leisure is False:
            self._strictness *= RELENT
        self._ran_at_leisure = None

    def may_begin(self, seconds_left: Callable[[], float]) -> None:
        """Raises OutOfTime once the reserve has begun."""
        _require(seconds_left() > self._reserve)

    def _price(self, demand: Demand) -> _Price:
        leisure = self._costs.of(demand.leisure)
        return _Price(leisure, leisure if demand.haste is None else min(leisure, self._costs.of(demand.haste)))

    def _alone(self, first: _Price, budget: float, hurried: list[bool]) -> list[bool]:
        """The first ticket of an invocation at leisure where nobody is, if all of the time covers it; else the plan.

        Where hurried tickets could run instead, only after many invocations of nothing else: just to measure it.
        """
        if self._strictness * first.leisure <= (first.haste if hurried else budget):
            return [False]
        return hurried or ([True] if first.haste <= budget else [])


def may_store(seconds_left: Callable[[], float]) -> None:
    """Raises OutOfTime in the last second."""
    _require(seconds_left() > LAST_SECOND)


def out_of_time() -> OutOfTime:
    """What becomes of a ticket that was not begun."""
    return OutOfTime("not enough time left to fetch, enrich and store it")


def _require(in_time: bool) -> None:  # noqa: FBT001 - it states what is true
    if not in_time:
        raise out_of_time()


def _round(prices: Sequence[_Price], budget: float) -> list[bool]:
    """At leisure while all that comes after still fits into the budget in haste; in all, no more than the share."""
    share, spent, later = SHARE * budget, 0.0, sum(price.haste for price in prices)
    hurried: list[bool] = []
    for price in prices:
        later -= price.haste
        at_leisure = price.haste == price.leisure or spent + price.leisure + later <= budget
        if at_leisure and spent + price.leisure <= share:
            spent += price.leisure
        elif (at_leisure and hurried) or spent + price.haste > share:
            break  # at leisure it may fit into a later round
        else:
            spent += price.haste
            at_leisure = False
        hurried.append(not at_leisure)
    return hurried
