"""Whether the worker lives and is ready, over HTTP, for Kubernetes' probes; and why it is not ready, for a person."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STUCK_SECONDS = 300.0  # several times what a poll, a batch and a pause in an outage take together


ALL = -1  # no loop's number: what hinders the whole worker
STARTING = "starting: the models are being loaded"


class Vital:
    """What the probes ask, of ``loops`` loops. It starts alive, and not ready."""

    def __init__(self, loops: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen_at = [clock()] * loops
        self._hindrances = {ALL: STARTING}

    def seen(self, loop: int = ALL) -> None:
        """The loop of that number has shown a sign of life, or the worker before it has loops."""
        if loop == ALL:
            self._seen_at = [self._clock()] * len(self._seen_at)
        else:
            self._seen_at[loop] = self._clock()

    def hindered(self, reason: str, loop: int = ALL) -> bool:
        """It is not ready for that reason, in one line. Returns whether that is news."""
        said, self._hindrances[loop] = self._hindrances.get(loop), " ".join(reason.split())
        return said != self._hindrances[loop]

    def fit(self, loop: int = ALL) -> None:
        """What hindered that loop, or the worker, does so no more."""
        self._hindrances.pop(loop, None)

    @property
    def hindrance(self) -> str:
        """Why it is not ready; empty if it is."""
        return "; ".join(dict.fromkeys(tuple(self._hindrances.values())))

    @property
    def alive(self) -> bool:
        """False once a loop has been stuck for too long: nothing but a restart helps then."""
        return self.silence < STUCK_SECONDS

    @property
    def silence(self) -> float:
        """Seconds since the last sign of life of the loop that has been quiet for longest."""
        return self._clock() - min(self._seen_at)


@contextmanager
def served(vital: Vital, address: str, port: int) -> Iterator[int]:
    """Answers ``/health`` and ``/ready`` with 200 or 503 while the block runs; the port. Raises OSError."""
    answers: dict[str, Callable[[], str]] = {
        "/health": lambda: "" if vital.alive else "stuck",
        "/ready": lambda: vital.hindrance,
    }

    class Probe(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path.partition("?")[0])
            wrong = answer() if answer else "no such path"
            body = f"{wrong}\n".encode(errors="replace") if wrong else b""
            self.send_response(_status(wrong=wrong) if answer else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """A probe every few seconds is nothing to log."""

    with ThreadingHTTPServer((address, port), Probe) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, name="health", daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _status(*, wrong: str) -> HTTPStatus:
    return HTTPStatus.SERVICE_UNAVAILABLE if wrong else HTTPStatus.OK
