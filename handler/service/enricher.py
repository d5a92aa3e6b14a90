"""One round of enrichment: as many of the waiting tickets as the time admits, through the pipeline at once."""

from collections.abc import Sequence
from typing import Literal

from handler.domain.errors import PartialResult
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft, Pipeline
from handler.pipeline.enrichment import enriched_ticket
from handler.service.admission import Admission, Demand
from handler.service.case import Case
from handler.service.guard import Guard

OnPartial = Literal["keep", "retry"]
OnDeadline = Literal["retry", "extractive"]


class Enricher:
    """Runs the pipeline over cases. ``now`` is Unix seconds."""

    def __init__(
        self, pipeline: Pipeline, admission: Admission, guard: Guard, on_partial: OnPartial, on_deadline: OnDeadline
    ) -> None:
        self._pipeline = pipeline
        self._admission = admission
        self._guard = guard
        self._on_partial = on_partial
        self._on_deadline = on_deadline

    def enrich(self, cases: Sequence[Case], seconds_left: float, now: float) -> list[Case]:
        """The cases of this round: enriched, or settled by a fault. None if no ticket fits, or the pipeline failed.

        Equal contents share the run, so that a case comes along with the first one of its content.
        """
        drafts: dict[str, Draft] = {}
        self._guard.together(lambda: drafts.update(self._drafts(cases, seconds_left)), cases)
        admitted = [case for case in cases if case.version.content_hash in drafts]
        self._guard.each(lambda case: self._take(case, drafts[case.version.content_hash], now), admitted)
        return admitted

    def _drafts(self, cases: Sequence[Case], seconds_left: float) -> dict[str, Draft]:
        contents = {case.version.content_hash: case.ticket for case in reversed(cases)}
        in_order = list(reversed(contents.items()))
        hurried = self._admission.plan([self._demand(ticket) for _, ticket in in_order], seconds_left)
        admitted = in_order[: len(hurried)]
        if not admitted:
            return {}
        run = self._pipeline.run([ticket for _, ticket in admitted], hurried)
        self._admission.learn(run.spent)
        return {digest: draft for (digest, _), draft in zip(admitted, run.drafts, strict=True)}

    def _demand(self, ticket: RawTicket) -> Demand:
        leisure = self._pipeline.work(ticket, hurried=False)
        if self._on_deadline == "retry":
            return Demand(leisure)
        return Demand(leisure, self._pipeline.work(ticket, hurried=True))

    def _take(self, case: Case, draft: Draft, now: float) -> None:
        digest = case.version.content_hash
        case.enriched = enriched_ticket(case.ticket, draft, self._pipeline.computation, digest, now)
        if self._on_partial == "retry" and case.enriched.enrichment.status == "partial":
            raise PartialResult("a stage failed, and partial results are not kept")
