"""Personal data leaves the text before anything else reads it: each piece becomes its kind in brackets.

Only counts by kind are kept. With mode "off" the text passes as it is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from handler.domain.ticket import RawTicket
from handler.pipeline import personal_data
from handler.pipeline.base import Draft
from handler.pipeline.credentials import secrets
from handler.pipeline.personal_data import Finder, Span
from handler.pipeline.work import whole

Mode = Literal["mask", "off"]

# In this order: a token may hold what looks like an address, a card what looks like a telephone number.
KINDS: tuple[tuple[str, Finder], ...] = (
    ("secret", secrets),
    ("email", personal_data.emails),
    ("iban", personal_data.ibans),
    ("card", personal_data.cards),
    ("ip", personal_data.addresses),
    ("phone", personal_data.phones),
)

MAX_ROUNDS = 5  # what stood glued to something masked may show its shape only then


class Redact:
    """Fills ``subject``, ``body`` and ``pii``."""

    name: ClassVar[str] = "redact"
    needs: ClassVar[tuple[str, ...]] = ()
    work = staticmethod(whole)

    def __init__(self, mode: Mode) -> None:
        self._mode = mode

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage."""
        return [self._redacted(ticket, draft) for ticket, draft in zip(tickets, drafts, strict=True)]

    def _redacted(self, ticket: RawTicket, draft: Draft) -> Draft:
        if self._mode == "off":
            return replace(draft, subject=ticket.subject, body=ticket.body, pii={})
        subject, in_subject = mask(ticket.subject)
        body, in_body = mask(ticket.body)
        return replace(draft, subject=subject, body=body, pii=dict(in_subject + in_body))


def mask(text: str) -> tuple[str, Counter[str]]:
    """The text with personal data replaced, and how much of each kind there was."""
    total: Counter[str] = Counter()
    for _ in range(MAX_ROUNDS):
        text, counts = _mask_once(text)
        total += counts
        if not counts:
            break
    return text, total


def _mask_once(text: str) -> tuple[str, Counter[str]]:
    counts: Counter[str] = Counter()
    for kind, find in KINDS:
        spans = _apart(find(text))
        text = _replaced(text, spans, f"[{kind.upper()}]")
        counts[kind] += len(spans)
    return text, +counts


def _apart(spans: Iterable[Span]) -> list[Span]:
    """From left to right, each stretch once: where two overlap, they become one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _replaced(text: str, spans: Sequence[Span], token: str) -> str:
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(text)]
    return token.join(text[start:end] for start, end in zip(starts, ends, strict=True))
