"""The dead-letter queue: the record as received, and as attributes the reason, never the customer's text."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handler.aws import answering, unavailable
from handler.domain.errors import EnrichmentError, StoreUnavailable, TicketTooLarge
from handler.domain.message import DeadLetter
from handler.sqs.batches import MAX_BYTES, NO_GROUP, batches, size

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class SqsDeadLetters:
    """A DeadLetters port. ``pipeline_version`` says which code refused."""

    client: "SQSClient"
    url: str
    pipeline_version: int

    def send(self, letters: Sequence[DeadLetter]) -> Sequence[EnrichmentError | None]:
        """See ports.DeadLetters."""
        errors: list[EnrichmentError | None] = [None] * len(letters)
        entries = [self._entry(str(number), letter) for number, letter in enumerate(letters)]
        for batch in batches(entries):
            for number, error in self._send(batch).items():
                errors[number] = error
        return errors

    def _send(self, batch: list[dict[str, Any]]) -> dict[int, EnrichmentError]:
        """The errors of those that were not taken."""
        if size(*batch) > MAX_BYTES:
            return {int(entry["Id"]): _too_large() for entry in batch}
        try:
            with answering(f"SQS queue {self.url}"):
                answer = self.client.send_message_batch(QueueUrl=self.url, Entries=batch)  # type: ignore[arg-type]
        except StoreUnavailable as error:
            return {int(entry["Id"]): error for entry in batch}
        failed = answer.get("Failed", [])
        return {int(one["Id"]): unavailable(f"SQS queue {self.url} refused", one["Code"]) for one in failed}

    def _entry(self, number: str, letter: DeadLetter) -> dict[str, Any]:
        entry = {"Id": number, "MessageBody": letter.record.raw, "MessageAttributes": self._attributes(letter)}
        if self.url.endswith(".fifo"):
            source = f"{letter.message.message_id}:{letter.index}"
            entry["MessageGroupId"] = letter.message.group_id or NO_GROUP
            entry["MessageDeduplicationId"] = hashlib.sha256(source.encode()).hexdigest()
        return entry

    def _attributes(self, letter: DeadLetter) -> dict[str, Any]:
        reason = {
            "ErrorCode": letter.error.code,
            "ErrorField": letter.error.field,
            "SourceMessageId": letter.message.message_id,
            "SourceTime": str(letter.record.time_ms),
            "PipelineVersion": str(self.pipeline_version),
        }
        return {name: {"DataType": "String", "StringValue": value} for name, value in reason.items() if value}


def _too_large() -> TicketTooLarge:
    """A message near SQS's limit has no room for our reason: SQS moves it itself after maxReceiveCount."""
    return TicketTooLarge("the record and its reason are larger than a message may be")
