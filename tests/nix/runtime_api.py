"""Lambda's Runtime API, as far as the runtime client needs it: it hands out one event and keeps the answer.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECONDS = 60
ARN = "arn:aws:lambda:us-east-1:000000000000:function:ticket-processor"


class RuntimeApi:
    """Serves one invocation; ``answer`` is where it was posted to, and what."""

    def __init__(self, event: object) -> None:
        self._answered = threading.Event()
        self._answers: list[tuple[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, json.dumps(event).encode()))
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API is set to."""
        return f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "RuntimeApi":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self) -> tuple[str, Any]:
        """The last word of the path, response or error, and the JSON that came with it."""
        assert self._answered.wait(SECONDS), "the function never answered"
        return self._answers[0]

    def take(self, path: str, body: bytes) -> None:
        self._answers.append((path.rsplit("/", 1)[-1], json.loads(body)))
        self._answered.set()


def _handler(api: RuntimeApi, event: bytes) -> type[BaseHTTPRequestHandler]:
    invocations = iter([event])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = next(invocations, None)
            if body is None:
                time.sleep(SECONDS)  # there is no second event: the client waits, as on Lambda
                return
            self.send_response(200)
            deadline = int((time.time() + SECONDS) * 1000)
            headers = {
                "Lambda-Runtime-Aws-Request-Id": "r-1",
                "Lambda-Runtime-Deadline-Ms": str(deadline),
                "Lambda-Runtime-Invoked-Function-Arn": ARN,
                "Content-Type": "application/json",  # without it awslambdaric 4.2.2 dies
                "Content-Length": str(len(body)),
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            api.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            pass

    return Handler
