"""Who consumes: worker processes, and the functions that the emulator starts; and who kills them."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from handler.local.server import free_port

COMMAND = str(Path(sys.executable).with_name("ticket-processor"))


class Worker:
    """A worker that is started again when it was killed. Its logs are kept."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment = environment
        self.log = log
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        ports = {f"TICKETS_{name}_PORT": str(free_port()) for name in ("HEALTH", "METRICS")}
        with self.log.open("ab") as output:
            return subprocess.Popen([COMMAND, "worker"], env=self.environment | ports, stdout=output, stderr=output)

    def kill(self) -> None:
        """As the machine would: nothing is finished, nothing given back."""
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def stop(self) -> float:
        """By SIGTERM; the seconds that it took. Raises if it did not end well."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            raise RuntimeError(f"a worker ended with {self.process.returncode}")
        return time.monotonic() - started

    def counts(self) -> Counter[str]:
        """Records by what became of them, from its log."""
        found: Counter[str] = Counter()
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError):
                found.update(json.loads(line).get("records", {}) if "batch processed" in line else {})
        return found


def functions(emulator_pid: int) -> list[int]:
    """The processes in which the emulator runs functions: its children."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == emulator_pid:
                found.append(int(folder.name))
    return found


@contextmanager
def killing(workers: list[Worker], emulator_pid: int, every_seconds: float, seed: int) -> Iterator[Counter[str]]:
    """While the block runs, now and then one of all consumers is killed; how many were."""
    chance, done, killed = random.Random(seed), threading.Event(), Counter[str]()  # noqa: S311 - chance

    def loop() -> None:
        while not done.wait(chance.uniform(0.5, 1.5) * every_seconds):
            victims: list[Worker | int] = [*workers, *functions(emulator_pid)]
            victim = chance.choice(victims)
            if isinstance(victim, Worker):
                victim.kill()
                killed["worker"] += 1
            else:
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    killed["function"] += 1

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()
