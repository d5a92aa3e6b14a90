"""Runs the emulator for as long as the process that started it lives.

The emulator's own Python runs this file as a script, without this package. Its standard input is a pipe whose other
end only that process holds: the pipe ends when the process does, even when it is killed and can clean nothing up.
"""

import os
import shutil
import signal
import sys
import threading

orphaned = threading.Event()


def _follow() -> None:
    while os.read(0, 1):  # not sys.stdin: a thread that waits in it cannot be left behind when Python ends
        pass
    orphaned.set()
    os.killpg(0, signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_follow, daemon=True).start()
    from ministack.app import main  # type: ignore[import-not-found,unused-ignore]  # another environment's

    sys.argv = ["ministack"]
    try:
        main()
    finally:
        if orphaned.is_set():  # nobody else is left to do it
            shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
