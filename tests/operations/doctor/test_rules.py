"""Each rule has a template that breaks it: it is found, by name, and nothing else is."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from handler.operations.doctor.rules import OURS, RULES, Finding, Severity, judge
from handler.operations.doctor.template import ROLE_UNSEEN, describe
from tests.deploy.template import BODY, PATH

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"
GONE = object()
Change = tuple[str, Any]
"""A path into the template's resources, and the value that is put there."""

EVENT = "Function.Properties.Events.Tickets.Properties"
VARIABLES = "Function.Properties.Environment.Variables"

BREAKS: dict[str, tuple[list[Change], str]] = {
    "event-source": ([("Function.Properties.Events", GONE)], "none"),
    "visibility": ([("Queue.Properties.VisibilityTimeout", 359)], "359 s, and 360 s are needed for a timeout of 60 s"),
    "redrive": ([("Queue.Properties.RedrivePolicy", GONE)], "Queue: none"),
    "receives": ([("Queue.Properties.RedrivePolicy.maxReceiveCount", 4)], "4"),
    "retention": ([("DeadLetterQueue.Properties.MessageRetentionPeriod", 345_600)], "345600 s, the queue 345600 s"),
    "encryption": ([("DeadLetterQueue.Properties.SqsManagedSseEnabled", False)], "DeadLetterQueue"),
    "key-rights": (
        [("Queue.Properties.KmsMasterKeyId", KEY)],
        f"kms:Decrypt on {KEY}, kms:GenerateDataKey on {KEY}",
    ),
    "dead-letter-alarm": (
        [("DeadLettersAlarm.Properties.AlarmActions", [])],
        "no alarm with an action on ApproximateNumberOfMessagesVisible of DeadLetterQueue",
    ),
    "partial-failures": ([(f"{EVENT}.FunctionResponseTypes", GONE)], "not set"),
    "concurrency": ([("Function.Properties.ReservedConcurrentExecutions", 9)], "reserved 9, MaximumConcurrency 10"),
    "maximum-concurrency": ([(f"{EVENT}.ScalingConfig", GONE)], "not set"),
    "batching-window": ([(f"{EVENT}.BatchSize", 11)], "batches of 11, no window"),
    "filters": ([(f"{EVENT}.FilterCriteria", {"Filters": [{"Pattern": "{}"}]})], "1 set"),
    "settings": ([(f"{VARIABLES}.TICKETS_DLQ_URL", GONE)], "TICKETS_DLQ_URL"),
    "unknown-settings": ([(f"{VARIABLES}.TICKETS_PROFIL", "full")], "TICKETS_PROFIL"),
    "output-bucket": ([(f"{VARIABLES}.TICKETS_ENRICHED_BUCKET", {"Ref": "RawBucket"})], "${RawBucket}"),
    "reserve": ([(f"{VARIABLES}.TICKETS_RESERVE_SECONDS", 60)], "60 s of 60 s"),
    "model-memory": (
        [("Function.Properties.MemorySize", 946), (f"{VARIABLES}.TICKETS_PROFILE", "full")],
        "946 MB; the full profile on ctranslate2 was measured to need 728 MB",
    ),
    "threads": ([(f"{VARIABLES}.TICKETS_THREADS", 2)], "2 threads, 1 for 1769 MB at 1769 each"),
    "cpu-variant": ([(f"{VARIABLES}.TICKETS_CPU_VARIANT", "arm64")], "arm64 on x86_64"),
    "table-keys": (
        [("Table.Properties.KeySchema", [{"AttributeName": "ticket_id", "KeyType": "HASH"}])],
        "ticket_id (S)",
    ),
    "table-indexes": (
        [("Table.Properties.GlobalSecondaryIndexes.0.IndexName", "intents")],
        "by-intent: missing",
    ),
    "list-right": (
        [("FunctionRole.Properties.Policies.0.PolicyDocument.Statement.1.Resource", {"Ref": "EnrichedBucket"})],
        "no s3:ListBucket on ${RawBucket}",
    ),
}


def changed(folder: Path, *changes: Change) -> Path:
    """The shipped template with some values changed."""
    body = copy.deepcopy(BODY)
    for place, value in changes:
        *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        node: Any = body["Resources"]
        for part in way:
            node = node[part]
        if value is GONE:
            del node[last]
        else:
            node[last] = value
    path = folder / "template.yaml"
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def test_the_shipped_template_breaks_no_rule() -> None:
    assert () == judge(describe(PATH))


@pytest.mark.parametrize("name", BREAKS)
def test_a_rule_that_is_broken_is_found(tmp_path: Path, name: str) -> None:
    """By its name, with the value, and no other with it."""
    changes, value = BREAKS[name]
    (rule,) = [rule for rule in RULES if rule.name == name]
    expected = Finding(rule.severity, name, value, rule.says, rule.link)
    assert (expected,) == judge(describe(changed(tmp_path, *changes)))


def test_every_rule_has_a_template_that_breaks_it() -> None:
    """But the one about what is named and not there: only AWS knows that (test_live.py)."""
    assert [rule.name for rule in RULES if rule.name != "there"] == list(BREAKS)


def test_every_rule_says_where_it_comes_from() -> None:
    assert [] == [rule.name for rule in RULES if not rule.link.startswith(("https://docs.aws.amazon.com/", "docs/"))]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ([(f"{EVENT}.MaximumBatchingWindowInSeconds", 1)], "visibility"),
        ([("Function.Properties.ReservedConcurrentExecutions", 10)], None),
        ([(f"{EVENT}.ScalingConfig", GONE), ("Function.Properties.ReservedConcurrentExecutions", 10)], "concurrency"),
        ([("Function.Properties.MemorySize", 947), (f"{VARIABLES}.TICKETS_PROFILE", "full")], None),
        ([(f"{VARIABLES}.TICKETS_CPU_VARIANT", "avx512")], "cpu-variant"),
        ([(f"{VARIABLES}.TICKETS_CPU_VARIANT", "generic")], None),
        ([("DeadLettersAlarm.Properties.MetricName", "NumberOfMessagesSent")], "dead-letter-alarm"),
        ([("DeadLettersAlarm.Properties.Dimensions.0.Value", {"Ref": "QueueName"})], "dead-letter-alarm"),
        ([("DeadLettersAlarm.Properties.Dimensions.0.Value", {"Ref": "DeadLetterQueueName"})], None),
        ([("FunctionRole.Properties.Policies.0.PolicyDocument.Statement.1.Resource", "*")], None),
        ([("FunctionRole.Properties.Policies.0.PolicyDocument.Statement.1.Effect", "Deny")], "list-right"),
    ],
)
def test_where_a_rule_begins_and_ends(tmp_path: Path, changes: list[Change], name: str | None) -> None:
    """A window counts for the visibility; reserved concurrency may be what the source's is; names and references."""
    found = [finding.name for finding in judge(describe(changed(tmp_path, *changes)))]
    assert found == [] if name is None else name in found


def test_a_role_that_cannot_be_read_is_unseen_and_not_judged(tmp_path: Path) -> None:
    """A managed policy may grant anything."""
    path = changed(tmp_path, ("FunctionRole.Properties.ManagedPolicyArns", ["arn:aws:iam::aws:policy/x"]))
    expected = Finding(Severity.UNSEEN, "unseen", ROLE_UNSEEN, "all of it can be looked at", OURS)
    assert (expected,) == judge(describe(path))
