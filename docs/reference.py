"""Writes the generated pages: docs/commands.md, settings.md and metrics.md. ``make docs`` runs it, a test compares."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from handler.measures import MEASURES, Measure, Teller
from handler.settings import PREFIX, DeployedSettings, Settings, WorkerSettings

DOCS = Path(__file__).parent
DOCS_COMMAND = ("-m", "typer", "handler.cli", "utils", "docs", "--name", "ticket-processor")

SETTINGS_HEAD = """# Settings

Environment variables, read once at start by `handler/settings.py`; this page is made from it by `make docs`.
A mistake stops the process before it touches a message, and names the variable (`worker --stay`: keeps it unready).
Endpoints, region and credentials are boto3's own settings (`AWS_ENDPOINT_URL`, `AWS_REGION`, ...).

| variable | values | default | what it does |
| --- | --- | --- | --- |
"""

METRICS_HEAD = """# Metrics

The worker shows them to Prometheus on `:9090/metrics`, with times in seconds. The function writes them in
CloudWatch's embedded metric format, once a batch, in the namespace `TicketProcessor` (`POWERTOOLS_METRICS_NAMESPACE`
names another) with the dimension `service`. `handler/measures.py` is the table of them, and this page is made from it
by `make docs`. Rules, dashboards and what was tried with them: [monitoring](monitoring.md).

| metric | unit | what it says | told by | in Prometheus, after `ticket_processor_` |
| --- | --- | --- | --- | --- |
"""

METRICS_TAIL = """
Beside these there is one `<Stage>Latency` in milliseconds for each stage (`EmbedLatency`, `IntentLatency`, ...): a
value for each ticket, its share of the batch's time; in Prometheus `stage_seconds{stage="embed"}`. There, processor
time and memory of the process come along by their usual names (`process_cpu_seconds_total`,
`process_resident_memory_bytes`).

What the worker alone tells of the queues, CloudWatch has from SQS itself, as `AWS/SQS`: the age of the oldest message
that waits is only there. Where a queue may not be measured, its number is NaN, and the log says what to grant.

No metric has a label that a customer, a ticket or an error's text could fill: the labels are `disposition`, `signal`,
`state` and `stage`, 21 values in all.

## Logs
Logs are JSON lines: one for each record that was rejected, and one for each reason for which records stay on the
queue, with their number and the first five ids. A reason of AWS's ends in `(to be mended: ...)` where somebody has to
do something, such as to grant a permission, and in `(it may pass by itself)` where waiting may be enough. Where
nothing can be done at all (bad settings, a broken taxonomy, a missing model) a line `cannot start` names the setting
or file before the runtime's own traceback.

Lines name message ids, ticket ids, error codes and fields; never text, customer ids, e-mail addresses or S3 keys. A
bug is told by its class and the functions it passed through, because its message might quote a ticket.
"""


def pages() -> dict[str, str]:
    """Every generated page by file name."""
    return {"commands.md": commands_page(), "metrics.md": metrics_page(), "settings.md": settings_page()}


def metrics_page() -> str:
    """One row a metric, in the order of the table."""
    rows = [_metric(name, measure) for name, measure in MEASURES.items()]
    rows.append("| `ColdStart` | Count | first invocations of a process, by Powertools | function | none |")
    return METRICS_HEAD + "\n".join(rows) + "\n" + METRICS_TAIL


def _metric(name: str, measure: Measure) -> str:
    teller = "worker" if measure.teller is Teller.WORKER else "both"
    return f"| `{name}` | {measure.unit.value} | {measure.says} | {teller} | `{measure.prometheus}` |"


def commands_page() -> str:
    """What the command line says of itself."""
    done = subprocess.run([sys.executable, *DOCS_COMMAND], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return done.stdout.strip() + "\n"


def settings_page() -> str:
    """One row a setting; those that only a deployment needs come last."""
    rows = [_row(name, field, Settings) for name, field in Settings.model_fields.items()]
    for owner, base in ((DeployedSettings, Settings), (WorkerSettings, DeployedSettings)):
        rows += [
            _row(name, field, owner) for name, field in owner.model_fields.items() if name not in base.model_fields
        ]
    return SETTINGS_HEAD + "\n".join(rows) + "\n"


def _row(name: str, field: FieldInfo, owner: type[Settings]) -> str:
    variable = str(field.validation_alias or f"{PREFIX}{name.upper()}")
    required = field.default is PydanticUndefined
    default = "**required**" if required else f"`{field.default}`" if field.default is not None else "unset"
    needed = {DeployedSettings: " (functions and workers)", WorkerSettings: " (workers)"}.get(owner, "")
    return f"| `{variable}` | {_values(field)} | {default} | {field.description}{needed} |"


def _values(field: FieldInfo) -> str:
    flat = [inner for kind in get_args(field.annotation) for inner in get_args(kind) or (kind,)]
    choices = [choice for choice in flat if isinstance(choice, str)]
    if choices:
        return ", ".join([f"`{choice}`" for choice in choices] + ["path"] * (Path in flat))
    kinds = [kind for kind in (*get_args(field.annotation), field.annotation) if isinstance(kind, type)]
    return {"str": "text", "int": "whole number", "float": "number", "Path": "path"}[kinds[0].__name__]


if __name__ == "__main__":
    for page, text in pages().items():
        (DOCS / page).write_text(text, encoding="utf-8")
