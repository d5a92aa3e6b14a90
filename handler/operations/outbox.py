"""A queue to send to, in batches whose answer is read entry by entry: AWS takes some and refuses others."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handler.operations.access import QUEUE_URL, check, naming

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ATTEMPTS = 6  # in about 6 s on average: longer than a throttle, shorter than a person's patience
BACKOFF_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Sent:
    """By the Id of their entries: the message ids of what the queue has, and the failures of what it has not."""

    taken: dict[str, str]
    failed: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends to one queue, which ``variable`` names. ``sleep`` waits between attempts."""

    client: "SQSClient"
    url: str
    variable: str = QUEUE_URL
    sleep: Callable[[float], None] = time.sleep

    @property
    def is_fifo(self) -> bool:
        """Whether each message needs a group and a deduplication id."""
        return self.url.endswith(".fifo")

    def send(self, batch: Sequence[dict[str, Any]]) -> Sent:
        """Sends one batch once."""
        with naming("SQS", self.variable):
            answer: Any = self.client.send_message_batch(QueueUrl=self.url, Entries=batch)  # type: ignore[arg-type]
        taken = {one["Id"]: one["MessageId"] for one in answer.get("Successful", [])}
        return Sent(taken, {one["Id"]: one for one in answer.get("Failed", [])})

    def send_all(self, batch: Sequence[dict[str, Any]]) -> None:
        """Sends one batch until the queue has all of it. Raises as ``access.naming`` when it does not take it."""
        waiting, failures = list(batch), []
        for attempt in range(ATTEMPTS):
            self.sleep(random.uniform(0, BACKOFF_SECONDS * 2**attempt) if attempt else 0)  # noqa: S311 - jitter
            failed = self.send(waiting).failed
            waiting = [entry for entry in waiting if entry["Id"] in failed]
            if not waiting:
                return
            failures = list(failed.values())
            if any(failure.get("SenderFault") for failure in failures):
                break
        check(self.variable, failures)
