"""Whether the worker lives and is ready, over HTTP, for Kubernetes' probes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STUCK_SECONDS = 300.0  # several times what a poll, a batch and a pause in an outage take together


class Vital:
    """What the probes ask, of ``loops`` loops. It starts alive, and not ready."""

    def __init__(self, loops: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen_at = [clock()] * loops
        self.ready = False

    def seen(self, loop: int = 0) -> None:
        """The loop of that number has shown a sign of life."""
        self._seen_at[loop] = self._clock()

    @property
    def alive(self) -> bool:
        """False once a loop has been stuck for too long: nothing but a restart helps then."""
        return self._clock() - min(self._seen_at) < STUCK_SECONDS


@contextmanager
def served(vital: Vital, address: str, port: int) -> Iterator[int]:
    """Answers ``/health`` and ``/ready`` with 200 or 503 while the block runs; the port. Raises OSError."""
    answers: dict[str, Callable[[], bool]] = {"/health": lambda: vital.alive, "/ready": lambda: vital.ready}

    class Probe(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path.partition("?")[0])
            status = HTTPStatus.NOT_FOUND if answer is None else _status(well=answer())
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

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


def _status(*, well: bool) -> HTTPStatus:
    return HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
