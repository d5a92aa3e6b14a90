"""What the rules judge: a deployment in our own words, whether a template or AWS told of it.

A part that is None is not known: it could not be looked at (``unseen``), is named but not there (``absent``), or is no
part of a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Keys = tuple[tuple[str, str], ...]
"""Attribute names and types, partition key first."""


class Encryption(StrEnum):
    """Of a queue at rest. Queues made since 2022 are encrypted by SQS where nothing is said."""

    KMS = "kms"
    SQS = "sqs"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue. ``dead_letter`` is the name of its dead-letter queue; ``key`` that of a KMS key."""

    name: str
    visibility_seconds: int = 30
    retention_seconds: int = 345_600
    max_receives: int | None = None
    dead_letter: str | None = None
    encryption: Encryption = Encryption.SQS
    key: str | None = None


@dataclass(frozen=True, slots=True)
class EventSource:
    """How the queue invokes the function. ``filters`` are patterns as they are written."""

    queue: str
    batch_size: int = 10
    window_seconds: int = 0
    reports_failures: bool = False
    maximum_concurrency: int | None = None
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """The function, with its environment."""

    name: str
    timeout_seconds: int = 3
    memory_mb: int = 128
    architecture: str = "x86_64"
    reserved_concurrency: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """The table's keys, and those of its indexes by name."""

    keys: Keys
    indexes: Mapping[str, Keys]


@dataclass(frozen=True, slots=True)
class Grant:
    """A statement of the role that allows something."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A metric that somebody is told of, and the queue that it is about."""

    metric: str
    queue: str | None
    tells_somebody: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """All of it."""

    function: Function
    source: EventSource | None = None
    queue: Queue | None = None
    dead_letters: Queue | None = None
    table: Table | None = None
    grants: tuple[Grant, ...] | None = None
    alarms: tuple[Alarm, ...] | None = None
    unseen: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def queues(self) -> tuple[Queue, ...]:
        """Those that are there."""
        return tuple(queue for queue in (self.queue, self.dead_letters) if queue is not None)
