"""How full the queues are, as the worker tells it: what is not known is not a number, and why is said once."""

import json
import math
import time
from dataclasses import dataclass, field

import pytest
from aws_lambda_powertools.metrics import MetricUnit

from handler.domain.errors import StoreUnavailable
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.sqs.length import Length, SqsLength
from handler.worker.watch import Watch

EMPTY = Length(0, 0)

pytestmark = pytest.mark.usefixtures("deployed_process")


@dataclass
class Gauges:
    """A meter that keeps what it was told last."""

    told: dict[str, float] = field(default_factory=dict)

    def add_metric(self, name: str, unit: MetricUnit, value: float) -> None:
        self.told[name] = value


@dataclass
class FakeLength:
    """So long, or refused for that reason."""

    found: Length = EMPTY
    refuses: str = ""
    looks: int = 0

    def measure(self) -> Length:
        self.looks += 1
        if self.refuses:
            raise StoreUnavailable(self.refuses)
        return self.found


def test_messages_that_are_hidden_from_others_are_dead_letters_too() -> None:
    """While somebody lists them (`dlq list`), an alert must not seem to be over."""
    gauges = Gauges()
    Watch(FakeLength(Length(7, 2)), FakeLength(Length(1, 3)), gauges).look()
    assert {"QueueWaiting": 7, "QueueInHand": 2, "DeadLetters": 4} == gauges.told


def test_nothing_is_old_on_an_empty_queue() -> None:
    """The last batch's age would stand there for ever; but what is hidden until it is tried again may be old."""
    gauges, queue = Gauges({"OldestReceived": 9_000}), FakeLength(Length(0, 1))
    watch = Watch(queue, FakeLength(), gauges)
    watch.look()
    assert 9_000 == gauges.told["OldestReceived"]
    queue.found = Length(0, 0)
    watch.look()
    assert 0 == gauges.told["OldestReceived"]


def test_a_queue_that_may_not_be_measured_has_no_length_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """An old number would look like a good one. The other queue is measured all the same."""
    gauges, dead = Gauges(), FakeLength(refuses="AccessDenied")
    watch = Watch(FakeLength(Length(1, 0)), dead, gauges)
    for _ in range(3):
        watch.look()
    assert math.isnan(gauges.told["DeadLetters"])
    assert 1 == gauges.told["QueueWaiting"]
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert ("cannot be measured", "dead letters", "AccessDenied") == (line["message"], line["what"], line["reason"])
    dead.refuses = ""
    watch.look()
    dead.refuses = "AccessDenied"
    watch.look()
    assert 1 == len(capsys.readouterr().out.splitlines()), "said again, as it had been well in between"


def test_it_looks_at_once_and_again_and_again_until_the_block_ends() -> None:
    queue = FakeLength()
    with Watch(queue, FakeLength(), Gauges(), every_seconds=0.01).on():
        while queue.looks < 3:
            time.sleep(0.001)
    time.sleep(0.05)
    looks = queue.looks
    time.sleep(0.05)
    assert looks == queue.looks


def test_sqs_tells_how_long_a_queue_is(aws: Aws, resources: Resources) -> None:
    """Waiting, and received by somebody."""
    for _ in range(3):
        aws.sqs.send_message(QueueUrl=resources.queue_url, MessageBody="{}")
    aws.sqs.receive_message(QueueUrl=resources.queue_url, MaxNumberOfMessages=1, VisibilityTimeout=60)
    assert Length(2, 1) == SqsLength(aws.sqs, resources.queue_url).measure()


def test_a_queue_that_is_not_there_is_told_in_our_words(aws: Aws, resources: Resources) -> None:
    with pytest.raises(StoreUnavailable, match="nowhere"):
        SqsLength(aws.sqs, resources.queue_url.replace("ticket-processing-queue", "nowhere")).measure()
