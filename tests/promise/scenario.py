"""One run: customers who send and edit, consumers who die, an operator who redrives; then all heals and must drain."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from handler.domain.errors import ModelUnavailable
from handler.domain.message import Message
from handler.domain.ticket import RawTicket
from handler.domain.version import TicketKey
from handler.pipeline.base import Draft, Pipeline
from handler.pipeline.work import whole
from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.case import Case
from handler.service.core import Ports
from handler.service.enricher import OnPartial
from handler.sqs.envelope import Envelope
from handler.sqs.sighting import time_to_keep
from handler.storage.memory import MemoryStore
from tests.factories import RAW_BUCKET, ticket_fields
from tests.fakes import FakeStage, computation
from tests.promise.bucket import Bucket, Put
from tests.promise.choices import Choices
from tests.promise.consumers import EventSource, WorkerPod
from tests.promise.ports import SimulatedDeadLetters, SimulatedSource, SimulatedStore
from tests.promise.queue import Queue, Stored
from tests.promise.truth import Ledger, Named, broken, committed
from tests.promise.world import EPOCH, SLOW, World

RATES = {
    "kill": 0.01,
    "refuse": 0.02,
    "lose the answer": 0.02,
    "slow": 0.02,
    "leave a key unread": 0.02,
    "refuse an entry": 0.05,
    "lose a delete": 0.05,
    "SIGTERM": 0.02,
    "stage fault": 0.03,
    "model down": 0.02,
    "two events": 0.1,
    "sent twice": 0.05,
    "late event": 0.2,
    "turn up again": 0.05,
    "redrive": 0.2,
    "redriven, not deleted": 0.1,
}
"""How likely each kind of fault is at each step where it can strike, before the run's own factor."""

_ON_PARTIAL: tuple[OnPartial, ...] = ("keep", "retry")
HARMFUL = ("crash", "lethal")  # bodies that a stage fails on, or that kill the process which runs them
FACTORS = (0.0, 0.3, 1.0, 3.0)
BUSY_SECONDS = 600.0  # in which things are sent and faults strike
DRAIN_SECONDS = 8_000.0  # after which, healed, everything must have left the queue
SLICE_SECONDS = 60.0


@dataclass
class Model:
    """A stage that takes time, and that some tickets are bad for."""

    world: World
    name: str = "model"
    needs: tuple[str, ...] = ()
    work = staticmethod(whole)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        self.world.note(f"runs the model on {' '.join(ticket.customer_id for ticket in tickets)}")
        self.world.pause(SLOW[self.world.choices.below(len(SLOW), "how slow")] if self.world.strikes("slow") else 0.2)
        if self.world.strikes("model down"):
            raise ModelUnavailable("the model could not be loaded")
        if any("lethal" in ticket.body for ticket in tickets):
            self.world.note("!! dies of a lethal ticket")
            self.world.kill()
        if any("crash" in ticket.body for ticket in tickets) or self.world.strikes("stage fault"):
            raise ValueError
        return FakeStage()(tickets, drafts)


@dataclass
class Result:
    """What came of a run."""

    breaches: list[str]
    history: list[str]
    struck: Counter[str]
    records: int


