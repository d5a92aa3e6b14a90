"""How much work a text is for a stage that reads it, counted in characters; what a character costs is measured."""

from handler.domain.ticket import RawTicket

READ_CHARACTERS = 20_000  # what the stages read of one ticket at most, so its cost is bounded
OVERHEAD_CHARACTERS = 200  # what a text costs beside its length, in characters' worth


def reading(text: str) -> float:
    """The work of reading ``text``, in characters' worth."""
    return _bounded(len(text))


def whole(ticket: RawTicket, *, hurried: bool) -> float:  # noqa: ARG001 - it is base.Stage's ``work``
    """The work of a stage that reads subject and body, hurried or not."""
    return _bounded(len(ticket.subject) + len(ticket.body))


def _bounded(characters: int) -> float:
    return OVERHEAD_CHARACTERS + min(characters, READ_CHARACTERS)
