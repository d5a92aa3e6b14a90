"""What a demo shows: the enriched tickets, what became of the odd ones, and how long each stage took."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from rich.console import Console

from handler.domain.version import TicketKey
from handler.local import audit, screen
from handler.local.audit import Evidence, Fate
from handler.local.ledger import Entry, Ledger

SIGNALS = ("intent", "urgency", "sentiment")
ABSENT = "-"
SHOWN_SUMMARY = 70
PLAIN = "ticket"  # the label of a ticket that is nothing special

Results = Mapping[TicketKey, Mapping[str, Any]]


def show(out: Console, ledger: Ledger, evidence: Evidence, results: Results) -> None:
    """All of it; the last line are the counts."""
    fates = audit.classify(ledger, evidence)
    out.print(screen.table("Enriched tickets", ["ticket", *SIGNALS, "bands", "summary", "ms"], tickets(results)))
    out.print(screen.table("The odd ones", ["what", "key", "became"], odd_ones(ledger, fates, evidence)))
    out.print(screen.table("Mean time of a stage, cold starts included", ["stage", "ms"], stages(results)))
    out.print(f"demo: {audit.summary(fates)}", soft_wrap=True)


def tickets(results: Results) -> list[list[object]]:
    """A row for each ticket: its signals, how sure they are, its summary, and the time that it took."""
    return [_ticket(results[key]) for key in sorted(results)]


def _ticket(document: Mapping[str, Any]) -> list[object]:
    found = document.get("enrichment", {})
    bands = " ".join(str(found.get(f"{signal}_band", ABSENT)) for signal in SIGNALS)
    summary = str(found.get("summary", ABSENT))
    short = summary if len(summary) <= SHOWN_SUMMARY else f"{summary[:SHOWN_SUMMARY]}…"
    took = sum(found.get("timings_ms", {}).values())
    return [document.get("ticket_id"), *(found.get(signal, ABSENT) for signal in SIGNALS), bands, short, f"{took:.1f}"]


def odd_ones(ledger: Ledger, fates: Sequence[Fate], evidence: Evidence) -> list[list[object]]:
    """A row for each entry that was special, or was lost."""
    pairs = zip(ledger, fates, strict=True)
    return [
        [entry.label, entry.key, _outcome(entry, fate, evidence)]
        for entry, fate in pairs
        if entry.label != PLAIN or fate is Fate.LOST
    ]


def _outcome(entry: Entry, fate: Fate, evidence: Evidence) -> str:
    code = evidence.dead.get((entry.bucket, entry.key)) if fate is Fate.DEAD_LETTERED else None
    return f"{fate}: {code}" if code else fate


def stages(results: Results) -> list[list[object]]:
    """A row for each stage, in the order of the pipeline."""
    return [[stage, f"{fmean(taken):.2f}"] for stage, taken in _timings(results)]


def _timings(results: Results) -> Iterator[tuple[str, list[float]]]:
    timings = [document.get("enrichment", {}).get("timings_ms", {}) for document in results.values()]
    for stage in dict.fromkeys(stage for timing in timings for stage in timing):
        yield stage, [timing[stage] for timing in timings if stage in timing]
