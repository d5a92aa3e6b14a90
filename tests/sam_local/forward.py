"""The local AWS listens on loopback alone. This lets containers in, on the address that they know this machine by."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.sam_local.engine import refuse

PIECE = 65_536


@contextmanager
def forwarded(address: str, port: int) -> Iterator[int]:
    """The port of ``address`` whose connections are passed on to ``port`` of loopback, until the block ends."""

    class Passing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as onward:
                for side in (onward, self.request):  # a request's head and body come apart; the second must not wait
                    side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                back = threading.Thread(target=_pass, args=(onward, self.request), daemon=True)
                back.start()
                _pass(self.request, onward)
                back.join()

    try:
        server = socketserver.ThreadingTCPServer((address, 0), Passing)
    except OSError as error:
        refuse(f"{address}, where containers look for this machine, cannot be listened on: {error.strerror}")
    server.daemon_threads = True
    server.block_on_close = False  # a connection that is kept open must not keep us
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


def _pass(one: socket.socket, other: socket.socket) -> None:
    """What ``one`` says, until it has no more to say."""
    with suppress(OSError):  # whoever hung up has heard enough
        while piece := one.recv(PIECE):
            other.sendall(piece)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
