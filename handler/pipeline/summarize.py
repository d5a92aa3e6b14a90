"""The summary of what the customer wrote: of the body, or of the subject where there is nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from handler.domain.ports import Summarizer, Summary
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft
from handler.pipeline.work import reading


class Summarize:
    """Fills ``summary``, and says in ``truncated`` where a text was longer than is read.

    ``cost`` says what a text is to the summarizer, in characters' worth (see base.Stage).
    """

    needs: ClassVar[tuple[str, ...]] = ("redact",)

    def __init__(
        self, summarizer: Summarizer, *, name: str = "summarize", cost: Callable[[str], float] = reading
    ) -> None:
        self._summarizer = summarizer
        self._cost = cost
        self.name = name

    def work(self, ticket: RawTicket, *, hurried: bool) -> float:  # noqa: ARG002 - Stage
        """See base.Stage."""
        return self._cost(_summarized(ticket))

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage. Raises ModelUnavailable."""
        summaries = self._summarizer.summarize([_summarized(draft) for draft in drafts])
        return [self._told(draft, summary) for draft, summary in zip(drafts, summaries, strict=True)]

    def _told(self, draft: Draft, summary: Summary) -> Draft:
        truncated = (*draft.truncated, self.name) if summary.truncated else draft.truncated
        return replace(draft, summary=summary, truncated=truncated)


def _summarized(words: RawTicket | Draft) -> str:
    """A summary that repeats the subject, which is shown beside it, would say nothing."""
    body = words.told if isinstance(words, Draft) else words.body
    return body if body.strip() else words.subject
