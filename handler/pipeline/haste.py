"""What is given up for tickets that are hurried."""

from collections.abc import Sequence

from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft, Stage


class AtLeisure:
    """A stage that leaves hurried tickets alone, and its model untouched where there are no others."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.name = stage.name
        self.needs = stage.needs

    def work(self, ticket: RawTicket, *, hurried: bool) -> float:
        """See base.Stage."""
        return 0.0 if hurried else self._stage.work(ticket, hurried=hurried)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage."""
        found = list(drafts)
        if places := [i for i, draft in enumerate(drafts) if not draft.hurried]:
            made = self._stage([tickets[i] for i in places], [drafts[i] for i in places])
            for i, draft in zip(places, made, strict=True):
                found[i] = draft
        return found
