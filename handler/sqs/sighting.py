"""When and in which order a source saw a record: what decides, later, which of two versions is newer."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handler.domain.errors import MalformedMessage
from handler.domain.message import Ignored, Message, Origin, Record, Unusable
from handler.domain.version import SEQUENCER_DIGITS, TIME_DIGITS
from handler.sqs.fields import Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(f"[0-9]{{1,{TIME_DIGITS}}}")
_HEXADECIMAL = re.compile(f"[0-9A-Fa-f]{{1,{SEQUENCER_DIGITS}}}")
_ISO_8601 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z")
_NOT_SAID = Field()


def sighted(
    message: Message,
    raw: str,
    read_origin: Callable[[], Origin],
    event_time: Field = _NOT_SAID,
    sequencer: Field = _NOT_SAID,
) -> Record:
    """The record that ``read_origin`` reads, in its place in the order of versions.

    ``event_time`` (ISO 8601) and ``sequencer`` (hexadecimal) are what the event says of itself, if it does. A
    MalformedMessage from any of the three makes the record Unusable; a record that is ignored has no place to check.
    """
    try:
        origin = read_origin()
        if isinstance(origin, Ignored):
            return Record(origin, raw, _nearest_time(message, event_time))
        return Record(origin, raw, _time(message, event_time), _sequencer(sequencer))
    except MalformedMessage as error:
        # Without its traceback: the frames would keep the whole body alive for as long as the error.
        return Record(Unusable(error.with_traceback(None)), raw, _nearest_time(message, event_time))


def unusable(message: Message, error: MalformedMessage) -> Record:
    """The whole message as one record that can never succeed."""
    return Record(Unusable(error.with_traceback(None)), message.body, _nearest_time(message, _NOT_SAID))


def time_to_keep(message: Message, said: Callable[[Message], list[Record]]) -> str | None:
    """The SourceTime with which ``message``, sent once more, keeps its place in the order; ``said`` decodes it.

    None where the body says the time itself. An event's own time is older than any SentTimestamp: with that in its
    place, an event that was late would overtake an edit that it had lost against.
    """
    if message.source_time is not None:
        return message.source_time
    has_its_own = all(record.time_ms for record in said(replace(message, sent_at_ms=0)))
    return None if has_its_own else str(message.sent_at_ms)


def behind_pointer(message: Message) -> Message:
    """The message as what its pointer leads to should see it: a SourceTime says no more than when it was sent.

    The pointer says no time itself, so it was given one when it was redriven; an event inside knows better.
    """
    if message.source_time is None or not _DIGITS.fullmatch(message.source_time):
        return message
    return replace(message, sent_at_ms=int(message.source_time), source_time=None)


def _time(message: Message, event_time: Field) -> int:
    """Unix milliseconds from the first claim that is made. Raises MalformedMessage when that one is no time."""
    read, claim = next((read, claim) for read, claim in _claims(message, event_time) if claim.value is not None)
    return read(claim)


def _nearest_time(message: Message, event_time: Field) -> int:
    """Unix milliseconds from the first claim that is a time at all; 0 if there is none.

    A dead letter carries it as its SourceTime. Were it 0 for every unusable record, a ticket that is redriven after
    the mistake was mended (a wrong bucket in the settings) would always be STALE.
    """
    for read, claim in _claims(message, event_time):
        with suppress(MalformedMessage):
            return read(claim)
    return 0


def _claims(message: Message, event_time: Field) -> Iterator[tuple[Callable[[Field], int], Field]]:
    """Everything that says when the source saw the record, the most trusted first."""
    yield _from_digits, Field(message.source_time, "SourceTime")
    yield _from_iso_8601, event_time
    yield _from_number, Field(message.sent_at_ms, "SentTimestamp")


def _from_digits(field: Field) -> int:
    if not isinstance(field.value, str) or not _DIGITS.fullmatch(field.value):
        raise field.malformed(f"must be Unix milliseconds in 1 to {TIME_DIGITS} digits")
    return int(field.value)


def _from_iso_8601(field: Field) -> int:
    moment = None
    if isinstance(field.value, str) and _ISO_8601.fullmatch(field.value):
        with suppress(ValueError):  # such as a thirteenth month
            moment = datetime.fromisoformat(field.value)
    if moment is None:
        raise field.malformed("must be a time in ISO 8601 that ends in Z")
    return _from_number(Field((moment - _EPOCH) // timedelta(milliseconds=1), field.path))


def _from_number(field: Field) -> int:
    # Outside these bounds the order of versions, which is compared as text, would change its width.
    if not isinstance(field.value, int) or not 0 <= field.value < 10**TIME_DIGITS:
        raise field.malformed("must be a time from 1970 to 2286")
    return field.value


def _sequencer(field: Field) -> str:
    text = field.optional_name() or ""
    if text and not _HEXADECIMAL.fullmatch(text):
        raise field.malformed(f"must be 1 to {SEQUENCER_DIGITS} hexadecimal digits")
    return text
