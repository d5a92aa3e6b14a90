"""A proxy in front of the local AWS that delays answers, refuses requests, and loses answers to what was done."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import SplitResult, urlsplit

HOST = "127.0.0.1"
SLOWEST_SECONDS = 1.5
OURS = {"connection", "transfer-encoding", "keep-alive", "content-length"}  # headers that the proxy sets itself


class Odds:
    """How likely each fault is for a request; ``struck`` counts them. None strikes once it is ``healed``."""

    def __init__(self, refuse: float = 0.02, lose: float = 0.02, delay: float = 0.03, seed: int = 0) -> None:
        self.rates = {"refused": refuse, "answer lost": lose, "delayed": delay}
        self.struck: Counter[str] = Counter()
        self.requests = 0
        self.healed = False
        self.chance = random.Random(seed)  # noqa: S311 - chance, no secret

    def draw(self) -> str:
        """What happens to the next request; nothing mostly."""
        self.requests += 1
        number = 1.0 if self.healed else self.chance.random()
        for fault, rate in self.rates.items():
            if number < rate:
                self.struck[fault] += 1
                return fault
            number -= rate
        return ""


class Proxy(BaseHTTPRequestHandler):
    """One connection of a client. ``odds`` and ``upstream`` are set by ``between``."""

    protocol_version = "HTTP/1.1"
    odds: Odds
    upstream: SplitResult

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.odds.draw()
        if fault == "refused":
            self._say(503, {}, b"")
            return
        if fault == "delayed":
            time.sleep(self.odds.chance.uniform(0.1, SLOWEST_SECONDS))
        answer = self._forward(body)
        if fault == "answer lost":
            self.close_connection = True
            self.connection.close()
        else:
            self._say(*answer)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815 - the names that http.server looks for

    def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        with closing(http.client.HTTPConnection(HOST, self.upstream.port, timeout=60)) as connection:
            connection.request(self.command, self.path, body, dict(self.headers.items()))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        length = {name.lower(): value for name, value in headers.items()}.get("content-length", "0")
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in OURS:
                self.send_header(name, value)
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """What strikes is counted."""


class Server(ThreadingHTTPServer):
    """One thread a connection."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A connection that broke is what this is about, and clients are killed."""


@contextmanager
def between(upstream: str, odds: Odds) -> Iterator[str]:
    """The address of a proxy to ``upstream``, while the block runs."""
    handler = type("Handler", (Proxy,), {"odds": odds, "upstream": urlsplit(upstream)})
    with Server((HOST, 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
