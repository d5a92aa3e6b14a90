"""The Grafana dashboard, as rows of panels of queries. render.py writes it to dashboard.json.

Every query is for the chosen deployments: ``$namespace`` and ``$job``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 8, 8  # of a panel; a row has 24
PODS = 'namespace=~"$namespace", job=~"$job"'
RATE = "$__rate_interval"
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True, slots=True)
class Panel:
    """``queries`` by their legend. ``description`` says what a person should make of it."""

    title: str
    unit: str
    queries: dict[str, str]
    description: str = ""
    stacked: bool = False


def of(metric: str, **labels: str) -> str:
    """The series of a metric, as they are."""
    wanted = [PODS, *(f'{name}="{value}"' for name, value in labels.items())]
    return f"ticket_processor_{metric}{{{', '.join(wanted)}}}"


def rate(metric: str, window: str = RATE, by: str = "", **labels: str) -> str:
    """Of a counter, a second, in sum."""
    total = f"sum by ({by}) " if by else "sum"
    return f"{total}(rate({of(metric, **labels)}[{window}]))"


def mean(metric: str, window: str = RATE, by: str = "") -> str:
    """Of a histogram."""
    return f"{rate(metric + '_sum', window, by)} / {rate(metric + '_count', window, by)}"


def quantile(q: float, metric: str, by: str = "") -> str:
    """Of a histogram."""
    return f"histogram_quantile({q}, {rate(metric + '_bucket', by=', '.join(filter(None, ('le', by))))})"


DONE = rate("records_total", disposition="done")
HOUR_DONE = rate("records_total", "1h", disposition="done")
GUESSES = f"{rate('confidence_bucket', '1h', 'signal', le='0.3')} / {rate('confidence_count', '1h', 'signal')}"
LOADS = f"sum({of('model_load_seconds_sum')}) / sum({of('model_load_seconds_count')})"

ROWS: dict[str, tuple[Panel, ...]] = {
    "Queue": (
        Panel(
            "Messages",
            "short",
            {
                "waiting": f"max({of('queue_messages', state='waiting')})",
                "in hand or hidden": f"max({of('queue_messages', state='in_hand')})",
                "dead letters": f"max({of('dead_letters')})",
            },
            "About: SQS's own approximation, asked every 30 seconds by each pod.",
        ),
        Panel(
            "Age of messages",
            "s",
            {
                "oldest received": f"max({of('oldest_received_seconds')})",
                "p95 when settled": quantile(0.95, "freshness_seconds"),
                "p50 when settled": quantile(0.5, "freshness_seconds"),
            },
            "The oldest that waits only CloudWatch knows: AWS/SQS ApproximateAgeOfOldestMessage.",
        ),
        Panel(
            "Late: settled after 300 s",
            "percentunit",
            {
                "5 minutes": f"ticket_processor:late:ratio_rate5m{{{PODS}}}",
                "1 hour": f"ticket_processor:late:ratio_rate1h{{{PODS}}}",
                "6 hours": f"ticket_processor:late:ratio_rate6h{{{PODS}}}",
            },
            "The objective allows 1%. The alert rings at 14.4% of an hour or 6% of six hours.",
        ),
    ),
    "Throughput": (
        Panel("Tickets a second", "reqps", {"done": DONE}),
        Panel(
            "Messages in a batch",
            "short",
            {"mean": mean("batch_size_messages")},
        ),
        Panel(
            "Workers",
            "short",
            {
                "ready": f"sum({of('ready')})",
                "scraped": f"sum(up{{{PODS}}})",
                "longest silence, s": f"max({of('silence_seconds')})",
            },
        ),
    ),
    "Outcomes": (
        Panel(
            "Records by what became of them",
            "reqps",
            {"{{disposition}}": rate("records_total", by="disposition")},
            stacked=True,
        ),
        Panel(
            "Errors",
            "percentunit",
            {"refused or tried again": f"ticket_processor:errors:ratio_rate5m{{{PODS}}}"},
            "The alert rings at 10%.",
        ),
        Panel(
            "Refusals of the queue, and models that failed to load",
            "short",
            {
                "queue errors a second": rate("queue_errors_total"),
                "failed loads a second": rate("model_load_failures_total"),
            },
        ),
    ),
    "Latency": (
        Panel(
            "A ticket's share of each stage, p95",
            "s",
            {"{{stage}}": quantile(0.95, "stage_seconds", "stage")},
            "A batch runs through a stage at once; each ticket is given its share of the time.",
        ),
        Panel(
            "Time of a ticket by stage, mean",
            "s",
            {"{{stage}}": mean("stage_seconds", by="stage")},
            stacked=True,
        ),
        Panel(
            "Load of models",
            "s",
            {"mean since the pods started": LOADS},
        ),
    ),
    "Labels": (
        Panel(
            "Results that need a person's look",
            "percentunit",
            {
                "1 hour": f"ticket_processor:review:ratio_rate1h{{{PODS}}}",
                "7 days": f"ticket_processor:review:ratio_rate7d{{{PODS}}}",
            },
        ),
        Panel(
            "Confidence, mean of an hour",
            "percentunit",
            {"{{signal}}": mean("confidence", "1h", "signal")},
            "What falls slowly is drift of what customers write; what falls at once is a deployment.",
        ),
        Panel(
            "Little more than a guess: confidence up to 0.3, and texts not read to the end",
            "percentunit",
            {
                "{{signal}}": GUESSES,
                "truncated": f"{rate('truncations_total', '1h')} / {HOUR_DONE}",
            },
        ),
    ),
    "Cost": (
        Panel(
            "Processor time of a ticket",
            "s",
            {"seconds": f"sum(rate(process_cpu_seconds_total{{{PODS}}}[{RATE}])) / {DONE}"},
        ),
        Panel(
            "1,000 tickets, in USD",
            "currencyUSD",
            {"pods": f"1000 * count(up{{{PODS}}} == 1) * $pod_hour / 3600 / {HOUR_DONE}"},
            "What the pods cost at the price of a pod's hour, over an hour's tickets; without AWS's requests.",
        ),
        Panel("Memory of a pod", "bytes", {"{{instance}}": f"process_resident_memory_bytes{{{PODS}}}"}),
    ),
}


def dashboard() -> dict[str, Any]:
    """Grafana's model, schema version 38 (Grafana 10 and newer)."""
    return {
        "uid": "ticket-processor",
        "title": "ticket-processor",
        "tags": ["ticket-processor"],
        "schemaVersion": 38,
        "editable": True,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": list(_variables())},
        "annotations": {"list": []},
        "panels": list(_panels()),
    }


