"""Writes the generated pages: docs/commands.md and docs/settings.md. ``make docs`` runs it, a test compares."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

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


def pages() -> dict[str, str]:
    """Every generated page by file name."""
    return {"commands.md": commands_page(), "settings.md": settings_page()}


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
