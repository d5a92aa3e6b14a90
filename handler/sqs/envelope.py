"""What a message's body may look like, and the ticket versions that it names.

1. S3 event notification: ``{"Records": [...]}``
2. S3's test event: ``{"Event": "s3:TestEvent", ...}``
3. Either of them, or a ticket, through SNS: ``{"Type": "Notification", "Message": "<body>", ...}``; and EventBridge's
   ``{"source": "aws.s3", "detail-type": "Object Created", ...}``
4. A ticket: ``{"ticket_id": ..., ...}``
5. A pointer to one of the above, too large for a queue: ``["...PayloadS3Pointer", {"s3BucketName", "s3Key"}]``

Everything else is MalformedMessage, never success. Nothing here reads anything but the body: no network, no clock.
"""

from collections.abc import Callable
from dataclasses import dataclass

from handler.domain import document
from handler.domain.errors import MalformedMessage
from handler.domain.message import Ignored, InlineTicket, Message, PayloadPointer, Record
from handler.sqs.fields import Field
from handler.sqs.s3_events import eventbridge_record, located, notification_records
from handler.sqs.sighting import behind_pointer, sighted, unusable

_POINTER_CLASSES = ("MessageS3Pointer", "PayloadS3Pointer")  # of the extended client's version 1 and 2


@dataclass(frozen=True, slots=True)
class _Body:
    """A body on its way: where it came from, its text and its JSON value."""

    message: Message
    text: str
    value: object


_Form = tuple[Callable[[object], bool], Callable[[_Body], list[Record]]]


class Envelope:
    """Decodes messages. Tickets are read from ``raw_bucket`` only, what pointers name from ``payload_bucket`` only."""

    def __init__(self, raw_bucket: str, payload_bucket: str | None = None) -> None:
        self._raw_bucket = raw_bucket
        self._payload_bucket = payload_bucket
        # One table a depth: what may stand inside what is bounded here, and nowhere else.
        bare: tuple[_Form, ...] = (
            (_is_ticket, _ticket),  # first: a ticket may have any unknown fields, an event never has a ticket's id
            (_is_notification, self._notification),
            (_is_test_event, _test_event),
            (_is_eventbridge, self._eventbridge),
        )
        self._in_sns = (*bare, (_is_sns, _nested), (_is_pointer, _nested))
        self._in_payload = (*bare, (_is_sns, self._sns), (_is_pointer, _nested))
        self._in_queue = (*bare, (_is_sns, self._sns), (_is_pointer, self._pointer))

    def decode(self, message: Message) -> list[Record]:
        """The records that ``message`` names, at least one, in order. Never raises: what is wrong is Unusable."""
        return _decode(message, message.body, self._in_queue)

    def decode_payload(self, message: Message, payload: bytes) -> list[Record]:
        """As ``decode``, for the body that the PayloadPointer in ``message`` led to; it may hold no other pointer."""
        return _decode(behind_pointer(message), payload, self._in_payload)

    def _notification(self, body: _Body) -> list[Record]:
        return notification_records(Field(body.value).at("Records"), body.message, self._raw_bucket)

    def _eventbridge(self, body: _Body) -> list[Record]:
        return [eventbridge_record(Field(body.value), body.message, self._raw_bucket)]

    def _sns(self, body: _Body) -> list[Record]:
        inner = Field(body.value).at("Message")
        if not isinstance(inner.value, str):
            raise inner.malformed("must be a string")
        return _decode(body.message, inner.value, self._in_sns, place="Message")

    def _pointer(self, body: _Body) -> list[Record]:
        return [sighted(body.message, body.message.body, lambda: self._pointed(Field(body.value).at(1)))]

    def _pointed(self, place: Field) -> PayloadPointer:
        # The extended client writes the key as it is, and no version: a payload is written once, under a random name.
        bucket, key, version = place.at("s3BucketName"), place.at("s3Key"), Field()
        return PayloadPointer(located(bucket, key, version, only=self._payload_bucket, holding="payloads"))


def _decode(message: Message, text: str | bytes, forms: tuple[_Form, ...], place: str = "") -> list[Record]:
    """The records of a body found at ``place`` in the message's own; one that is Unusable if it has no such form."""
    try:
        value = _parsed(text, place)
        body = _Body(message, text if isinstance(text, str) else text.decode("utf-8-sig"), value)
        return _first(forms, value)(body)
    except MalformedMessage as error:
        return [unusable(message, error)]


def _first(forms: tuple[_Form, ...], value: object) -> Callable[[_Body], list[Record]]:
    for recognises, read in forms:
        if recognises(value):
            return read
    return _unknown


def _parsed(text: str | bytes, place: str) -> object:
    try:
        return document.parse(text)
    except document.NotJson as error:
        reason = str(error)
    # Raised out here so that it is not chained to the parser's error, which holds the whole body.
    raise Field(path=place).malformed(f"the body {reason}")


def _unknown(_body: _Body) -> list[Record]:
    raise MalformedMessage("the body names neither an object nor a ticket")


def _nested(_body: _Body) -> list[Record]:
    raise MalformedMessage("the body is an envelope inside an envelope")


def _test_event(body: _Body) -> list[Record]:
    return [sighted(body.message, body.message.body, lambda: Ignored("S3 tests whether it may send here"))]


def _ticket(body: _Body) -> list[Record]:
    return [sighted(body.message, body.message.body, lambda: InlineTicket(body.text))]


def _is_notification(value: object) -> bool:
    return isinstance(value, dict) and "Records" in value


def _is_test_event(value: object) -> bool:
    return isinstance(value, dict) and value.get("Event") == "s3:TestEvent"


def _is_eventbridge(value: object) -> bool:
    return isinstance(value, dict) and "detail-type" in value


def _is_sns(value: object) -> bool:
    return isinstance(value, dict) and value.get("Type") == "Notification" and "Message" in value


def _is_ticket(value: object) -> bool:
    return isinstance(value, dict) and "ticket_id" in value


def _is_pointer(value: object) -> bool:
    match value:
        case [str(name), dict()]:
            return name.endswith(_POINTER_CLASSES)
    return False