def _variables() -> Iterator[dict[str, Any]]:
    yield {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    for name, query in {
        "namespace": "label_values(ticket_processor_ready, namespace)",
        "job": "label_values(ticket_processor_ready, job)",
    }.items():
        yield {
            "name": name,
            "type": "query",
            "datasource": DATASOURCE,
            "query": query,
            "refresh": 2,
            "includeAll": True,
            "allValue": ".*",
            "multi": True,
            "current": {"text": "All", "value": "$__all"},
        }
    yield {
        "name": "pod_hour",
        "type": "textbox",
        "label": "USD a pod's hour",
        "query": "0.04",
        "current": {"text": "0.04", "value": "0.04"},
    }


def _panels() -> Iterator[dict[str, Any]]:
    number = y = 0
    for title, row in ROWS.items():
        number += 1
        yield {
            "id": number,
            "type": "row",
            "title": title,
            "collapsed": False,
            "gridPos": _place(0, y, 24, 1),
            "panels": [],
        }
        for i, panel in enumerate(row):
            number += 1
            yield _panel(number, panel, _place(i * WIDTH, y + 1, WIDTH, HEIGHT))
        y += HEIGHT + 1


def _place(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": width, "h": height}


def _panel(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    stacking = {"mode": "normal" if panel.stacked else "none", "group": "A"}
    return {
        "id": number,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.description,
        "datasource": DATASOURCE,
        "gridPos": place,
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "custom": {"fillOpacity": 30 if panel.stacked else 5, "stacking": stacking},
            },
            "overrides": [],
        },
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + i), "expr": query, "legendFormat": legend, "datasource": DATASOURCE}
            for i, (legend, query) in enumerate(panel.queries.items())
        ],
    }
