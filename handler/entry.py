"""Where a process starts: the processor is looked at, and numpy told its threads, before a compiled library is loaded.

An image that was built for AVX-512 dies of an illegal instruction elsewhere, and says nothing. This says one line. So
this module reads the one variable itself, and what it imports after that is imported by functions.
"""

import os
import sys
from typing import Any

from handler.inference.cpu import WrongCpu, guard

STAYING = ["worker", "--stay"]  # as deploy/kubernetes starts it


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Lambda calls this. See app.lambda_handler."""
    from handler import app  # noqa: PLC0415 - after the guard; the first call finds it in memory (below)

    return app.lambda_handler(event, context)


def main() -> None:
    """The console script. Exits with 2 on a processor that the package was not built for, unless it is to stay."""
    try:
        _prepare()
    except WrongCpu as error:
        if sys.argv[1:] != STAYING:
            sys.exit(2)
        return _stay(str(error))
    from handler import cli  # noqa: PLC0415 - after the guard

    return cli.main()


def _stay(reason: str) -> None:
    """Says it to the probes too. What this imports is compiled for any processor: only the engine is built for one."""
    from handler.cli.worker import probe_settings  # noqa: PLC0415 - after the guard
    from handler.worker.readiness import stay  # noqa: PLC0415 - after the guard

    stay(reason, probe_settings())


def _start() -> None:
    """Lambda grants more processor time before the first message than after it, so imports belong here."""
    _prepare()
    from handler import app  # noqa: PLC0415 - after the guard

    app.initialize()


def _prepare() -> None:
    """Raises WrongCpu, having said why in one line: what a runtime prints of an exception has many.

    Over matrices as small as ours numpy's threads wait for each other, on a busy machine ten times as long as one
    computes (docs/performance.md). The models' engine has threads of its own.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        guard(os.environ.get("TICKETS_CPU_VARIANT"))
    except WrongCpu as error:
        print(f"ticket-processor: {error}", file=sys.stderr, flush=True)  # noqa: T201 - no library is loaded yet
        raise


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    _start()
