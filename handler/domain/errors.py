"""What can go wrong, as one tree.

::

    EnrichmentError
    ├── RetryableError        the world is at fault: the message stays on the queue
    │   ├── StoreUnavailable    S3, DynamoDB or SQS did not answer, or refused for now
    │   ├── ModelUnavailable    a model could not be loaded or run
    │   ├── OutOfTime           the time left would not have been enough
    │   ├── PartialResult       a stage failed on this ticket, and the settings keep complete results only
    │   └── HeldBack            an earlier message of its FIFO group has to be tried again
    └── PermanentError        the message is at fault: it is dead-lettered now
        ├── MalformedMessage    the body is no form of message that is understood
        ├── InvalidTicket       it names a ticket that breaks a rule
        ├── TicketNotFound      it names an object that is not there
        └── TicketTooLarge      it names more text than is read

``NotFinite`` is none of these: it costs a ticket the signal of the stage that raised it, and no more.
Anything else is a bug: it is retried, the queue's maxReceiveCount bounds it, and a deploy can mend it.
An error names the field at fault and carries evidence as attributes; it never holds the customer's text.
"""


class EnrichmentError(Exception):
    """The root. ``str(error)`` is one sentence for a person; ``field`` the JSON path at fault, or empty.

    ``ticket_id`` names the ticket, where its id is a valid one though something else is not.
    """

    def __init__(self, message: str, *, field: str = "", ticket_id: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.ticket_id = ticket_id

    @property
    def code(self) -> str:
        """The name under which dead letters, logs and metrics count this error."""
        return type(self).__name__


class RetryableError(EnrichmentError):
    """The same message may succeed later."""


class StoreUnavailable(RetryableError):
    """S3, DynamoDB or SQS did not answer, or refused for now."""


class ModelUnavailable(RetryableError):
    """A model could not be loaded or run at all; no ticket is to blame."""


class OutOfTime(RetryableError):
    """The time left would not have been enough to do the work and to store it."""


class PartialResult(RetryableError):
    """A stage failed on this ticket, and the settings keep complete results only."""


class HeldBack(RetryableError):
    """An earlier message of the same FIFO group has to be tried again, and nothing may overtake it."""


class PermanentError(EnrichmentError):
    """The same message can never succeed."""


class MalformedMessage(PermanentError):
    """The body is no form of message that is understood."""


class InvalidTicket(PermanentError):
    """The ticket breaks a rule of the contract."""


class TicketNotFound(PermanentError):
    """The object that the message names is not there."""


class TicketTooLarge(PermanentError):
    """The ticket, or the object that holds it, is larger than what is read."""


class NotFinite(ValueError):
    """A model gave NaN or infinity: no label, order or summary made of it would mean anything."""
