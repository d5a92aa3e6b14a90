"""Whether the promise was kept, judged from what was sent and what the stores say; by none of the core's own rules.

Every ticket version named by a message that leaves the queue has a committed result of that ticket at least as new
as itself, or lies in the dead-letter queue.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from handler.domain.version import TicketKey
from handler.storage.memory import MemoryStore
from tests.promise.queue import Queue, Stored


@dataclass(frozen=True)
class Named:
    """One record of a message. ``mark`` is text that only messages with this record hold.

    A valid ticket has a ``key``, a ``content`` (its customer, whom even a partial result names) and an ``order``: the
    moment and S3's sequencer as numbers. ``harmful``: "crash" if a stage fails on it, "lethal" if it kills the process.
    """

    mark: str
    key: TicketKey | None = None
    content: str = ""
    order: tuple[int, int] = (0, 0)
    harmful: str = ""


@dataclass
class Ledger:
    """What was sent: the records of each message, by message id."""

    sent: dict[str, list[Named]] = field(default_factory=dict)

    def newest(self, key: TicketKey, content: str) -> tuple[int, int]:
        """The latest moment at which this content of the ticket was seen."""
        return max(n.order for names in self.sent.values() for n in names if (n.key, n.content) == (key, content))


def broken(ledger: Ledger, queue: Queue, dead: Queue, store: MemoryStore) -> list[str]:
    """Every breach of the promise, in a sentence each."""
    waiting = {one.message_id for one in queue.messages if not one.deleted}
    gone = {message_id: named for message_id, named in ledger.sent.items() if message_id not in waiting}
    found = [
        f"{message_id}: {breach}" for message_id, names in gone.items() for breach in _lost(names, ledger, dead, store)
    ]
    return found + list(_unfounded(ledger, dead)) + list(_rows(store))


def _lost(names: Iterable[Named], ledger: Ledger, dead: Queue, store: MemoryStore) -> Iterator[str]:
    for named in names:
        if any(named.mark in letter.body for letter in dead.messages):
            continue
        if named.key is None:
            yield f"a record that can never succeed ({named.mark}) is in no dead letter"
        elif (content := committed(named.key, store)) is None:
            yield f"{named.key.ticket_id} {named.content} is lost"
        elif content != named.content and ledger.newest(named.key, content) < named.order:
            yield f"{named.key.ticket_id} {named.content} is not there, but the older {content}"


def committed(key: TicketKey, store: MemoryStore) -> str | None:
    """The content that the ticket's row stands for, if the object that it names is there."""
    row = store.rows.get(key)
    result = row and store.objects.get(row.s3_key)
    return result.enriched.ticket.customer_id if result and result.version.key == key else None


def _unfounded(ledger: Ledger, dead: Queue) -> Iterator[str]:
    """Nothing that could have succeeded is rejected by us."""
    valid: Mapping[str, Named] = {n.mark: n for names in ledger.sent.values() for n in names if n.key}
    for letter in dead.messages:
        if ours(letter):
            wrongly = [named for mark, named in valid.items() if mark in letter.body]
            yield from (f"{named.content} was dead-lettered as {letter.attributes['ErrorCode']}" for named in wrongly)


def _rows(store: MemoryStore) -> Iterator[str]:
    for key, row in store.rows.items():
        result = store.objects.get(row.s3_key)
        if result is None:
            yield f"the row of {key.ticket_id} names an object that is not there"
        elif result.version.content_hash != row.content_hash:
            yield f"the row of {key.ticket_id} names an object of other content"


def ours(letter: Stored) -> bool:
    """Whether we sent it, and not SQS."""
    return "ErrorCode" in letter.attributes
