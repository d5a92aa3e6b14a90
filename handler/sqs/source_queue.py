"""The queue that the worker reads, on SQS."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handler.aws import answering, unavailable
from handler.domain.errors import EnrichmentError, StoreUnavailable
from handler.domain.message import Delivery, Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_PER_CALL = 10  # of receives and of batches: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html


@dataclass(frozen=True, slots=True)
class SqsQueue:
    """A Queue port. A message that was received is hidden from others for ``visibility_seconds``."""

    client: "SQSClient"
    url: str
    visibility_seconds: int

    def receive(self, most: int, wait_seconds: int) -> Sequence[Delivery]:
        """See ports.Queue."""
        with answering(f"SQS queue {self.url}"):
            answer: Any = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=min(most, MOST_PER_CALL),
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=self.visibility_seconds,
                MessageAttributeNames=["SourceTime"],
                MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount", "MessageGroupId"],
            )
        return [Delivery(self._message(one), one["ReceiptHandle"]) for one in answer.get("Messages", [])]

    def delete(self, deliveries: Sequence[Delivery]) -> Sequence[EnrichmentError | None]:
        """See ports.Queue."""
        entries = [{"ReceiptHandle": one.receipt} for one in deliveries]
        return list(self._each(self.client.delete_message_batch, entries))

    def hide(self, deliveries: Sequence[Delivery], seconds: Sequence[int]) -> Sequence[EnrichmentError | None]:
        """See ports.Queue."""
        pairs = zip(deliveries, seconds, strict=True)
        entries = [{"ReceiptHandle": one.receipt, "VisibilityTimeout": hidden} for one, hidden in pairs]
        return list(self._each(self.client.change_message_visibility_batch, entries))

    def _each(self, call: Callable[..., Any], entries: Sequence[Mapping[str, Any]]) -> Iterator[EnrichmentError | None]:
        """What became of each entry, in order."""
        for start in range(0, len(entries), MOST_PER_CALL):
            batch = [{"Id": str(i), **entry} for i, entry in enumerate(entries[start : start + MOST_PER_CALL])]
            errors = self._errors(call, batch)
            yield from (errors.get(entry["Id"]) for entry in batch)

    def _errors(self, call: Callable[..., Any], batch: Sequence[Mapping[str, Any]]) -> dict[str, EnrichmentError]:
        try:
            with answering(f"SQS queue {self.url}"):
                failed = call(QueueUrl=self.url, Entries=batch).get("Failed", [])
        except StoreUnavailable as error:
            return {entry["Id"]: error for entry in batch}
        return {one["Id"]: unavailable(f"SQS queue {self.url} refused", one["Code"]) for one in failed}

    def _message(self, one: Mapping[str, Any]) -> Message:
        attributes = one["Attributes"]
        source_time = one.get("MessageAttributes", {}).get("SourceTime")
        return Message(
            message_id=one["MessageId"],
            body=one["Body"],
            sent_at_ms=int(attributes["SentTimestamp"]),
            source_time=source_time.get("StringValue", "") if source_time else None,
            group_id=attributes.get("MessageGroupId") if self.url.endswith(".fifo") else None,  # fair queues: no order
            receive_count=int(attributes["ApproximateReceiveCount"]),
        )
