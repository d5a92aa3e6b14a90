"""Two ways to one signal: a thorough one while there is time, and a quick one for tickets that are hurried."""

from collections.abc import Sequence

from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft, Stage


class AtLeisure:
    """A stage that leaves hurried tickets alone."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.name = stage.name
        self.needs = stage.needs

    def work(self, ticket: RawTicket, *, hurried: bool) -> float:
        """See base.Stage."""
        return 0.0 if hurried else self._stage.work(ticket, hurried=hurried)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage."""
        return _only(self._stage, tickets, drafts, [not draft.hurried for draft in drafts])


class InHaste:
    """A stage that takes hurried tickets only."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.name = stage.name
        self.needs = stage.needs

    def work(self, ticket: RawTicket, *, hurried: bool) -> float:
        """See base.Stage."""
        return self._stage.work(ticket, hurried=hurried) if hurried else 0.0

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage."""
        return _only(self._stage, tickets, drafts, [draft.hurried for draft in drafts])


def _only(
    stage: Stage, tickets: Sequence[RawTicket], drafts: Sequence[Draft], concerned: Sequence[bool]
) -> list[Draft]:
    """The stage over the tickets that it concerns; no model is touched where there is none of them."""
    places = [i for i, concerns in enumerate(concerned) if concerns]
    found = list(drafts)
    if places:
        made = stage([tickets[i] for i in places], [drafts[i] for i in places])
        for i, draft in zip(places, made, strict=True):
            found[i] = draft
    return found
