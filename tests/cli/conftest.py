"""An operator at a terminal that is none: commands run in this process, against the session's local AWS."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import boto3
import pytest

from handler import cli
from handler.local.resources import Resources
from handler.local.server import Server


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


Operator = Callable[..., Answer]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    """Runs ``ticket-processor`` with arguments."""

    def run(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["ticket-processor", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return Answer(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 as a process finds it that was just started, with the emulator's public credentials."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def operator(
    command: Operator, emulator: Server, resources: Resources, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> Operator:
    """As ``command``, in an environment whose resources are there."""
    for name, value in {**resources.settings(), "AWS_ENDPOINT_URL": emulator.endpoint}.items():
        monkeypatch.setenv(name, value)
    return command
