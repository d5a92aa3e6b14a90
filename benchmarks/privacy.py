"""What masking finds and what it takes: ``python -m benchmarks.privacy [FILE.jsonl ...] [--show] [--json]``.

A line of a file is ``{"text": ..., "spans": [[kind, exact string], ...]}``. A string is found only if none of its pieces of four or
more characters is left in the masked text; a masking is false if it touches none of the strings. ``--show`` prints what went wrong.
By default the held-out half: the rules were written with the other half in view, ``training/privacy/dev.jsonl``.
"""

import argparse
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from handler.pipeline.redact import mask

SETS = Path(__file__).parents[1] / "training/privacy"
TICKETS = Path(__file__).parents[1] / "training/tickets"
TOKEN = re.compile(r"\[(?:SECRET|EMAIL|IBAN|CARD|IP|BIRTH_DATE|NATIONAL_ID|PHONE|ADDRESS)\]")
ALPHANUMERIC = re.compile(r"[^\W_]{4,}")
WORDS = range(80, 121)  # of what counts as an ordinary ticket


class Finding(NamedTuple):
    """What became of one sentence: strings that survived, stretches that were masked for nothing, characters too many."""

    text: str
    masked: str
    missed: list[tuple[str, str]]
    false: list[str]
    beyond: int


def find(text: str, spans: Sequence[tuple[str, str]]) -> Finding:
    """The masked text against what had to be masked."""
    masked, counts = mask(text)
    missed = [(kind, piece) for kind, piece in spans if _survives(piece, masked, text)]
    stretches = _stretches(text, masked) if counts else []
    wanted = [(at, at + len(piece)) for _, piece in spans for at in _places(text, piece)]
    false = [text[start:end] for start, end in stretches if not any(start < to and end > of for of, to in wanted)]
    covered = {place for of, to in wanted for place in range(of, to)}
    beyond = sum(place not in covered for start, end in stretches for place in range(start, end))
    return Finding(text, masked, missed, false, beyond)


def _survives(piece: str, masked: str, text: str) -> bool:
    parts = ALPHANUMERIC.findall(piece) or [piece]
    return any(masked.count(part) > text.count(part) - text.count(piece) * piece.count(part) for part in parts)


def _places(text: str, piece: str) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(piece), text)]


def _stretches(text: str, masked: str) -> list[tuple[int, int]]:
    """What the tokens stand for, found again between what was left."""
    left = [re.escape(piece) for piece in TOKEN.split(masked)]
    found = re.fullmatch("(.+?)".join(left), text, re.DOTALL)
    return [found.span(group + 1) for group in range(len(left) - 1)] if found else [(0, len(text))]


def score(paths: Sequence[Path], *, show: bool) -> dict[str, object]:
    """Recall by kind, and false maskings."""
    rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    findings = [find(row["text"], [tuple(span) for span in row["spans"]]) for row in rows]
    total = Counter(kind for row in rows for kind, _ in row["spans"])
    missed = Counter(kind for finding in findings for kind, _ in finding.missed)
    for finding in findings if show else ():
        if finding.missed or finding.false or finding.beyond > 3:
            print(
                f"- {finding.text}\n  {finding.masked}\n  missed {finding.missed} false {finding.false} beyond {finding.beyond}"
            )
    negatives = [finding for row, finding in zip(rows, findings, strict=True) if not row["spans"]]
    return {
        "sentences": len(rows),
        "recall": round(1 - missed.total() / max(1, total.total()), 4),
        "strings": total.total(),
        "by_kind": {kind: f"{count - missed[kind]}/{count}" for kind, count in sorted(total.items())},
        "negatives": len(negatives),
        "negatives_touched": sum(bool(finding.false) for finding in negatives),
        "false_maskings": sum(len(finding.false) for finding in findings),
        "characters_too_many": sum(finding.beyond for finding in findings),
    }


def cost() -> dict[str, float]:
    """Milliseconds to mask an ordinary ticket: the median over those of about 100 words, the best of several rounds each."""
    lines = [line for path in sorted(TICKETS.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    bodies = [body for body in (json.loads(line)["body"] for line in lines) if len(body.split()) in WORDS]
    times = sorted(min(_timed(body) for _ in range(5)) * 1000 for body in bodies)
    return {
        "tickets": len(bodies),
        "median_ms": round(statistics.median(times), 3),
        "p95_ms": round(times[int(len(times) * 0.95)], 3),
    }


def _timed(text: str) -> float:
    started = time.perf_counter()
    mask(text)
    return time.perf_counter() - started


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[SETS / "heldout.jsonl"])
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = {**score(options.files, show=options.show), "cost": cost()}
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
