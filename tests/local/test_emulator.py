"""Our emulator starts, is known again, and is gone afterwards, with its children."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from handler.local import emulator as local_emulator
from handler.local import function, server
from handler.local.clients import connect
from handler.local.endpoint import Endpoint
from handler.local.failures import PortTaken, StartFailed
from handler.local.server import Server, answers, free_port, is_alive, launch

pytestmark = pytest.mark.emulator

CODE = "def lambda_handler(event, context):\n    return {'batchItemFailures': []}\n"


FULL = '{"pid": 1, "port": 1, "token": "t", "log": "l", "started_at": "s"}'


def _comes_true(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    found = [Path(path).read_text().split() for path in listed.parent.parent.glob("*/children")]
    return [int(child) for children in found for child in children]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    local_emulator.down(tmp_path)


def test_it_listens_on_loopback_and_is_gone_afterwards() -> None:
    with local_emulator.running() as started:
        assert (answers(started), _listens(started.port)) == (True, True)
    assert (is_alive(started.pid), _listens(started.port)) == (False, False)
    assert not Path(started.log).parent.exists()


def test_an_exception_in_the_block_stops_it() -> None:
    with pytest.raises(KeyboardInterrupt), local_emulator.running() as started:
        raise KeyboardInterrupt
    assert not is_alive(started.pid)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds the children in /proc")
def test_its_function_workers_end_with_it(tmp_path: Path) -> None:
    """A worker is a process of its own, with the models in its memory."""
    (tmp_path / "stub").mkdir()
    (tmp_path / "stub" / "__init__.py").write_text(CODE)
    with local_emulator.running() as started:
        aws = connect(Endpoint(started.endpoint))
        aws.functions.create_function(
            FunctionName="f",
            Role=function.ROLE,
            Runtime="python3.11",
            Handler="stub.lambda_handler",
            Code={"ZipFile": function.package(tmp_path / "stub")},
        )
        aws.functions.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 1})
        aws.functions.invoke(FunctionName="f", Payload=b"{}")
        workers = _children(started.pid)
        assert workers
    assert _comes_true(lambda: not any(map(is_alive, workers)))


def test_a_process_that_does_not_end_when_asked_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its children: the shell here has one, and both ignore SIGTERM."""
    monkeypatch.setattr(server, "STOP_SECONDS", 0.2)
    stubborn = ["/bin/sh", "-c", "trap '' TERM; sleep 60 & echo $!; wait"]
    with subprocess.Popen(stubborn, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        server.stop(Server(process.pid, 1, "token", "log", "now"))
    assert _comes_true(lambda: not is_alive(child))


STARTS_AND_WAITS = """
import time
from handler.local import emulator
with emulator.running() as started:
    print(started.pid, started.port, started.log, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [15, 9], ids=["SIGTERM", "SIGKILL"])
def test_it_does_not_outlive_the_process_that_started_it(number: int) -> None:
    """Not even one that was killed and could clean nothing up."""
    command = [sys.executable, "-c", STARTS_AND_WAITS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid, port, log = starter.stdout.readline().split()
        assert _listens(int(port))
        starter.send_signal(number)
    assert starter.returncode == (143 if number == 15 else -9)
    assert _comes_true(lambda: not is_alive(int(pid)) and not _listens(int(port)))
    assert not Path(log).parent.exists()


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port} .*--port 0"), local_emulator.running(port):
            pass


def test_an_emulator_that_dies_shows_its_log(tmp_path: Path) -> None:
    """And where the whole of it is."""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such module >&2\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(StartFailed, match=r"status 3.*emulator\.log(.|\n)*no such module"):
        launch(broken, free_port(), tmp_path / "emulator.log", tmp_path)


def test_up_twice_is_one_emulator_and_down_ends_it(folder: Path) -> None:
    first = local_emulator.up(0, folder)
    assert local_emulator.up(0, folder) == first == local_emulator.find(folder)
    assert local_emulator.down(folder) == first
    assert (local_emulator.find(folder), is_alive(first.pid), _listens(first.port)) == (None, False, False)
    assert local_emulator.down(folder) is None


def _remember(folder: Path, server: Server) -> None:
    (folder / "state.json").write_text(json.dumps(asdict(server)))


def test_a_stale_state_file_is_neither_trusted_nor_killed(folder: Path, emulator: Server) -> None:
    """Its process id may be anybody's by now: here, this test's own, and an emulator's that somebody else started."""
    for stale in (replace(emulator, pid=os.getpid(), port=free_port()), replace(emulator, token="another")):
        _remember(folder, stale)
        assert (local_emulator.find(folder), local_emulator.down(folder)) == (None, None)
        assert not (folder / "state.json").exists()
    assert answers(emulator)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"pid": 1}', b"\xff", FULL.replace("1", '"x"', 1)])
def test_a_damaged_state_file_is_no_emulator(folder: Path, text: str | bytes) -> None:
    (folder / "state.json").write_bytes(text.encode() if isinstance(text, str) else text)
    assert local_emulator.find(folder) is None