@dataclass
class Scenario:
    """Everything in one place. All that varies is drawn from ``choices``."""

    choices: Choices
    ledger: Ledger = field(default_factory=Ledger)
    memory: MemoryStore = field(default_factory=MemoryStore)
    contents: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sent: int = 0

    def __post_init__(self) -> None:
        factor = FACTORS[self.choices.below(len(FACTORS), "setup")]
        only = self.choices.below(3, "setup")  # of all faults, or of a few kinds at a higher rate: both find things
        rates = {
            kind: rate * factor * (1 if only == 0 or self.choices.below(3, "setup") == 0 else 0)
            for kind, rate in RATES.items()
        }
        self.world = world = World(self.choices, rates)
        self.fifo = self.choices.below(4, "setup") == 1
        self.dead = Queue("dead", world, fifo=self.fifo)
        self.queue = Queue(
            "m",
            world,
            fifo=self.fifo,
            dead_letters=self.dead,
            max_receives=(5, 5, 30)[self.choices.below(3, "setup")],
            reappears=lambda: not self.fifo and world.strikes("turn up again"),
        )
        self.bucket = Bucket(RAW_BUCKET, self.choices.below(3, "setup") != 1, world)
        self.on_partial: OnPartial = _ON_PARTIAL[self.choices.below(2, "setup")]
        self.store = SimulatedStore(world, self.memory)

    def run(self) -> Result:
        """Sends, breaks, heals, drains; then judges."""
        self._start()
        self.world.run(BUSY_SECONDS)
        self.world.healed = True
        drained = self._drain()
        self._redrive_all()
        drained = self._drain() and drained
        breaches = [] if drained else [f"stuck: {[one.message_id for one in self.queue.messages]}"]
        breaches += broken(self.ledger, self.queue, self.dead, self.memory) + self.store.regressions
        breaches += [f"{type(error).__name__}: {error}" for error in self.world.crashes]
        breaches += self._hurt()
        return Result(breaches, self.world.history, self.world.struck, sum(map(len, self.ledger.sent.values())))

    def _start(self) -> None:
        self.world.spawn("customers", self._customers)
        self.world.spawn("operator", self._operator)
        for number in range(1 + self.choices.below(3, "setup")):
            version = 1 + self.choices.below(2, "setup")
            kind = (EventSource, WorkerPod)[self.choices.below(2, "setup")]
            consumer = kind(
                self.world, self.queue, self._service_of(version), (10, 3, 25)[self.choices.below(3, "setup")]
            )
            self.world.spawn(f"{kind.__name__}{number}", consumer.run)

    def _service_of(self, version: int) -> Callable[[], EnrichmentService]:
        def service() -> EnrichmentService:
            letters = SimulatedDeadLetters(self.world, self.dead)
            ports = Ports(Envelope(RAW_BUCKET), SimulatedSource(self.world, self.bucket), self.store, letters)
            return EnrichmentService(
                ports,
                Pipeline([Model(self.world)], computation(version), lambda: self.world.now),
                admission=Admission(2.0),
                on_partial=self.on_partial,
                now=lambda: EPOCH + self.world.now,
                spread=self._in_any_order,
            )

        return service

    def _in_any_order(self, step: Callable[[Case], None], cases: Iterable[Case]) -> Iterator[None]:
        left = list(cases)
        while left:
            step(left.pop(self.choices.below(len(left), "order of steps") if len(left) > 1 else 0))
            yield

    def _drain(self) -> bool:
        for _ in range(int(DRAIN_SECONDS / SLICE_SECONDS)):
            if all(one.deleted for one in self.queue.messages):
                return True
            self.world.run(self.world.now + SLICE_SECONDS)
        return False

    def _hurt(self) -> Iterator[str]:
        """Where nothing fails but bad messages, every good one gets its result, even beside one that kills the process.

        Between two that kill, a third may be unlucky.
        """
        lethal = sum(one.harmful == "lethal" for names in self.ledger.sent.values() for one in names)
        if self.world.struck or lethal > 1:
            return
        good = [one for names in self.ledger.sent.values() for one in names if one.key and not one.harmful]
        for one in good:
            given_up = any(one.mark in letter.body for letter in self.dead.messages)
            if given_up and not (lethal and one.key and committed(one.key, self.memory)):
                yield f"{one.content} was hurt"

    def _customers(self) -> None:
        acts = [
            self._put,
            self._send,
            self._put_same,
            self._send_same,
            self._poison,
            self._bundle,
            self._late,
            self._harm,
        ]
        for _ in range(1 + self.choices.below(12, "customers")):
            self.world.pause((0, 0.005, 1, 20)[self.choices.below(4, "customers")])
            acts[self.choices.below(len(acts), "customers")](f"T{self.choices.below(3, 'customers')}")

    # What customers do

    def _put(self, ticket_id: str) -> None:
        self._announce([self._stored(self._fresh(ticket_id))])

    def _send(self, ticket_id: str) -> None:
        self._send_inline(self._fresh(ticket_id))

    def _put_same(self, ticket_id: str) -> None:
        self._announce([self._stored(self._seen(ticket_id))])

    def _send_same(self, ticket_id: str) -> None:
        self._send_inline(self._seen(ticket_id))

    def _late(self, ticket_id: str) -> None:
        """A version that says itself that it was written a while ago."""
        written = int(EPOCH + self.world.now) - 30 * self.choices.below(4, "customers")
        self._send_inline({**self._fresh(ticket_id), "updated_at": written})

    def _harm(self, ticket_id: str) -> None:
        """A ticket that a stage fails on, or that kills the process which runs it."""
        self._send_inline(self._fresh(ticket_id, body=HARMFUL[self.choices.below(len(HARMFUL), "customers")]))

    def _bundle(self, ticket_id: str) -> None:
        """Several records in one message, some of which may never succeed."""
        some = [self._stored(self._fresh(ticket_id)) for _ in range(1 + self.choices.below(2, "customers"))]
        self._announce(some + ([self._missing(ticket_id)] if self.choices.below(2, "customers") else []))

    def _poison(self, ticket_id: str) -> None:
        mark = self._mark()
        bodies = [
            f"no JSON {mark}",
            json.dumps({**ticket_fields(ticket_id, customer_id=""), "mark": mark}),
            json.dumps({"Records": [], "mark": mark}),
            "[" * 5_000 + mark,
            json.dumps({**ticket_fields(ticket_id, body="x" * 100_001), "mark": mark}),
        ]
        self._queue(bodies[self.choices.below(len(bodies), "customers")], [Named(mark)], ticket_id)

    def _missing(self, ticket_id: str) -> tuple[Put, Named]:
        put = self.bucket.put(f"{ticket_id}-gone.json", b"")
        return replace(put, key="nowhere.json"), Named(put.mark)

    # How it gets to the queue

    def _fresh(self, ticket_id: str, **fields: Any) -> dict[str, Any]:
        self.sent += 1
        made = ticket_fields(ticket_id, customer_id=f"{ticket_id}.{self.sent}", **fields)
        self.contents.setdefault(ticket_id, []).append(made)
        return made

    def _seen(self, ticket_id: str) -> dict[str, Any]:
        seen = self.contents.get(ticket_id)
        return seen[self.choices.below(len(seen), "customers")] if seen else self._fresh(ticket_id)

    def _mark(self) -> str:
        self.sent += 1
        return f"mark-{self.sent}-"

    def _stored(self, fields: dict[str, Any]) -> tuple[Put, Named]:
        put = self.bucket.put(f"{fields['ticket_id']}.json", json.dumps(fields).encode())
        self.world.note(f"puts {fields['customer_id']} as {put.sequencer:X}")
        return put, Named(put.mark, _key(fields), fields["customer_id"], (put.time_ms, put.sequencer), _harm_of(fields))

    def _send_inline(self, fields: dict[str, Any]) -> None:
        mark = self._mark()
        moment = min(self.world.now_ms, fields.get("updated_at", 10**12) * 1000)
        named = Named(mark, _key(fields), fields["customer_id"], (moment, 0), _harm_of(fields))
        delay = (
            0 if self.fifo else (0, 0, 0, 90)[self.choices.below(4, "customers")]
        )  # a FIFO message has none of its own
        self._queue(json.dumps({**fields, "mark": mark}), [named], fields["ticket_id"], delay)

    def _announce(self, puts: Sequence[tuple[Put, Named]]) -> None:
        """S3's event: at least once, and not at once."""
        body = json.dumps({"Records": [put.record() for put, _ in puts]})
        names, group = [named for _, named in puts], puts[0][0].key
        for _ in range(1 + self.world.strikes("two events")):
            delay = (
                (0.0, 0.3, 5.0, 50.0)[self.choices.below(4, "customers")] if self.world.strikes("late event") else 0.0
            )
            self.world.spawn("S3", partial(self._deliver, delay, body, names, group))

    def _deliver(self, delay: float, body: str, names: list[Named], group: str) -> None:
        self.world.pause(delay)
        self._queue(body, names, group)

    def _queue(self, body: str, names: list[Named], group: str, delay: float = 0) -> None:
        """Who got no answer sends again: a FIFO queue knows the message by its token, another one has it twice."""
        for _ in range(1 + self.world.strikes("sent twice")):
            if message_id := self._accepted(body, group, names[0].mark, delay=delay):
                self.ledger.sent[message_id] = names
                self.world.note(f"sends {message_id}: {' '.join(n.content or 'poison' for n in names)}")

    def _accepted(
        self, body: str, group: str | None, token: str, attributes: dict[str, str] | None = None, delay: float = 0
    ) -> str | None:
        """The id; None where a FIFO queue knows the token. Groups and tokens are for FIFO queues only."""
        if not self.fifo:
            return self.queue.send(body, attributes, delay=delay)
        return self.queue.send(body, attributes, group=group, token=token)

    # What the operator does

    def _operator(self) -> None:
        while True:
            self.world.pause(40)
            if self.dead.messages and self.world.strikes("redrive"):
                self._redrive(self.dead.messages[self.choices.below(len(self.dead.messages), "operator")])

    def _redrive_all(self) -> None:
        for letter in [*self.dead.messages] if self.choices.below(2, "operator") else []:
            self._redrive(letter)

    def _redrive(self, letter: Stored) -> None:
        received = Message(letter.message_id, letter.body, letter.sent_ms, letter.attributes.get("SourceTime"))
        time = time_to_keep(received, Envelope(RAW_BUCKET).decode)
        attributes = {"SourceTime": time} if time else {}
        message_id = self._accepted(letter.body, letter.group, letter.message_id, attributes)
        if message_id:
            all_names = {named.mark: named for names in self.ledger.sent.values() for named in names}
            self.ledger.sent[message_id] = [named for mark, named in all_names.items() if mark in letter.body]
        if not self.world.strikes("redriven, not deleted"):
            self.dead.messages.remove(letter)
        self.world.history.append(f"{self.world.now:8.2f} operator     redrives {letter.message_id} as {message_id}")


def _key(fields: dict[str, Any]) -> TicketKey:
    return TicketKey(fields["ticket_id"], fields["created_at"])


def _harm_of(fields: dict[str, Any]) -> str:
    return fields["body"] if fields["body"] in HARMFUL else ""


def play(choices: Choices) -> Result:
    """One run."""
    return Scenario(choices).run()
