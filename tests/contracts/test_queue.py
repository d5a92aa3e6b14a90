"""What SQS does to messages: the simulated one and the emulator's are held to the same rules."""

import time
from abc import abstractmethod
from typing import Any

import pytest

from handler.domain.message import Delivery
from handler.domain.ports import Queue
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.sqs.source_queue import SqsQueue
from tests.promise import queue as simulated
from tests.promise.choices import Choices
from tests.promise.consumers import SimulatedQueue
from tests.promise.world import World

VISIBILITY = 1  # second
MAX_RECEIVES = 2


class QueueContract:
    """Rules of AWS; their sources stand in tests/promise/queue.py."""

    queue: Queue
    fifo: Queue

    @abstractmethod
    def send(self, body: str, group: str | None = None, delay: int = 0) -> None: ...

    @abstractmethod
    def wait(self, seconds: float) -> None: ...

    @abstractmethod
    def dead(self) -> list[str]: ...

    def received(self, most: int = 10, queue: Queue | None = None) -> list[Delivery]:
        return sorted((queue or self.queue).receive(most, 0), key=lambda one: one.message.body)

    def bodies(self, most: int = 10, queue: Queue | None = None) -> list[str]:
        return [one.message.body for one in self.received(most, queue)]

    def test_a_received_message_is_hidden_and_comes_back_counted(self) -> None:
        """Visibility: for so long nobody else gets it, and then somebody does."""
        self.send("a")
        assert [1] == [one.message.receive_count for one in self.received()]
        assert [] == self.received()
        self.wait(VISIBILITY + 0.3)
        assert [2] == [one.message.receive_count for one in self.received()]

    def test_a_deleted_message_is_gone(self) -> None:
        """Deleting is what acknowledging means."""
        self.send("a")
        assert [None] == list(self.queue.delete(self.received()))
        self.wait(VISIBILITY + 0.3)
        assert [] == self.received()

    def test_a_message_can_be_given_back_at_once(self) -> None:
        """Visibility 0: what a worker that stops does with what it holds."""
        self.send("a")
        assert [None] == list(self.queue.hide(self.received(), [0]))
        assert ["a"] == self.bodies()

    def test_a_message_can_be_kept_for_longer(self) -> None:
        """What a heartbeat does: from now on, whatever was left."""
        self.send("a")
        held = self.received()
        self.wait(VISIBILITY * 0.6)
        assert [None] == list(self.queue.hide(held, [VISIBILITY]))
        self.wait(VISIBILITY * 0.6)
        assert [] == self.received()

    def test_after_as_many_receives_as_are_allowed_it_is_a_dead_letter(self) -> None:
        """SQS moves it when it would be received once more."""
        self.send("a")
        for _ in range(MAX_RECEIVES):
            self.queue.hide(self.received(), [0])
        assert [] == self.received()
        assert ["a"] == self.dead()

    def test_no_more_than_ten_at_once(self) -> None:
        """Larger batches take several receives."""
        for number in range(12):
            self.send(f"{number:02}")
        assert 10 == len(self.received(25))
        assert 2 == len(self.received(25))

    def test_a_fifo_group_waits_for_its_first_message(self) -> None:
        """In order within a group, while other groups go on."""
        for body, group in (("a1", "a"), ("a2", "a"), ("b1", "b")):
            self.send(body, group)
        assert ["a1"] == self.bodies(1, self.fifo)
        assert ["b1"] == self.bodies(10, self.fifo)

    def test_a_delayed_message_comes_later(self) -> None:
        """Delay is visibility from the start."""
        self.send("a", delay=VISIBILITY)
        assert [] == self.received()
        self.wait(VISIBILITY + 0.3)
        assert [1] == [one.message.receive_count for one in self.received()]

    def test_a_fifo_queue_takes_a_token_once(self) -> None:
        """Within five minutes, even after the first one was deleted: a sender without an answer may send again."""
        self.send("a", "g")
        self.fifo.delete(self.received(queue=self.fifo))
        self.send("a", "g")
        assert [] == self.received(queue=self.fifo)

    def test_one_receive_may_hold_several_of_a_group_in_order(self) -> None:
        """The batch that the core holds back after a failure."""
        for body in ("a1", "a2", "a3"):
            self.send(body, "a")
        assert ["a1", "a2", "a3"] == [one.message.body for one in self.fifo.receive(10, 0)]
        assert [] == self.received(queue=self.fifo)


class TestSimulated(QueueContract):
    @pytest.fixture(autouse=True)
    def _made(self) -> None:
        self.world = World(Choices())
        self._dead = simulated.Queue("dead", self.world)
        rules: dict[str, Any] = {"dead_letters": self._dead, "max_receives": MAX_RECEIVES}
        self._queues = [simulated.Queue("q", self.world, VISIBILITY, fifo, **rules) for fifo in (False, True)]
        self.queue, self.fifo = (Direct(self.world, one) for one in self._queues)

    def send(self, body: str, group: str | None = None, delay: int = 0) -> None:
        self._queues[group is not None].send(body, group=group, token=group and body, delay=delay)

    def wait(self, seconds: float) -> None:
        self.world.now += seconds

    def dead(self) -> list[str]:
        return [one.body for one in self._dead.messages]


class Direct(SimulatedQueue):
    """The simulated queue, asked from outside of the simulation, where requests take no time."""

    def receive(self, most: int, wait_seconds: int) -> list[Delivery]:
        found = self.queue.receive(most)
        self.held |= {one.receipt: one for one in found}
        return [Delivery(self._message(one), one.receipt) for one in found]

    def _each(self, doing, deliveries, act):  # type: ignore[no-untyped-def]
        return [act(i, self.held[one.receipt]) for i, one in enumerate(deliveries)]


class TestEmulated(QueueContract):
    @pytest.fixture(autouse=True)
    def _made(self, aws: Aws, resources: Resources) -> None:
        self.aws, self.resources = aws, resources
        arn = aws.sqs.get_queue_attributes(QueueUrl=resources.dead_letter_queue_url, AttributeNames=["QueueArn"])[
            "Attributes"
        ]["QueueArn"]
        redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": "{MAX_RECEIVES}"}}'
        self.urls = [
            aws.sqs.create_queue(QueueName="rules", Attributes={"RedrivePolicy": redrive})["QueueUrl"],
            aws.sqs.create_queue(QueueName="rules.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"],
        ]
        self.queue, self.fifo = (SqsQueue(aws.sqs, url, VISIBILITY) for url in self.urls)

    def send(self, body: str, group: str | None = None, delay: int = 0) -> None:
        how: dict[str, Any] = (
            {"MessageGroupId": group, "MessageDeduplicationId": body} if group else {"DelaySeconds": delay}
        )
        self.aws.sqs.send_message(QueueUrl=self.urls[group is not None], MessageBody=body, **how)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def dead(self) -> list[str]:
        found = self.aws.sqs.receive_message(QueueUrl=self.resources.dead_letter_queue_url).get("Messages", [])
        return [one["Body"] for one in found]
