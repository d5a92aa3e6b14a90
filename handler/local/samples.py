"""Two dozen support tickets that nobody wrote: every default intent, several tones and languages, one very long."""

import json
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).with_name("samples.jsonl")
SECONDS_APART = 600


class Sample(NamedTuple):
    """A ticket as a customer's system would send it; ``label`` says what is special about it."""

    label: str
    ticket: dict[str, Any]


def load(now: int) -> list[Sample]:
    """The sample tickets, the last one written at ``now`` (Unix seconds), the others before it."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [_sample(row, now - SECONDS_APART * age) for age, row in zip(range(len(rows))[::-1], rows, strict=True)]


def _sample(row: dict[str, Any], created_at: int) -> Sample:
    """In the file a body is a list of paragraphs, and when a ticket was written is left open."""
    label = row.pop("label", "ticket")
    return Sample(label, {**row, "body": "\n\n".join(row["body"]), "created_at": created_at})
