"""Why a function cannot start: one line, before whatever the runtime prints, that names the setting or file."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from handler import app, bootstrap, profiles
from handler.domain.errors import ModelUnavailable
from handler.service.core import Ports
from handler.settings import Settings
from handler.sqs.envelope import Envelope
from handler.storage.memory import MemoryDeadLetters, MemorySource, MemoryStore
from tests.factories import RAW_BUCKET, ticket_fields
from tests.test_app import Context, record

ROOT = Path(__file__).parents[1]
FIRST_MESSAGE = """
from handler import entry
from tests.test_app import Context, record
entry.lambda_handler({"Records": [record("{")]}, Context())
"""
START = "import handler.entry"
GOOD = {
    "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_TRACE_DISABLED": "1",
    "TICKETS_RAW_BUCKET": RAW_BUCKET,
    "TICKETS_ENRICHED_BUCKET": "tickets-enriched",
    "TICKETS_TABLE": "tickets",
    "TICKETS_DLQ_URL": "http://127.0.0.1:1/000000000000/ticket-processing-dlq",
}
PROVISIONED = {"AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency"}
ANOTHER_CPU = "arm64" if platform.machine().lower() in {"x86_64", "amd64"} else "avx2"


def output(script: str, **variables: str) -> list[str]:
    """What a function that ends in an error prints, in order, to either stream."""
    environment = {name: value for name, value in {**os.environ, **GOOD, **variables}.items() if value}
    command = [sys.executable, "-u", "-c", script]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert 1 == done.returncode, done.stdout
    return done.stdout.splitlines()


def told(lines: list[str]) -> str:
    """The one line that is ours: the first, with Python's traceback after it."""
    assert lines[1].startswith("Traceback"), lines
    return lines[0]


BAD = {
    "wrong processor": ({"TICKETS_CPU_VARIANT": ANOTHER_CPU}, f"TICKETS_CPU_VARIANT={ANOTHER_CPU}, but this is"),
    "bad value": ({"TICKETS_PROFILE": "huge"}, "TICKETS_PROFILE: Input should be 'fast' or 'full'"),
    "missing": ({"TICKETS_TABLE": "", "TICKETS_DLQ_URL": ""}, "TICKETS_TABLE: Field required; TICKETS_DLQ_URL: Field"),
    "no such home": (
        {"TICKETS_MODEL_DIR": "~nobody-at-all/x"},
        "TICKETS_MODEL_DIR: names the home directory of nobody",
    ),
    "no taxonomy": ({"TICKETS_TAXONOMY": "/nowhere/mine.toml"}, "TICKETS_TAXONOMY: /nowhere/mine.toml: cannot be read"),
    "broken taxonomy": ({"TICKETS_TAXONOMY": str(ROOT / "README.md")}, "TICKETS_TAXONOMY: README.md: is not TOML"),
    "bad endpoint": ({"AWS_ENDPOINT_URL": "nowhere"}, "Invalid endpoint: nowhere (to be mended: AWS_ENDPOINT_URL"),
    "no region": ({"AWS_DEFAULT_REGION": ""}, "NoRegionError (to be mended: set AWS_DEFAULT_REGION)"),
}


@pytest.mark.parametrize("script", [START, FIRST_MESSAGE], ids=["provisioned", "on demand"])
@pytest.mark.parametrize("name", BAD)
def test_what_keeps_the_function_from_starting_is_one_line(name: str, script: str) -> None:
    """It raises, so that the messages stay on the queue; the line needs no traceback to be understood."""
    variables, said = BAD[name]
    assert said in told(output(script, **variables, **(PROVISIONED if script == START else {})))


def test_a_missing_model_stops_provisioned_concurrency(tmp_path: Path) -> None:
    """And the line names the folder and the command that mends it."""
    line = told(output(START, **PROVISIONED, TICKETS_MODEL_DIR=str(tmp_path)))
    assert str(tmp_path / "converted") in line
    assert "run 'ticket-processor models fetch --profile fast'" in line


def test_a_lock_of_models_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """It is read before any model."""
    (tmp_path / "models.lock.toml").write_text("models = 1", encoding="utf-8")
    assert str(tmp_path / "models.lock.toml") in told(output(FIRST_MESSAGE, TICKETS_MODEL_DIR=str(tmp_path)))


def test_on_demand_nothing_is_looked_at_before_the_first_message() -> None:
    """A function that is never called costs nothing, and fails with a request id."""
    environment = {**os.environ, **GOOD, "TICKETS_PROFILE": "huge"}
    command = [sys.executable, "-c", START]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.usefixtures("deployed_process")
def test_a_missing_model_on_demand_is_one_line_for_the_whole_batch(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No record is to blame, and every one of them stays."""
    settings = Settings(model_dir=tmp_path)
    ports = Ports(Envelope(RAW_BUCKET), MemorySource(), MemoryStore(), MemoryDeadLetters())
    service = bootstrap.build(settings, ports, models=profiles.models_of(settings))
    monkeypatch.setattr(bootstrap, "deployed_service", lambda: service)
    records = [record(ticket_fields(f"T-{i}"), f"m-{i}") for i in range(10)]
    with pytest.raises(ModelUnavailable):
        app.lambda_handler({"Records": records}, Context())  # type: ignore[arg-type]
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "ModelUnavailable" in line]
    assert "is missing: run 'ticket-processor models fetch --profile fast'" in line
    assert '"records":10' in line


def test_numpy_has_one_thread() -> None:
    """Two that wait for each other took ten times as long where others wanted the processors, too."""
    script = (
        "import os, sys\nfrom handler import entry\nsys.argv = ['ticket-processor', '--help']\n"
        "try: entry.main()\nexcept SystemExit: pass\n"
        "import numpy\nprint(len(os.listdir('/proc/self/task')), file=sys.stderr)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "1" == done.stderr.strip()
