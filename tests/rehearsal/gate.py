"""The way of the pods to AWS, which can be shut."""

import threading

from tests.soak.proxy import Odds


class Gate(Odds):
    """While ``down`` is set, every connection is cut before its request goes anywhere."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0)
        self.down = threading.Event()

    def draw(self) -> str:
        """Raises ConnectionAbortedError while it is down; nothing happens to a request otherwise."""
        if self.down.is_set():
            raise ConnectionAbortedError("out of reach")
        return super().draw()
