"""How many pods there should be: KEDA between none and some, the HPA that it makes from there on.

- KEDA asks the queue every ``pollingInterval`` for one thing, whether to leave or go back to none; back after ``cooldownPeriod``:
  https://keda.sh/docs/latest/reference/scaledobject-spec/ and https://keda.sh/docs/latest/concepts/scaling-deployments/
- Its aws-sqs-queue scaler counts what waits and, by ``scaleOnInFlight``, what is in hand: https://keda.sh/docs/latest/scalers/aws-sqs/
- The HPA asks KEDA's metrics server every 15 s, which asks the queue each time unless ``useCachedMetrics`` is set; it wants
  ceil(messages / target), leaves 10% of tolerance, doubles or adds 4 within 15 s if not told otherwise, and shrinks to the largest
  wish of its window: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/

Assumption: SQS's approximate counts are exact.
"""

from dataclasses import dataclass, field
from math import ceil

SYNC_SECONDS = 15.0
TOLERANCE = 0.1
UP_PODS, UP_FACTOR, UP_PERIOD = 4, 2, 15.0


@dataclass(frozen=True, slots=True)
class Scaling:
    """The ScaledObject's numbers, in seconds, pods and messages."""

    least: int
    most: int
    polling: float
    cooldown: float
    target: int
    down_window: float
    down_pods: int
    down_period: float


@dataclass(slots=True)
class Autoscaler:
    """Remembers what it wished and what it changed. Each method answers with the number of pods from now on."""

    scaling: Scaling
    _wishes: list[tuple[float, int]] = field(default_factory=list)
    _changes: list[tuple[float, int]] = field(default_factory=list)
    _active: float = 0.0

    def poll(self, now: float, messages: int, pods: int) -> int:
        """KEDA's own turn."""
        if messages:
            self._active = now
            return pods or max(1, self.scaling.least)
        idle = now - self._active >= self.scaling.cooldown
        return 0 if idle and self.scaling.least == 0 else pods

    def sync(self, now: float, messages: int, pods: int) -> int:
        """The HPA's turn; it sleeps while there are no pods."""
        if pods == 0:
            return 0
        wish = self._stable(now, self._wish(messages, pods), pods)
        found = min(max(wish, self._floor(now, pods)), self._ceiling(now, pods))
        if found != pods:
            self._changes.append((now, found - pods))
        return found

    def _wish(self, messages: int, pods: int) -> int:
        near = abs(messages / (self.scaling.target * pods) - 1) <= TOLERANCE
        wish = pods if near else ceil(messages / self.scaling.target)
        return min(max(wish, self.scaling.least, 1), self.scaling.most)

    def _stable(self, now: float, wish: int, pods: int) -> int:
        """Growth at once, the largest wish of the window before any pod goes."""
        self._wishes = [one for one in self._wishes if one[0] > now - self.scaling.down_window] + [(now, wish)]
        return wish if wish >= pods else min(pods, max(one for _, one in self._wishes))

    def _floor(self, now: float, pods: int) -> int:
        gone = -sum(change for at, change in self._changes if at > now - self.scaling.down_period and change < 0)
        return min(pods, pods + gone - self.scaling.down_pods)

    def _ceiling(self, now: float, pods: int) -> int:
        come = sum(change for at, change in self._changes if at > now - UP_PERIOD and change > 0)
        before = pods - come
        return max(pods, before + UP_PODS, before * UP_FACTOR)
