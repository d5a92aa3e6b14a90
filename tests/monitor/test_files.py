"""deploy/monitoring is made from one source, and speaks of metrics and objects that there are."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_lambda_powertools.metrics import MetricUnit
from prometheus_client import CollectorRegistry

from handler.measures import PREFIX
from handler.worker.meter import AGES, PROBABILITIES, PrometheusMeter

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/monitoring"
RENDER = runpy.run_path(str(FOLDER / "render.py"), run_name="render")
RULES = yaml.safe_load((FOLDER / "rules.yaml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
OF_PROMETHEUS_CLIENT = {"process_cpu_seconds_total", "process_resident_memory_bytes", "up"}


def rules() -> list[dict[str, Any]]:
    return [rule for group in RULES["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def queries() -> list[str]:
    """Of rules and panels."""
    return [rule["expr"] for rule in rules()] + [target["expr"] for panel in panels() for target in panel["targets"]]


@pytest.mark.parametrize("name", ["prometheusrule.yaml", "dashboard.json"])
def test_generated_files_are_up_to_date(name: str) -> None:
    """After a change of rules.yaml or dashboard.py: make docs."""
    assert RENDER["files"]()[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_the_operators_rules_are_the_plain_ones() -> None:
    """Promtool tests the plain ones, the cluster gets these."""
    made = yaml.safe_load((FOLDER / "prometheusrule.yaml").read_text(encoding="utf-8"))
    assert ("monitoring.coreos.com/v1", "PrometheusRule", RULES) == (made["apiVersion"], made["kind"], made["spec"])


def series() -> dict[str, set[str]]:
    """What a worker shows: the labels of each metric. ``stage`` has no values before there was a ticket."""
    registry = CollectorRegistry()
    PrometheusMeter(registry).add_metric("EmbedLatency", MetricUnit.Milliseconds, 1)
    found: dict[str, set[str]] = {}
    for metric in registry.collect():
        for sample in metric.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_queries_ask_for_series_that_a_worker_shows() -> None:
    """A renamed metric would leave an alert that can never ring."""
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    there = series()
    named = {name for query in queries() for name in re.findall(r"\b(ticket_processor[\w:]*|process_\w+|up)\b", query)}
    named -= {"ticket_processor"}
    assert set() == named - set(there) - recorded - OF_PROMETHEUS_CLIENT
    asked = {
        (name, label)
        for query in queries()
        for name, labels in re.findall(rf"({PREFIX}\w+)\{{([^}}]*)\}}", query)
        for label in re.findall(r"(\w+)=~?\"", labels)
    }
    assert set() == {(name, label) for name, label in asked if label not in there[name] | {"namespace", "job"}}


def test_bounds_in_queries_are_bounds_of_the_histograms() -> None:
    """``le`` is compared as text: another number is no bucket, and a query without data."""
    bounds = {
        (name, le)
        for query in queries()
        for name, le in re.findall(r"ticket_processor_(\w+)_bucket\{[^}]*le=\"([\d.]+)\"", query)
    }
    assert {"freshness_seconds", "confidence"} == {name for name, _ in bounds}
    known = {"freshness_seconds": AGES, "confidence": PROBABILITIES}
    assert set() == {(name, le) for name, le in bounds if le not in [str(float(one)) for one in known[name]]}


def test_every_alert_says_how_bad_it_is_and_groups_by_deployment() -> None:
    """And keeps deployments apart: two of them share one Prometheus."""
    for rule in rules():
        if "alert" in rule:
            assert rule["labels"]["severity"] in {"critical", "warning"}
            assert {"summary", "description", "runbook_url"} == set(rule["annotations"])
        for grouping in re.findall(r"(?:sum|max)\s+by \(([^)]*)\)", rule["expr"]):
            assert grouping.startswith("namespace, job")
        assert not re.search(r"\b(sum|max)\s*\(", rule["expr"])


def test_the_monitor_finds_the_service_of_the_manifests() -> None:
    """By its labels and the name of its port."""
    monitor = yaml.safe_load((FOLDER / "servicemonitor.yaml").read_text(encoding="utf-8"))
    service = yaml.safe_load((ROOT / "deploy/kubernetes/base/service.yaml").read_text(encoding="utf-8"))
    wanted = monitor["spec"]["selector"]["matchLabels"]
    assert wanted == {name: service["metadata"]["labels"].get(name) for name in wanted}
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    assert re.fullmatch("ticket-processor.*", service["metadata"]["name"]), "the rules look for jobs of that name"


def test_the_dashboard_is_one_that_grafana_can_read() -> None:
    """What its model wants of each panel; nothing covers anything; what a query names is there."""
    assert len(DASHBOARD["panels"]) == len({panel["id"] for panel in DASHBOARD["panels"]})
    assert {"uid", "title", "schemaVersion", "templating", "time", "panels"} <= set(DASHBOARD)
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in DASHBOARD["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert (len(cells), True) == (len(set(cells)), max(x for x, _ in cells) < 24)
    variables = {one["name"] for one in DASHBOARD["templating"]["list"]} | {"__rate_interval"}
    for panel in panels():
        assert {"id", "type", "title", "gridPos", "targets", "datasource", "fieldConfig"} <= set(panel)
        assert len(panel["targets"]) == len({target["refId"] for target in panel["targets"]})
        for target in panel["targets"]:
            assert set() == set(re.findall(r"\$(\w+)", target["expr"])) - variables


def test_the_dashboard_has_a_row_for_each_question() -> None:
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
    assert ["Queue", "Throughput", "Outcomes", "Latency", "Labels", "Cost"] == rows
