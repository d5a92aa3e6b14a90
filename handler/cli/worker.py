"""``worker``: the queue's consumer outside of Lambda."""

from typing import Annotated

import typer
from pydantic import ValidationError

from handler.settings import ProbeSettings, WorkerSettings, explain

Stay = Annotated[
    bool, typer.Option("--stay", help="What cannot start stays up, is not ready, and says why on /ready: for pods.")
]


def worker(stay: Stay = False) -> None:  # noqa: FBT002 - typer's way to declare a switch
    """Takes messages off the queue, enriches and stores their tickets, until SIGTERM or SIGINT; logs on stdout.

    A second signal ends it at once. Prometheus asks on :9090/metrics, probes on :8080/health and :8080/ready.
    """
    if stay:
        _stay_up()
    else:
        settings = WorkerSettings()
        from handler.worker.run import run  # noqa: PLC0415 - it imports boto3 and Powertools, which others need not

        run(settings)


def _stay_up() -> None:
    from handler.worker import readiness  # noqa: PLC0415 - as above
    from handler.worker.run import run  # noqa: PLC0415 - as above

    try:
        settings = WorkerSettings()
    except ValidationError as error:
        readiness.stay(f"settings: {explain(error)}", probe_settings())
    else:
        run(settings, readiness.as_soon_as_possible)


def probe_settings() -> ProbeSettings:
    """Where probes ask, by the defaults if it is that which is wrong: they are what the manifests name."""
    try:
        return ProbeSettings()
    except ValidationError:
        return ProbeSettings.model_construct()
