"""Personal data leaves the text before anything else reads it: each piece becomes its kind in brackets.

Only counts by kind are kept. With mode "off" the text passes as it is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from handler.domain.ticket import Metadata, RawTicket
from handler.pipeline.base import Draft
from handler.pipeline.privacy.births import births
from handler.pipeline.privacy.emails import emails
from handler.pipeline.privacy.national_ids import national_ids
from handler.pipeline.privacy.network import addresses
from handler.pipeline.privacy.passwords import passwords
from handler.pipeline.privacy.payment import cards, ibans
from handler.pipeline.privacy.phones import phones
from handler.pipeline.privacy.postal import postal_addresses
from handler.pipeline.privacy.reading import Finder, Span, plain, seen
from handler.pipeline.privacy.tokens import tokens
from handler.pipeline.work import whole

Mode = Literal["mask", "off"]

# In this order: a token may hold what looks like an address, a card what looks like a telephone number.
KINDS: tuple[tuple[str, Finder], ...] = (
    ("secret", tokens),
    ("secret", passwords),
    ("email", emails),
    ("iban", ibans),
    ("card", cards),
    ("ip", addresses),
    ("birth_date", births),
    ("national_id", national_ids),
    ("phone", phones),
    ("address", postal_addresses),
)

MAX_ROUNDS = 5  # what stood glued to something masked may show its shape only then


class Redact:
    """Fills ``subject``, ``body``, ``metadata`` and ``pii``."""

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
            return replace(draft, subject=ticket.subject, body=ticket.body, metadata=ticket.metadata, pii={})
        subject, in_subject = mask(ticket.subject)
        body, in_body = mask(ticket.body)
        metadata, in_metadata = _masked_metadata(ticket.metadata)
        pii = dict(in_subject + in_body + in_metadata)
        return replace(draft, subject=subject, body=body, metadata=metadata, pii=pii)


def _masked_metadata(metadata: Metadata | None) -> tuple[Metadata | None, Counter[str]]:
    """Free text too: a form may write anything into a tag."""
    texts = () if metadata is None else (metadata.source or "", metadata.language, *metadata.tags)
    if metadata is None or not mask("\n".join(texts))[1]:
        return metadata, Counter()
    masked = [mask(text) for text in texts]
    source, language, *tags = (text for text, _ in masked)
    update = {"source": metadata.source and source, "language": language, "tags": tuple(tags)}
    return metadata.model_copy(update=update), sum((counts for _, counts in masked), Counter[str]())


def mask(text: str) -> tuple[str, Counter[str]]:
    """The text with personal data replaced, and how much of each kind there was; the very text if there was none."""
    masked, total = seen(text), Counter[str]()
    for _ in range(MAX_ROUNDS):
        masked, counts = _mask_once(masked)
        total += counts
        if not counts:
            break
    return (masked, total) if total else (text, total)


def _mask_once(text: str) -> tuple[str, Counter[str]]:
    counts: Counter[str] = Counter()
    read = plain(text)  # as long as the text, so that a place in the one is a place in the other
    for kind, find in KINDS:
        spans = _apart(find(read))
        if spans:
            text, read = (_replaced(one, spans, f"[{kind.upper()}]") for one in (text, read))
            counts[kind] += len(spans)
    return text, counts


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
