"""The commands: data on stdout, everything else on stderr, and an exit code that says what to do."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from handler.local import commands
from handler.local import emulator as local_emulator
from handler.local.server import free_port, is_alive

app = typer.Typer()
app.add_typer(commands.app, name="local")
app.command()(commands.demo)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user who has never run anything; whatever the test starts is stopped."""
    monkeypatch.setattr(local_emulator, "home", lambda: tmp_path)
    yield tmp_path
    local_emulator.down(tmp_path)


@pytest.mark.emulator
def test_from_up_to_down(home: Path) -> None:
    address = _run("local", "up", "--port", "0").stdout
    settings = json.loads(_run("local", "setup", "--json").stdout)
    assert settings["AWS_ENDPOINT_URL"] == address.strip()
    assert len(json.loads(_run("local", "seed", "--json").stdout)) == 28
    state = json.loads(_run("local", "status", "--json").stdout)
    assert (state["endpoint"], state["tickets-raw"], "token" in state) == (address.strip(), 26, False)
    assert "tickets-raw" in _run("local", "logs").stdout
    assert _run("local", "reset").exit_code == 0
    assert json.loads(_run("local", "status", "--json").stdout)["tickets-raw"] is None
    assert _run("local", "down").exit_code == 0
    assert not is_alive(state["pid"])
    assert json.loads(_run("local", "status", "--json").stdout) == {"running": False}


@pytest.mark.parametrize("command", [("local", "setup"), ("local", "seed"), ("local", "reset")])
def test_without_a_local_aws_the_way_to_one_is_shown(home: Path, command: tuple[str, ...]) -> None:
    result = _run(*command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ticket-processor local up" in result.stderr


@pytest.mark.parametrize("command", ["demo", "local up", "local setup", "local seed", "local status", "local reset"])
def test_an_endpoint_elsewhere_is_refused_by_every_command(
    home: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is started or sent."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://sqs.eu-west-1.amazonaws.com")
    result = _run(*command.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--endpoint-is-disposable" in result.stderr


@pytest.mark.parametrize("command", ["demo", "local setup"])
def test_one_services_endpoint_elsewhere_is_refused_too(
    home: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the demo starts nothing first."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://dynamodb.example.com")
    monkeypatch.setattr(local_emulator, "running", pytest.fail)
    assert _run(*command.split()).exit_code == 2


def test_an_endpoint_that_does_not_answer_is_for_later(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    result = _run("local", "status")
    assert (result.exit_code, result.stdout) == (75, "")
    assert "does not answer" in result.stderr


def test_a_users_own_endpoint_means_that_nothing_is_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    result = _run("local", "up")
    assert (result.exit_code, result.stdout) == (0, "http://localhost:4566\n")
    assert local_emulator.find() is None


@pytest.mark.emulator
@pytest.mark.parametrize("command", ["demo", "local up"])
def test_a_taken_port_is_one_message(home: Path, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        result = _run(*command.split(), "--port", str(other.getsockname()[1]))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "choose another port" in result.stderr


def test_logs_before_any_up_say_so(home: Path) -> None:
    assert _run("local", "logs").exit_code == 2
