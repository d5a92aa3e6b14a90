"""The Deployment's part: so many pods, one more while one is replaced, and what becomes of a node's pods."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from tests.rehearsal.kubelet import TICK_SECONDS, Farewell, Pod, Sandbox
from tests.rehearsal.spec import Spec

PATIENCE = 180.0


class Fleet:
    """Pods of one spec, each in a sandbox that ``make`` makes."""

    def __init__(self, spec: Spec, make: Callable[[], Sandbox]) -> None:
        self.spec = spec
        self._make = make
        self.pods = [self._pod() for _ in range(spec.replicas)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pod in tuple(self.pods):
            pod.remove()

    def _pod(self) -> Pod:
        return Pod(self.spec, self._make())

    @property
    def ready(self) -> int:
        """How many pods are."""
        return sum(pod.ready for pod in self.pods)

    def await_ready(self) -> None:
        """All are. Raises TimeoutError."""
        until(lambda: self.ready == len(self.pods), "the pods are not ready")

    def rolled_out(self) -> list[Farewell]:
        """As by ``kubectl rollout restart``, one pod more at a time and none less; how the old ones went."""
        farewells: list[Farewell] = []
        leaving = [self._replaced(pod, farewells) for pod in tuple(self.pods)]
        for thread in leaving:
            thread.join()
        return farewells

    def _replaced(self, old: Pod, farewells: list[Farewell]) -> threading.Thread:
        new = self._pod()
        self.pods.append(new)
        until(lambda: new.ready, "a new pod is not ready")
        time.sleep(self.spec.min_ready_seconds)
        return self._taken(old, farewells, None)

    def evicted(self, pod: Pod, grace_seconds: float) -> Farewell:
        """As by ``kubectl drain``: another is started elsewhere at once. The budget lets one pod go at a time."""
        farewells: list[Farewell] = []
        thread = self._taken(pod, farewells, grace_seconds)
        self.pods.append(self._pod())
        thread.join()
        return farewells[0]

    def _taken(self, pod: Pod, farewells: list[Farewell], grace: float | None) -> threading.Thread:
        self.pods.remove(pod)
        thread = threading.Thread(target=lambda: farewells.append(pod.terminate(grace)))
        thread.start()
        return thread

    def stopped(self) -> list[Farewell]:
        """All at once, as by scaling to none."""
        farewells: list[Farewell] = []
        leaving = [self._taken(pod, farewells, None) for pod in tuple(self.pods)]
        for thread in leaving:
            thread.join()
        return farewells

    @contextmanager
    def counted(self) -> Iterator[list[int]]:
        """How many pods were ready, again and again, while the block runs."""
        seen, done = [self.ready], threading.Event()

        def look() -> None:
            while not done.wait(TICK_SECONDS):
                seen.append(self.ready)

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield seen
        finally:
            done.set()
            thread.join()


def until(true: Callable[[], bool], otherwise: str) -> float:
    """The seconds until it came true. Raises TimeoutError with ``otherwise``."""
    begun = time.monotonic()
    while not true():
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError(otherwise)
        time.sleep(TICK_SECONDS)
    return time.monotonic() - begun
