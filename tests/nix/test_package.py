"""The package, built by its own install phase and run. Only nixpkgs is a stub: the Python is the one of these tests."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from handler import __version__
from handler.inference.cpu import NEEDS, cpu_features
from handler.local.clients import Aws
from handler.local.resources import Resources
from tests.factories import ticket_fields
from tests.nix.evaluator import ROOT, Nix
from tests.nix.runtime_api import RuntimeApi
from tests.test_app import record

pytestmark = [
    pytest.mark.nix,
    pytest.mark.models,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the stub's builder is x86_64"),
]

RUNTIME_CLIENT = ROOT / ".venv-packaging/awslambdaric"
HERE = "generic"


@pytest.fixture(scope="module")
def built(nix: Nix) -> Path:
    """The generic package: its install check has run the command once already."""
    return nix.build("layers/nix/package.nix", f'{{ variant = "{HERE}"; }}')


def _command(built: Path, *arguments: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    command = [str(built / "bin/ticket-processor"), *arguments]
    environment = {**os.environ, "HOME": "/nonexistent", **variables}
    return subprocess.run(command, env=environment, cwd="/", input=given, capture_output=True, text=True, check=False)


def test_the_command_runs_from_the_package(built: Path) -> None:
    """The code that lies in it, not the one of this working tree, which the tests' Python has too."""
    done = _command(built, "--version")
    assert (f"ticket-processor {__version__}\n", "") == (done.stdout, done.stderr)
    done = _command(built, "enrich", "-", given=json.dumps({"ticket_id": 7}), PYTHONVERBOSE="1")
    assert f"{built}/lib/python3.13/site-packages/handler/settings.py" in done.stderr
    assert f"{ROOT}/handler" not in done.stderr


def test_the_package_holds_the_code_and_no_leftovers(built: Path) -> None:
    """Every file of handler/ that git knows, the licence, and nothing of tests or caches."""
    listed = subprocess.run(["git", "ls-files", "handler"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    packaged = built / "lib/python3.13/site-packages"
    found = {str(file.relative_to(packaged)) for file in packaged.rglob("*") if file.is_file()}
    assert set(listed.split()) == found
    assert (built / "share/doc/ticket-processor/LICENSE").is_file()


def test_the_command_enriches_a_ticket(built: Path) -> None:
    """With the models that lie in the package: they were converted when it was built."""
    done = _command(built, "enrich", "-", given=json.dumps(ticket_fields("T-1")))
    enriched = json.loads(done.stdout)
    assert ("complete", 384) == (enriched["enrichment"]["status"], len(enriched["enrichment"]["embedding"]))


def test_a_package_for_another_processor_says_so_in_one_line(nix: Nix) -> None:
    """Whatever the environment claims: the variant is the package's own."""
    if NEEDS["avx512"] <= cpu_features():
        pytest.skip("this processor has what every variant for x86 needs: there is none that it could refuse")
    other = nix.build("layers/nix/package.nix", '{ variant = "avx512"; }')
    done = _command(other, "--version", TICKETS_CPU_VARIANT="generic")
    assert 2 == done.returncode
    assert 1 == len(done.stderr.splitlines())
    assert "TICKETS_CPU_VARIANT=avx512, but this processor lacks" in done.stderr


@contextmanager
def _function(built: Path, api: RuntimeApi, settings: Mapping[str, str]) -> Iterator[None]:
    """The function's program, as Lambda starts it, in an environment that says no more than Lambda's."""
    if not RUNTIME_CLIENT.is_dir():
        pytest.fail("the runtime client is not here: run these tests with `make nix`")
    variables = {
        **settings,
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_NAME": "ticket-processor",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
        "PYTHONPATH": str(RUNTIME_CLIENT),
        "POWERTOOLS_TRACE_DISABLED": "1",
    }
    command = [str(built / "bin/ticket-processor-lambda"), "handler.entry.lambda_handler"]
    process = subprocess.Popen(command, env=variables, cwd="/")
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _event(*bodies: object) -> dict[str, Any]:
    return {"Records": [record(body, f"m-{number}") for number, body in enumerate(bodies)]}


def test_the_functions_program_enriches_a_ticket(built: Path, aws: Aws, resources: Resources) -> None:
    """The true runtime client, the true handler, a Runtime API: what is stored is what was sent."""
    settings = resources.settings() | aws.endpoint.environment()
    with RuntimeApi(_event(ticket_fields("T-1"))) as api, _function(built, api, settings):
        assert ("response", {"batchItemFailures": []}) == api.answer()
    rows = aws.dynamodb.scan(TableName=resources.names.table)["Items"]
    assert [("T-1", "complete")] == [(row["ticket_id"]["S"], row["status"]["S"]) for row in rows]


def test_the_functions_program_answers_an_error_with_an_error(built: Path, aws: Aws, resources: Resources) -> None:
    """Where the handler raises, the runtime client posts that; the batch comes back."""
    settings = resources.settings() | aws.endpoint.environment()
    with RuntimeApi({"Records": []}) as api, _function(built, api, settings):
        word, answer = api.answer()
    assert ("error", "ValueError") == (word, answer["errorType"])
