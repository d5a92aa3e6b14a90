"""How long a queue is, on SQS."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handler.aws import answering

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class Length:
    """About how many messages wait, and how many are in hand or hidden."""

    waiting: int
    in_hand: int


@dataclass(frozen=True, slots=True)
class SqsLength:
    """Asks one queue. The age of its oldest message is no attribute: only CloudWatch has it."""

    client: "SQSClient"
    url: str

    def measure(self) -> Length:
        """Raises StoreUnavailable."""
        with answering(f"SQS queue {self.url}"):
            found = self.client.get_queue_attributes(
                QueueUrl=self.url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )["Attributes"]
        return Length(int(found["ApproximateNumberOfMessages"]), int(found["ApproximateNumberOfMessagesNotVisible"]))
