"""Virtual time, processes that die, and faults: what a run of the simulation happens in.

A process is a greenlet. It runs until it pauses, so that nothing happens at once and every run can be repeated.
"""

import heapq
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

from handler.domain.errors import StoreUnavailable
from tests.promise.choices import Choices

Found = TypeVar("Found")

EPOCH = 1_760_000_000  # Unix seconds at which every run begins
QUICK = 0.01
SLOW = (0.5, 3.0, 20.0, 100.0)  # seconds; the last one outlives a message's visibility


class Killed(BaseException):
    """The process is dead. Nothing that it does from here on reaches anything."""


@dataclass(eq=False)
class Process:
    """Something that runs. ``mortal``: faults may kill it. Its ``children`` die with it."""

    name: str
    mortal: bool = False
    deadline: float = math.inf
    dead: bool = False
    children: list["Process"] = field(default_factory=list)
    waiting: "Process | None" = None
    outcome: Any = None
    error: BaseException | None = None
    life: greenlet | None = None

    def bury(self) -> None:
        """Marks it and its children dead."""
        self.dead = True
        for child in self.children:
            child.bury()


class World:
    """The clock, and whose turn it is. ``rates``: how likely each fault is at each step, while it is not ``healed``."""

    def __init__(self, choices: Choices, rates: dict[str, float] | None = None) -> None:
        self.choices = choices
        self.rates = rates or {}
        self.healed = False
        self.now = 0.0
        self.history: list[str] = []
        self.struck: Counter[str] = Counter()
        self.crashes: list[Exception] = []  # of processes that nobody waits for: of the simulation, or of a worker
        self._hub = getcurrent()
        self._turns: list[tuple[float, int, Process]] = []
        self._count = 0
        self._running: Process | None = None

    @property
    def running(self) -> Process:
        """Whose turn it is."""
        assert self._running is not None
        return self._running

    @property
    def now_ms(self) -> int:
        """Unix milliseconds."""
        return round((EPOCH + self.now) * 1000)

    def spawn(self, name: str, body: Callable[[], Any], *, child: bool = False, **how: Any) -> Process:
        """Starts a process; ``child``: it dies with the one that is running."""
        process = Process(name, **how)
        process.life = greenlet(lambda: self._live(process, body), parent=self._hub)
        if child:
            self.running.children.append(process)
        self._schedule(process, 0)
        return process

    def run(self, until: float) -> None:
        """Lets time pass to ``until``, or until nothing happens any more."""
        while self._turns and self._turns[0][0] <= until:
            self.now, _, process = heapq.heappop(self._turns)
            self._take_turn(process)
        self.now = until if self._turns else self.now

    def pause(self, seconds: float) -> None:
        """The running process waits, while others run. Raises Killed if it does not live to see the end."""
        process = self.running
        if process.dead:
            raise Killed
        self._schedule(process, seconds)
        self._hub.switch()
        if process.dead:
            raise Killed

    def join(self, process: Process) -> None:
        """The running process waits for the end of another one."""
        if not process.dead:
            process.waiting = self.running
            self._hub.switch()
        if self.running.dead:
            raise Killed

    def call(self, what: str, act: Callable[[], Found]) -> Found:
        """One request of the running process to AWS: it may come late or never arrive, and so may the answer.

        Raises StoreUnavailable, though perhaps it was done; Killed.
        """
        self.pause(self._latency())
        self._may_die(f"before {what}")
        if self.strikes("refuse", what):
            raise StoreUnavailable("refused")
        found = act()
        self.note(what)
        self._may_die(f"after {what}")
        if self.strikes("lose the answer", what):
            raise StoreUnavailable("no answer")
        return found

    def strikes(self, fault: str, what: str = "") -> bool:
        """Whether a fault of this kind happens now."""
        happens = not self.healed and self.choices.strikes(self.rates.get(fault, 0), fault)
        if happens:
            self.struck[fault] += 1
            self.note(f"!! {fault} {what}")
        return happens

    def note(self, what: str) -> None:
        """One line of history."""
        self.history.append(f"{self.now:8.2f} {self.running.name:12} {what}")

    def _latency(self) -> float:
        if self.strikes("slow"):
            return SLOW[self.choices.below(len(SLOW), "how slow")]
        return QUICK * (1 + self.choices.below(8, "latency"))

    def _may_die(self, moment: str) -> None:
        if self.running.mortal and self.strikes("kill", moment):
            self.kill()

    def kill(self) -> None:
        """The end of the running process. Raises Killed."""
        self.running.bury()
        raise Killed

    def _schedule(self, process: Process, seconds: float) -> None:
        self._count += 1
        heapq.heappush(self._turns, (min(self.now + seconds, process.deadline), self._count, process))

    def _take_turn(self, process: Process) -> None:
        assert process.life is not None
        if process.life.dead:
            return
        if self.now >= process.deadline and not process.dead:
            self._running = process
            self.struck["time out"] += 1
            self.note("!! timed out")
            process.bury()
        self._running = process
        process.life.switch()

    def _live(self, process: Process, body: Callable[[], Any]) -> None:
        try:
            process.outcome = None if process.dead else body()
        except Exception as error:  # noqa: BLE001 - what a process dies of is its waiter's business
            process.error = error
        except Killed as killed:
            process.error = killed
        process.bury()
        for child in process.children:
            self._schedule(child, 0)  # so that it finds itself dead
        if process.waiting:
            self._schedule(process.waiting, 0)
        elif isinstance(process.error, Exception):
            self.crashes.append(process.error)
