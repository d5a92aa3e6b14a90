"""Our emulator: for the length of a ``with`` block, or until ``local down``.

A detached one is remembered in a state file. The file alone is never believed: the process has to answer with the
token that only it was given, so that neither a stale file nor a reused process id is ever trusted, or killed.
"""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import platformdirs
from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from handler.local import environment
from handler.local.server import Server, answers, free_port, is_alive, launch, stop

DEFAULT_PORT = 4566
SIGNALLED = 128  # a shell's exit status for a process that a signal ended, plus the signal

Announce = Callable[[str], None]


def home() -> Path:
    """Where the detached emulator's state, log and temporary files are."""
    return platformdirs.user_state_path("ticket-processor") / "local"


@contextmanager
def running(port: int = 0, log: Path | None = None, announce: Announce = lambda _: None) -> Iterator[Server]:
    """An emulator that lives as long as the block, and never longer than this process, however that ends.

    ``port`` 0 is a free one. Without ``log`` its output goes when it does. Raises what launch and installing do.
    """
    python = environment.python(announce)
    with _termination_unwinds(), _scratch() as scratch, _pipe() as leash:
        server = launch(python, port or free_port(), log or scratch / "emulator.log", scratch, leash)
        try:
            yield server
        finally:
            stop(server)


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ticket-processor-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _pipe() -> Iterator[int]:
    """The reading end of a pipe whose writing end closes with the block, or with the process."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(writing)
        os.close(reading)


@contextmanager
def _termination_unwinds() -> Iterator[None]:
    """SIGTERM and SIGHUP leave the block as an exception does, so that what was started is stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return
    untouched = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) is signal.SIG_DFL]  # not nohup's
    for number in untouched:
        signal.signal(number, _exit)
    try:
        yield
    finally:
        for number in untouched:
            signal.signal(number, signal.SIG_DFL)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(SIGNALLED + number)


def up(port: int = DEFAULT_PORT, folder: Path | None = None, announce: Announce = lambda _: None) -> Server:
    """The detached emulator: the one that runs, else a new one. Raises what launch and installing do."""
    python, folder = environment.python(announce), folder or home()
    with _alone(folder):
        server = find(folder)
        if server is None:
            server = launch(python, port or free_port(), folder / "emulator.log", _emptied(folder / "scratch"))
            (folder / "state.json").write_bytes(TypeAdapter(Server).dump_json(server))
    return server


def _alone(folder: Path) -> FileLock:
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "lock")


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def find(folder: Path | None = None) -> Server | None:
    """The detached emulator, if it runs and proves to be the one that was started."""
    try:
        server = TypeAdapter(Server).validate_json(((folder or home()) / "state.json").read_bytes())
    except (OSError, ValidationError):
        return None
    return server if is_alive(server.pid) and answers(server) else None


def down(folder: Path | None = None) -> Server | None:
    """Stops the detached emulator and forgets it; which one that was, or None. A stale file is just forgotten."""
    folder = folder or home()
    with _alone(folder):
        server = find(folder)
        if server is not None:
            stop(server)
        (folder / "state.json").unlink(missing_ok=True)
        shutil.rmtree(folder / "scratch", ignore_errors=True)
    return server
