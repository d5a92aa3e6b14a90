"""The summary of what the customer wrote: of the body, or of the subject where there is nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from handler.domain.ports import Summarizer
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft


class Summarize:
    """Fills ``summary``."""

    name: ClassVar[str] = "summarize"
    needs: ClassVar[tuple[str, ...]] = ("redact",)

    def __init__(self, summarizer: Summarizer) -> None:
        self._summarizer = summarizer

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage. Raises ModelUnavailable."""
        texts = [draft.body if draft.body.strip() else draft.subject for draft in drafts]
        summaries = self._summarizer.summarize(texts)
        return [replace(draft, summary=summary) for draft, summary in zip(drafts, summaries, strict=True)]
