"""The dead-letter queue, read without taking anything away."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handler.operations.access import DLQ_URL, naming

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOVED_BY_SQS = "MaxReceives"  # the reason of a letter that is none of ours: SQS moves what was received too often
LETTERS_PER_CALL = 10  # SQS's limit, for receiving, hiding and deleting alike
HIDDEN_SECONDS = 300  # while the rest is read; a run that is killed leaves its letters hidden for no longer than that
WAIT_SECONDS = 1  # any wait asks every server of the queue; none asks a sample, and an empty answer would mean nothing
BARREN_RECEIVES = 3  # in a row, with nothing that was not seen before, end the reading


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the dead-letter queue. ``sent_at_ms`` is SQS's own time, ``attributes`` are the message's."""

    message_id: str
    receipt: str
    body: str
    attributes: Mapping[str, Any]
    sent_at_ms: int
    group_id: str | None = None

    def said(self, name: str) -> str:
        """The text of an attribute, or nothing."""
        return str(self.attributes.get(name, {}).get("StringValue", ""))

    @property
    def reason(self) -> str:
        """The code of the error that we refused it for, or MOVED_BY_SQS."""
        return self.said("ErrorCode") or MOVED_BY_SQS

    @property
    def source_time(self) -> str:
        """When its source saw it, in Unix milliseconds.

        What SQS moved says nothing of it; there SQS keeps the time at which the message was sent in the first place, in
        a FIFO queue only that at which it was moved:
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
        """
        return self.said("SourceTime") or str(self.sent_at_ms)

    @property
    def identity(self) -> str:
        """Equal for copies of one letter: we send at least once, so the queue may hold the same record twice."""
        source = self.said("SourceMessageId")
        if not self.said("ErrorCode") or not source:
            return self.message_id
        return hashlib.sha256(f"{source}\n{self.body}".encode(errors="surrogatepass")).hexdigest()


@dataclass(slots=True)
class Shelf:
    """The letters that are held, which nobody else is shown meanwhile: receipts by message id."""

    client: "SQSClient"
    url: str
    seen: set[str] = field(default_factory=set)
    held: dict[str, str] = field(default_factory=dict)

    def pages(self) -> Iterator[list[Letter]]:
        """Every letter once, in pages of at most LETTERS_PER_CALL, until there is nothing new.

        A letter that is hidden for too short a time comes back. And of a group of a FIFO queue nothing more is shown
        while some of it is held.
        """
        barren = 0
        while barren < BARREN_RECEIVES:
            page = self._receive()
            fresh = [letter for letter in page if letter.message_id not in self.seen]
            self.seen.update(letter.message_id for letter in page)
            self.held.update((letter.message_id, letter.receipt) for letter in page)
            barren = 0 if fresh else barren + 1
            if fresh:
                yield fresh
            elif not page and self.approximate_count() == 0:
                return

    def approximate_count(self) -> int:
        """How many letters SQS believes that it could show now."""
        with naming("SQS", DLQ_URL):
            return approximate_messages(self.client, self.url, "ApproximateNumberOfMessages")

    def hidden_count(self) -> int:
        """How many letters SQS believes to be in hands, ours included."""
        with naming("SQS", DLQ_URL):
            return approximate_messages(self.client, self.url, "ApproximateNumberOfMessagesNotVisible")

    def delete(self, letters: list[Letter]) -> list[str]:
        """Takes at most LETTERS_PER_CALL letters away for good; the message ids of those that are still there."""
        names = {str(number): letter.message_id for number, letter in enumerate(letters)}
        entries = [{"Id": name, "ReceiptHandle": self.held[message_id]} for name, message_id in names.items()]
        with naming("SQS", DLQ_URL):
            answer = self.client.delete_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]
        left = [names[one["Id"]] for one in answer.get("Failed", [])]
        for message_id in set(names.values()) - set(left):
            del self.held[message_id]
        return left

    def release(self) -> None:
        """Shows everything again that is held. An entry that SQS refuses was shown again already, or soon is."""
        receipts = list(self.held.values())
        for start in range(0, len(receipts), LETTERS_PER_CALL):
            some = receipts[start : start + LETTERS_PER_CALL]
            entries = [{"Id": str(n), "ReceiptHandle": r, "VisibilityTimeout": 0} for n, r in enumerate(some)]
            with naming("SQS", DLQ_URL):
                self.client.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]
        self.held.clear()

    def _receive(self) -> list[Letter]:
        with naming("SQS", DLQ_URL):
            answer = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=LETTERS_PER_CALL,
                VisibilityTimeout=HIDDEN_SECONDS,
                WaitTimeSeconds=WAIT_SECONDS,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
        return [_letter(message) for message in answer.get("Messages", [])]


@contextmanager
def shelf(client: "SQSClient", url: str) -> Iterator[Shelf]:
    """A shelf of the queue; what it still holds at the end is released, whatever happened."""
    opened = Shelf(client, url)
    try:
        yield opened
    finally:
        opened.release()


def approximate_messages(client: "SQSClient", url: str, *names: Any) -> int:
    """The sum of some of a queue's approximate counts."""
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(found["Attributes"][name]) for name in names)


def _letter(message: Any) -> Letter:
    system = message["Attributes"]
    return Letter(
        message["MessageId"],
        message["ReceiptHandle"],
        message["Body"],
        message.get("MessageAttributes", {}),
        int(system["SentTimestamp"]),
        system.get("MessageGroupId"),
    )
