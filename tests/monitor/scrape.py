"""What a scrape costs: ``python -m tests.monitor.scrape``. One line: bytes, series, and milliseconds of processor time.

In this process, on a meter that has seen every stage: no network, so that it is the worker's own share.
"""

import json
import time

from aws_lambda_powertools.metrics import MetricUnit
from prometheus_client import REGISTRY, generate_latest

from handler.measures import MEASURES
from handler.worker.meter import PrometheusMeter

STAGES = ("redact", "gist", "language", "embed", "summarize", "extract", "intent", "urgency", "sentiment")
SCRAPES, TICKETS = 200, 2_000
VALUES = len(STAGES) + 8  # what telemetry tells of one ticket and its message


def main() -> None:
    meter = PrometheusMeter(REGISTRY)
    for stage in STAGES:
        meter.add_metric(f"{stage.title()}Latency", MetricUnit.Milliseconds, 1)
    started = time.process_time()
    for _ in range(SCRAPES):
        text = generate_latest(REGISTRY)
    scrape = (time.process_time() - started) / SCRAPES
    name, unit = "QueueAge", MEASURES["QueueAge"].unit
    started = time.process_time()
    for _ in range(TICKETS * VALUES):
        meter.add_metric(name, unit, 1)
    ticket = (time.process_time() - started) / TICKETS
    series = sum(not line.startswith(b"#") for line in text.splitlines())
    figures = {"bytes": len(text), "series": series, "ms_a_scrape": round(scrape * 1000, 2)}
    print(json.dumps(figures | {"ms_a_ticket": round(ticket * 1000, 4)}))  # noqa: T201 - that is what it is for


if __name__ == "__main__":
    main()
