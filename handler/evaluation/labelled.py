"""Tickets whose labels are known, from JSON lines or CSV."""

import csv
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from handler.domain.enriched import EnrichedTicket
from handler.domain.errors import PermanentError
from handler.domain.ticket import RawTicket, ticket_from

SIGNALS = ("intent", "urgency", "sentiment")
LABELS: Mapping[str, tuple[str, ...]] = {
    "urgency": ("low", "medium", "high", "critical"),
    "sentiment": ("NEGATIVE", "NEUTRAL", "POSITIVE"),
}


class LabelledError(ValueError):
    """The file, or the map, cannot be used; the message names line and field."""


class Columns(BaseModel):
    """A map: which column holds what, and what the file's labels mean here; one that means nothing is passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = "subject"
    body: str = "body"
    group: str = "style"
    intent: str = "intent"
    urgency: str = "urgency"
    sentiment: str = "sentiment"
    means: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket and the labels that are known of it, by signal. ``group`` is where it came from."""

    ticket: RawTicket
    labels: Mapping[str, str]
    group: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what became of it."""

    row: Row
    enriched: EnrichedTicket


def columns(path: Path | None) -> Columns:
    """The map in a TOML file, or the names of our own set. Raises LabelledError."""
    if path is None:
        return Columns()
    try:
        return Columns.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LabelledError(f"{path}: {error}") from None
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        raise LabelledError(f"{path}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None


def read(path: Path, named: Columns) -> Iterator[Row]:
    """The rows that have a label which is known here. Raises LabelledError."""
    for number, fields in _fields(path):
        labels = _labels(path, number, fields, named)
        if labels:
            yield Row(_ticket(path, number, fields, named), labels, str(fields.get(named.group, "")), fields)


def _fields(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            yield from enumerate(csv.DictReader(file), start=2)
            return
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, _object(path, number, line)


def _object(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        raise LabelledError(f"{path}, line {number}: is not JSON") from None
    if not isinstance(value, dict):
        raise LabelledError(f"{path}, line {number}: must be an object")
    return value


def _labels(path: Path, number: int, fields: Mapping[str, Any], named: Columns) -> dict[str, str]:
    found = {}
    for signal in SIGNALS:
        said = fields.get(getattr(named, signal))
        means = (named.means or {}).get(signal)
        label = said if means is None else means.get(str(said))
        if label in (None, ""):
            continue
        if label not in LABELS.get(signal, (label,)):
            raise LabelledError(f"{path}, line {number}: {signal} must be one of {', '.join(LABELS[signal])}")
        found[signal] = str(label)
    return found


def _ticket(path: Path, number: int, fields: Mapping[str, Any], named: Columns) -> RawTicket:
    words = {name: str(fields.get(getattr(named, name)) or "") for name in ("subject", "body")}
    try:
        return ticket_from({"ticket_id": f"row-{number}", **words, "created_at": 0, "customer_id": "-"})
    except PermanentError as error:
        raise LabelledError(f"{path}, line {number}: {error}") from None
