"""``python -m tests.rie FOLDER``: FOLDER holds aws-lambda-rie-*, as sam's wheel brings it. Exit code 1 if one fails."""

import importlib.util
import os
import sys
import tempfile
from pathlib import Path

from handler.inference.artifacts import default_root
from handler.local import clients, emulator, function, resources
from handler.local.endpoint import Endpoint
from tests.rie.checks import CHECKS, Field
from tests.rie.emulator import ROOT, binary


def main(folder: Path) -> None:
    """Runs every check against one local AWS."""
    program = binary(folder)
    if importlib.util.find_spec("awslambdaric") is None:
        raise SystemExit("awslambdaric is not installed: `make rie` does that")
    with tempfile.TemporaryDirectory(prefix="rie-") as scratch, emulator.running() as server:
        aws = clients.connect(Endpoint(server.endpoint, ours=True))
        made = resources.create(aws)
        models = Path(os.environ.get("TICKETS_MODEL_DIR") or default_root())
        variables = {
            **function.environment(aws, made, models),
            "PYTHONPATH": ":".join([str(ROOT), *filter(None, map(_absolute, sys.path))]),
            "AWS_LAMBDA_FUNCTION_NAME": "ticket-processor",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.MEMORY_MB),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.TIMEOUT_SECONDS),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": clients.REGION,
        }
        for check in CHECKS:
            check(Field(program, aws, made, variables, Path(scratch)))


def _absolute(entry: str) -> str:
    """Where the runtime client is, and this environment; not the standard library, which Python finds itself."""
    return str(Path(entry).resolve()) if entry.endswith("site-packages") or "client" in Path(entry).name else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
