"""``worker``: the queue's consumer outside of Lambda."""

from handler.settings import WorkerSettings


def worker() -> None:
    """Takes messages off the queue, enriches and stores their tickets, until SIGTERM or SIGINT; logs on stdout.

    A second signal ends it at once. Prometheus asks on :9090/metrics, probes on :8080/health and :8080/ready.
    """
    settings = WorkerSettings()
    from handler.worker.run import run  # noqa: PLC0415 - it imports boto3 and Powertools, which other commands need not

    run(settings)
