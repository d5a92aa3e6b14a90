"""The image's entry point: what it lacks is one line, and it imports nothing of ours before the client does."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
START = "import sys; sys.argv[0] = 'ticket-processor-lambda'\nfrom handler.runtime import main; main()"


def started(script: str, *arguments: str, **variables: str) -> tuple[int, list[str]]:
    """Exit code and lines of a process."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/nowhere", **variables}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout.splitlines()


def test_where_there_is_no_lambda_it_becomes_the_emulator(tmp_path: Path) -> None:
    """With itself and the handler as what the emulator starts."""
    program = tmp_path / "aws-lambda-rie"
    program.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), "/bin", "/usr/bin"])
    assert (0, ["ticket-processor-lambda handler.entry.lambda_handler"]) == started(START, PATH=path)
    assert (0, ["ticket-processor-lambda another.handler"]) == started(START, "another.handler", PATH=path)


def test_without_lambda_and_emulator_it_says_so() -> None:
    code, lines = started(START)
    assert (2, 1) == (code, len(lines))
    assert "AWS_LAMBDA_RUNTIME_API is not set" in lines[0]


def test_without_the_runtime_client_it_names_the_extra() -> None:
    hidden = f"import sys; sys.modules['awslambdaric'] = None\n{START}"
    code, lines = started(hidden, AWS_LAMBDA_RUNTIME_API="127.0.0.1:1")
    assert (2, ["ticket-processor-lambda: Lambda's runtime client is missing: install ticket-processor[lambda]"]) == (
        code,
        lines,
    )


def test_it_imports_nothing_of_ours() -> None:
    """So that what keeps the handler from loading is told to Lambda by the client."""
    script = "import sys, handler.runtime; print(sorted(name for name in sys.modules if name.startswith('handler')))"
    assert (0, ["['handler', 'handler.runtime']"]) == started(script)
