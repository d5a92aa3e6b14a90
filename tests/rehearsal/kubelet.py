"""A small stand-in for the kubelet: it starts a pod's container, asks its probes, restarts it and takes it away.

It does what docs of Kubernetes say of a pod with one container: a startup probe first, then readiness and liveness by
their periods; a container that ends or is not alive is started again; a stop is preStop, SIGTERM, grace, SIGKILL.
"""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from tests.rehearsal.spec import Probe, Spec

TICK_SECONDS = 0.1
KILLED = 137  # 128 + SIGKILL


class Sandbox(Protocol):
    """What a container runs in."""

    def start(self) -> None:
        """A new one, in place of any before it."""

    def status(self, port: str, path: str, timeout: float) -> int:
        """The status of an answer. Raises OSError."""

    def terminate(self) -> None:
        """Sends SIGTERM."""

    def kill(self) -> None:
        """Sends SIGKILL."""

    def exit_code(self) -> int | None:
        """None while it runs."""

    def starve(self) -> None:
        """Has it killed for want of memory, as far as that can be had."""

    def remove(self) -> None:
        """Nothing is left of it."""


@dataclass(frozen=True)
class Farewell:
    """How a pod went: seconds from SIGTERM to its end, and the exit code, 137 if it had to be killed."""

    seconds: float
    code: int


class Pod:
    """A pod that runs from now on until it is terminated.

    ``exits`` are the codes of containers that ended of themselves, ``starts`` when each was started, and ``turns`` when
    the pod became ready or ceased to be, by the monotonic clock.
    """

    def __init__(self, spec: Spec, sandbox: Sandbox) -> None:
        self.spec, self.sandbox = spec, sandbox
        self.ready = False
        self.exits: list[int] = []
        self.starts: list[float] = []
        self.turns: list[tuple[float, bool]] = []
        self._leaving = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def terminate(self, grace_seconds: float | None = None) -> Farewell:
        """As by ``kubectl delete pod``. The grace includes preStop."""
        grace = self.spec.grace_seconds if grace_seconds is None else grace_seconds
        self._leaving.set()
        self._keeper.join()
        time.sleep(self.spec.pre_stop_seconds)
        begun = time.monotonic()
        self.sandbox.terminate()
        code = self._ended(begun + grace - self.spec.pre_stop_seconds)
        farewell = Farewell(time.monotonic() - begun, code)
        self.sandbox.remove()
        return farewell

    def remove(self) -> None:
        """At once, and nobody is asked."""
        self._leaving.set()
        self._keeper.join()
        self.sandbox.remove()

    def _ended(self, deadline: float) -> int:
        while time.monotonic() < deadline:
            if (code := self.sandbox.exit_code()) is not None:
                return code
            time.sleep(TICK_SECONDS)
        self.sandbox.kill()
        return KILLED

    def _keep(self) -> None:
        """Starts it, and again whenever it ends. Kubernetes waits before the second time on; once is enough here."""
        while not self._leaving.is_set():
            self.starts.append(time.monotonic())
            self.sandbox.start()
            if self._starts():
                self._watch()
            self._turn(ready=False)
            if not self._leaving.is_set():
                self.exits.append(self._code())

    def _code(self) -> int:
        code = self.sandbox.exit_code()
        if code is None:
            self.sandbox.kill()
        return KILLED if code is None else code

    def _starts(self) -> bool:
        """Whether the startup probe was answered before it had failed too often."""
        probe = self.spec.probes["startup"]
        for _ in range(probe.failures):
            if self._asked(probe):
                return True
            if self._over(probe.period):
                return False
        return False

    def _watch(self) -> None:
        """Until it ends, is to go, or is found dead."""
        probes = {kind: self.spec.probes[kind] for kind in ("readiness", "liveness")}
        due, failed = dict.fromkeys(probes, 0.0), dict.fromkeys(probes, 0)
        while failed["liveness"] < probes["liveness"].failures and not self._over(TICK_SECONDS):
            for kind, probe in probes.items():
                if time.monotonic() >= due[kind]:
                    due[kind] = time.monotonic() + probe.period
                    failed[kind] = 0 if self._asked(probe) else failed[kind] + 1
            if not 0 < failed["readiness"] < probes["readiness"].failures:
                self._turn(ready=not failed["readiness"])

    def _turn(self, *, ready: bool) -> None:
        if ready != self.ready:
            self.turns.append((time.monotonic(), ready))
        self.ready = ready

    def _over(self, seconds: float) -> bool:
        """Whether it has ended, or is to go, within that time."""
        return self._leaving.wait(seconds) or self.sandbox.exit_code() is not None

    def _asked(self, probe: Probe) -> bool:
        with suppress(OSError):
            return self.sandbox.status(probe.port, probe.path, probe.timeout) == HTTPStatus.OK
        return False
