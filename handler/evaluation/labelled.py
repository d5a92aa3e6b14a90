"""Tickets whose labels are known, from JSON lines or CSV."""

import csv
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from handler.domain import document
from handler.domain.errors import PermanentError
from handler.domain.ticket import RawTicket, ticket_from

SIGNALS = ("intent", "urgency", "sentiment")
LABELS: Mapping[str, tuple[str, ...]] = {
    "urgency": ("low", "medium", "high", "critical"),
    "sentiment": ("NEGATIVE", "NEUTRAL", "POSITIVE"),
}
SHORT_DIGITS = 16
NOT_IN_TAXONOMY = "(not in the taxonomy)"
UNKNOWN = datetime.fromtimestamp(0, UTC)  # when a ticket was written
DAY_DIGITS = len("20261123")  # as ISO 8601 may write a day; Unix seconds have more since 1973
NOT_A_TIME = 'created_at must be Unix seconds or a time in ISO 8601; created_at = "" in the map passes it over'


class LabelledError(ValueError):
    """The file, or the map, cannot be used; the message names line and field, never what stands there."""


class Columns(BaseModel):
    """A map: which column holds what, and what the file's labels mean here; one that means nothing is passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = "subject"
    body: str = "body"
    created_at: str = "created_at"
    group: str = "style"
    intent: str = "intent"
    urgency: str = "urgency"
    sentiment: str = "sentiment"
    means: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket and the labels that are known of it, by signal. ``group``: where it is from, ``place``: its line."""

    ticket: RawTicket
    labels: Mapping[str, str]
    group: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read, by what it is anywhere: its name, and the sha256 of its bytes."""

    name: str
    sha256: str

    @property
    def short(self) -> str:
        """What a file of heads keeps of it."""
        return self.sha256[:SHORT_DIGITS]


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


def source(path: Path) -> Source:
    """Which file it is. Raises OSError."""
    with path.open("rb") as file:
        return Source(path.name, hashlib.file_digest(file, "sha256").hexdigest())


def read(path: Path, named: Columns) -> Iterator[Row]:
    """The rows that have a label which is known here. Raises LabelledError, OSError."""
    for number, fields in _fields(path):
        labels = _labels(path, number, fields, named)
        if labels:
            yield replace(_row(path, number, fields, named), labels=labels)


def read_tickets(path: Path, named: Columns) -> Iterator[Row]:
    """All rows, whatever labels they have. Raises LabelledError, OSError."""
    for number, fields in _fields(path):
        yield _row(path, number, fields, named)


def only(rows: Iterable[Row], signals: Iterable[str]) -> list[Row]:
    """The rows that have a label of one of ``signals``, without the others."""
    wanted = frozenset(signals)
    kept = ((row, {name: label for name, label in row.labels.items() if name in wanted}) for row in rows)
    return [replace(row, labels=labels) for row, labels in kept if labels]


def within(rows: Iterable[Row], intents: Iterable[str]) -> list[Row]:
    """The rows, with one name for all intents that the taxonomy does not know: no guess is ever right there."""
    known = {None, *intents}
    return [
        row if row.labels.get("intent") in known else replace(row, labels={**row.labels, "intent": NOT_IN_TAXONOMY})
        for row in rows
    ]


def _fields(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix.lower() == ".csv":
                rows = csv.DictReader(file)
                for row in rows:
                    yield rows.line_num, row
                return
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, _object(path, number, line)
    except UnicodeDecodeError:
        raise LabelledError(f"{path}: is not UTF-8") from None
    except csv.Error as error:
        raise LabelledError(f"{path}: is not CSV: {error}") from None


def _object(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        value = document.parse(line)
    except document.NotJson as error:
        raise LabelledError(f"{path}, line {number}: {error}") from None
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


def _row(path: Path, number: int, fields: Mapping[str, Any], named: Columns) -> Row:
    words = {name: str(fields.get(getattr(named, name)) or "") for name in ("subject", "body")}
    try:
        created_at = _unix_seconds(fields.get(named.created_at))
        ticket = ticket_from({"ticket_id": f"row-{number}", **words, "created_at": created_at, "customer_id": "-"})
    except PermanentError as error:
        raise LabelledError(f"{path}, line {number}: {error}") from None
    except ValueError:
        raise LabelledError(f"{path}, line {number}: {NOT_A_TIME}") from None
    return Row(ticket, {}, str(fields.get(named.group) or ""), f"{path.name}:{number}")


def _unix_seconds(value: object) -> object:
    """Also of a time in ISO 8601, which is UTC if it names no zone; of nothing UNKNOWN. Raises ValueError."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str):
        return 0 if value is None else value
    text = value.strip()
    if text.isdecimal() and len(text) > DAY_DIGITS:
        return int(text)
    time = datetime.fromisoformat(text) if text else UNKNOWN
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
