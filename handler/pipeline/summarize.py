"""The summary of what the customer wrote: of the body, or of the subject where there is nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from handler.domain.ports import Extractor, Summarizer, Summary
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft
from handler.pipeline.faithful import invented
from handler.pipeline.work import reading


class Summarize:
    """Fills ``summary`` by a model that writes; not where it names a number of its own.

    It is in ``truncated`` where a text is longer than the model reads. ``cost`` says what a text is to the model, in
    characters' worth (see base.Stage).
    """

    name: ClassVar[str] = "summarize"
    needs: ClassVar[tuple[str, ...]] = ("redact",)

    def __init__(self, summarizer: Summarizer, *, cost: Callable[[str], float] = reading) -> None:
        self._summarizer = summarizer
        self._cost = cost

    def work(self, ticket: RawTicket, *, hurried: bool) -> float:  # noqa: ARG002 - Stage
        """See base.Stage."""
        return self._cost(_summarized(ticket))

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage. Raises ModelUnavailable."""
        summaries = self._summarizer.summarize([_summarized(draft) for draft in drafts])
        return [_told(draft, summary) for draft, summary in zip(drafts, summaries, strict=True)]


class Extract:
    """Fills ``summary`` with the ticket's own sentences where it is missing and no stage has failed on it.

    ``stands_in``: another stage writes summaries; this one is for tickets in haste, which that one left alone, and for
    those whose written summary was dropped.
    """

    needs: ClassVar[tuple[str, ...]] = ("redact",)  # a long text needs the embedding, too; a short one is its summary

    def __init__(self, extractor: Extractor, *, stands_in: bool = False) -> None:
        self.name = "extract" if stands_in else Summarize.name
        self._extractor = extractor
        self._stands_in = stands_in

    def work(self, ticket: RawTicket, *, hurried: bool) -> float:
        """See base.Stage. Who stands in counts for tickets in haste: of written summaries few are dropped."""
        return reading(_summarized(ticket)) if hurried or not self._stands_in else 0.0

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage. Raises ModelUnavailable, and ValueError for a long text that was not embedded."""
        found = list(drafts)
        if missing := [i for i, draft in enumerate(drafts) if _is_missing(draft)]:
            lacking = [drafts[i] for i in missing]
            wholes = [draft.embedding for draft in lacking]
            taken = self._extractor.extract([_summarized(draft) for draft in lacking], wholes)
            for i, summary in zip(missing, taken, strict=True):
                found[i] = replace(drafts[i], summary=summary)
        return found


def _is_missing(draft: Draft) -> bool:
    return draft.summary is None and Summarize.name not in draft.errors


def _told(draft: Draft, summary: Summary) -> Draft:
    if invented(summary.text, _summarized(draft)):
        return replace(draft)  # another draft, since it was work
    truncated = (*draft.truncated, Summarize.name) if summary.truncated else draft.truncated
    return replace(draft, summary=summary, truncated=truncated)


def _summarized(words: RawTicket | Draft) -> str:
    """A summary that repeats the subject, which is shown beside it, would say nothing."""
    body = words.told if isinstance(words, Draft) else words.body
    return body if body.strip() else words.subject
