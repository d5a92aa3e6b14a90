"""Dead letters back to the queue: sent first, deleted then.

Killed between the two, a letter is in both queues, and redriven once more the next time. Both copies are harmless: the
core settles a version that it knows as a duplicate.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from handler.domain.message import Message
from handler.operations.dead_letters import Letter, Shelf
from handler.operations.outbox import Outbox, Sent
from handler.sqs.batches import MAX_BYTES, NO_GROUP, batches, size
from handler.sqs.envelope import Envelope
from handler.sqs.sighting import time_to_keep

MAX_ATTRIBUTES = 10  # of one message: SQS's limit
REASON_ATTRIBUTES = {"ErrorCode", "ErrorField", "SourceMessageId", "PipelineVersion"}
NO_ROOM = "no room for SourceTime"

_TELLS_TIMES = Envelope("")  # whatever the bucket: no object is read

Move = Callable[[list[Letter]], None]


@dataclass(slots=True)
class Redriven:
    """What was done so far: letters by reason, why some were not sent, and which are still dead letters though sent."""

    by_reason: Counter[str] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)
    undeleted: list[str] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)

    def to_row(self) -> dict[str, Any]:
        """As a JSON object."""
        reasons = dict(sorted(self.by_reason.items()))
        done = {"redriven": self.by_reason.total(), "by_reason": reasons}
        return {**done, "failed": dict(self.failed), "undeleted": list(self.undeleted)}


def chosen(shelf: Shelf, done: Redriven, *, reason: str | None, most: int | None) -> Iterator[list[Letter]]:
    """The letters to redrive, page by page, while ``done`` counts fewer than ``most``."""
    for page in shelf.pages():
        wanted = [letter for letter in page if reason in {None, letter.reason} and not _came_back(letter, done)]
        yield wanted if most is None else wanted[: most - done.by_reason.total()]
        if most is not None and done.by_reason.total() >= most:
            return


def _came_back(letter: Letter, done: Redriven) -> bool:
    """Whether this run sent it: SQS keeps the id of what it moves, and our letters name the message they came from.

    What is still refused comes back at once, and to send it again would go round for as long as anybody watches.
    """
    return bool({letter.message_id, letter.said("SourceMessageId")} & done.sent)


@dataclass(frozen=True, slots=True)
class Redrive:
    """Moves letters from the shelf to the outbox, and writes down in ``done`` what became of them."""

    shelf: Shelf
    outbox: Outbox
    done: Redriven

    def __call__(self, letters: list[Letter]) -> None:
        """Moves at most a page of letters."""
        named = {str(number): letter for number, letter in enumerate(letters)}
        entries = []
        for name, letter in named.items():
            entry = message_of(letter, name, fifo=self.outbox.is_fifo)
            if len(entry["MessageAttributes"]) > MAX_ATTRIBUTES or size(entry) > MAX_BYTES:
                self.done.failed[letter.message_id] = NO_ROOM
            else:
                entries.append(entry)
        for batch in batches(entries):
            self._settle(named, self.outbox.send(batch))

    def _settle(self, named: dict[str, Letter], sent: Sent) -> None:
        """Deletes what was sent, and only that."""
        for name, failure in sent.failed.items():
            self.done.failed[named[name].message_id] = str(failure.get("Code", "unknown"))
        self.done.sent.update(sent.taken.values())
        taken = [named[name] for name in sent.taken]
        if not taken:
            return
        self.done.by_reason.update(letter.reason for letter in taken)
        self.done.undeleted += self.shelf.delete(taken)


def noted(done: Redriven) -> Move:
    """What a dry run does with letters: it counts them."""
    return lambda letters: done.by_reason.update(letter.reason for letter in letters)


def message_of(letter: Letter, name: str, *, fifo: bool) -> dict[str, Any]:
    """The letter as the message that it was. Its own attributes stay; of our reason, only when the source saw it.

    The time has to stay: the message that is sent now would otherwise look newer than every edit made since.
    """
    kept = {key: value for key, value in letter.attributes.items() if key not in REASON_ATTRIBUTES}
    time = time_to_keep(_received(letter), _TELLS_TIMES.decode)
    if time is not None:
        kept["SourceTime"] = {"DataType": "String", "StringValue": time}
    entry: dict[str, Any] = {"Id": name, "MessageBody": letter.body, "MessageAttributes": kept}
    if fifo:
        # The letter's own id: what was sent, but not deleted before a crash, is not taken twice within five minutes.
        entry |= {"MessageGroupId": letter.group_id or NO_GROUP, "MessageDeduplicationId": letter.message_id}
    return entry


def _received(letter: Letter) -> Message:
    return Message(letter.message_id, letter.body, letter.sent_at_ms, letter.said("SourceTime") or None)
