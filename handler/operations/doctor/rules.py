"""The rules, as a table: a name, how bad a breach is, the rule in words, where AWS says so, and what looks for it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from handler.operations.doctor import function, queue, store
from handler.operations.doctor.description import Deployment

LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
CONFIGURING = f"{LAMBDA}/services-sqs-configure.html"
OURS = "docs/deploying.md"


class Severity(StrEnum):
    """An error loses tickets or cannot work; a warning costs something. What could not be looked at is unseen."""

    ERROR = "error"
    WARNING = "warning"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Rule:
    """``breach`` gives the value that breaks the rule, or None."""

    name: str
    severity: Severity
    says: str
    link: str
    breach: Callable[[Deployment], str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is broken, and by what value."""

    severity: Severity
    name: str
    value: str
    rule: str
    link: str

    def to_row(self) -> Mapping[str, str]:
        """As JSON."""
        return {name: str(value) for name, value in asdict(self).items()}


E, W = Severity.ERROR, Severity.WARNING
RULES = (
    Rule("there", E, "what is named is there", OURS, function.absent),
    Rule("event-source", E, "the queue invokes the function", CONFIGURING, queue.no_event_source),
    Rule("visibility", E, "visibility is at least 6 x timeout + batching window", CONFIGURING, queue.short_visibility),
    Rule("redrive", E, "the queue has a dead-letter queue", CONFIGURING, queue.no_redrive),
    Rule("receives", E, "maxReceiveCount is at least 5", CONFIGURING, queue.few_receives),
    Rule(
        "retention",
        E,
        "the dead-letter queue keeps messages longer than the queue: their age counts on",
        f"{SQS}/sqs-dead-letter-queues.html",
        queue.short_retention,
    ),
    Rule(
        "encryption",
        E,
        "queues are encrypted at rest: messages may hold tickets",
        f"{SQS}/sqs-server-side-encryption.html",
        queue.not_encrypted,
    ),
    Rule(
        "key-rights",
        E,
        "the role may use the queues' key: kms:Decrypt, and kms:GenerateDataKey to send",
        f"{SQS}/sqs-key-management.html",
        queue.no_right_to_key,
    ),
    Rule("dead-letter-alarm", W, "somebody is told of dead letters", OURS, queue.no_alarm),
    Rule(
        "partial-failures",
        E,
        "the event source has ReportBatchItemFailures: else what comes back is deleted",
        f"{LAMBDA}/services-sqs-errorhandling.html",
        queue.no_partial_failures,
    ),
    Rule(
        "concurrency",
        E,
        "reserved concurrency is unset or at least MaximumConcurrency: throttled polls use up receives",
        f"{LAMBDA}/services-sqs-scaling.html",
        queue.throttled_polls,
    ),
    Rule(
        "maximum-concurrency",
        W,
        "the event source has a MaximumConcurrency",
        f"{LAMBDA}/services-sqs-scaling.html",
        queue.unbounded,
    ),
    Rule("batching-window", E, "batches over 10 have a batching window of 1 s at least", CONFIGURING, queue.no_window),
    Rule(
        "filters",
        E,
        "the event source has no filter: SQS deletes what does not match",
        f"{LAMBDA}/with-sqs-filtering.html",
        queue.filters,
    ),
    Rule("settings", E, "every setting that is needed is set", "docs/settings.md", function.missing_settings),
    Rule("unknown-settings", W, "every TICKETS_ variable is a setting", "docs/settings.md", function.unknown_settings),
    Rule(
        "output-bucket",
        E,
        "results go to another bucket than tickets come from: else they come back as tickets",
        f"{LAMBDA}/invocation-recursion.html",
        function.output_is_input,
    ),
    Rule("reserve", E, "TICKETS_RESERVE_SECONDS is less than the timeout", "docs/settings.md", function.no_time),
    Rule(
        "model-memory",
        E,
        "memory is at least 1.3 x what the profile was measured to need",
        "docs/performance.md",
        function.little_memory,
    ),
    Rule(
        "threads",
        W,
        "no more engine threads than processors that the memory buys, one for each 1,769 MB",
        f"{LAMBDA}/configuration-memory.html",
        function.many_threads,
    ),
    Rule(
        "cpu-variant",
        E,
        "the variant runs on Lambda's processor: generic, avx2 on x86_64, arm64 on arm64",
        f"{LAMBDA}/foundation-arch.html",
        function.wrong_processor,
    ),
    Rule("table-keys", E, "the table's keys are ticket_id (S) and created_at (N)", OURS, store.wrong_keys),
    Rule(
        "table-indexes",
        W,
        "the table has the indexes by-intent and by-urgency, each with created_at (N)",
        OURS,
        store.wrong_indexes,
    ),
    Rule(
        "list-right",
        E,
        "the role may list the raw bucket: else a missing ticket is 403 and looks like an outage",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
        store.no_right_to_list,
    ),
)


def judge(deployment: Deployment) -> tuple[Finding, ...]:
    """What is wrong, in the order of the rules, then what could not be looked at."""
    broken = ((rule, rule.breach(deployment)) for rule in RULES)
    found = (Finding(rule.severity, rule.name, value, rule.says, rule.link) for rule, value in broken if value)
    unseen = (
        Finding(Severity.UNSEEN, "unseen", what, "all of it can be looked at", OURS) for what in deployment.unseen
    )
    return (*found, *unseen)
