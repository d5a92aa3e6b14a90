"""The entry point of the function's image: Lambda's runtime client around ``entry.lambda_handler``.

It imports nothing of ours: the client imports the handler, and tells Lambda why where that fails. Without Lambda
(``docker run``) it starts itself again under the Runtime Interface Emulator.
"""

import os
import shutil
import sys
from typing import NoReturn

HANDLER = "handler.entry.lambda_handler"
EMULATOR = "aws-lambda-rie"
EX_USAGE = 2


def main() -> None:
    """The console script ``ticket-processor-lambda``; the handler's name may follow, as ImageConfig's Command."""
    command = [sys.argv[0], *(sys.argv[1:] or [HANDLER])]
    if "AWS_LAMBDA_RUNTIME_API" not in os.environ:
        _emulate(command)
    try:
        from awslambdaric import __main__ as client  # noqa: PLC0415 - an extra
    except ImportError:
        _refuse("Lambda's runtime client is missing: install ticket-processor[lambda]")
    client.main(command)


def _emulate(command: list[str]) -> NoReturn:
    """Becomes the emulator, which starts ``command`` with the address of its runtime API, and answers on port 8080."""
    found = shutil.which(EMULATOR)
    if found is None:
        _refuse(f"this is no Lambda (AWS_LAMBDA_RUNTIME_API is not set), and {EMULATOR} is not in PATH")
    os.execv(found, [found, *command])  # noqa: S606 - no shell, and our own arguments


def _refuse(line: str) -> NoReturn:
    print(f"ticket-processor-lambda: {line}", file=sys.stderr, flush=True)  # noqa: T201 - no library is loaded yet
    sys.exit(EX_USAGE)
