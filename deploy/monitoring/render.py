"""Writes what is made from something else: prometheusrule.yaml from rules.yaml, dashboard.json from dashboard.py.

``make docs`` runs it, a test compares.
"""

import json
import runpy
from pathlib import Path

HERE = Path(__file__).parent

RULE_HEAD = """# Made from rules.yaml by deploy/monitoring/render.py (make docs): change it there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: ticket-processor
  labels:
    app.kubernetes.io/name: ticket-processor
    app.kubernetes.io/part-of: ticket-processor
spec:
"""


def files() -> dict[str, str]:
    """Every generated file by name."""
    dashboard = runpy.run_path(str(HERE / "dashboard.py"))["dashboard"]()
    return {
        "prometheusrule.yaml": RULE_HEAD + _indented((HERE / "rules.yaml").read_text(encoding="utf-8")),
        "dashboard.json": json.dumps(dashboard, indent=1, ensure_ascii=False) + "\n",
    }


def _indented(text: str) -> str:
    """Under ``spec``; the source's first comment is about the source."""
    body = text[text.index("groups:") :]
    return "".join(f"  {line}" if line.strip() else line for line in body.splitlines(keepends=True))


if __name__ == "__main__":
    for name, content in files().items():
        (HERE / name).write_text(content, encoding="utf-8")
