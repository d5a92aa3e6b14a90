"""``backfill`` on a bucket and a queue that are there."""

import json
from pathlib import Path
from typing import Any

import pytest

from handler.domain.message import Message
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.operations import backfill
from handler.sqs.envelope import Envelope
from handler.storage.s3 import S3Source
from tests.cli.conftest import Operator
from tests.cli.test_dlq import messages
from tests.factories import ticket_fields


@pytest.fixture
def old(aws: Aws, resources: Resources, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Twelve tickets that count as old; their own events are lost."""
    monkeypatch.setattr(backfill, "YOUNGEST_SECONDS", -1)
    keys = [f"2026/{number} é+%.json" for number in range(12)]
    for number, key in enumerate(keys):
        aws.s3.put_object(Bucket="tickets-raw", Key=key, Body=json.dumps(ticket_fields(f"T-{number}")))
    aws.sqs.purge_queue(QueueUrl=resources.queue_url)
    return keys


def test_every_message_leads_to_its_ticket(operator: Operator, aws: Aws, resources: Resources, old: list[str]) -> None:
    """Read as the processor reads it."""
    answer = operator("backfill")
    assert (0, "12 messages sent; passed over: 0 younger than a minute, 0 from before --since\n", "") == (
        answer.code,
        answer.out,
        answer.err,
    )
    bodies = [one["Body"] for one in messages(aws, resources.queue_url)]
    origins: list[Any] = [Envelope("tickets-raw").decode(Message("m", body))[0].origin for body in bodies]
    found = [json.loads(S3Source(aws.s3).fetch(origin))["ticket_id"] for origin in origins]
    assert sorted(f"T-{number}" for number in range(12)) == sorted(found)


def test_a_dry_run_sends_nothing_and_leaves_no_checkpoint(
    operator: Operator, aws: Aws, resources: Resources, old: list[str], tmp_path: Path
) -> None:
    """Only the number."""
    answer = operator("backfill", "--dry-run", "--json", "--checkpoint", str(tmp_path / "c"), "--prefix", "2026/1")
    assert {"dry_run": True, "sent": 3, "too_young": 0, "before_since": 0} == json.loads(answer.out)
    assert ([], []) == (messages(aws, resources.queue_url), list(tmp_path.iterdir()))


def test_it_goes_on_from_the_checkpoint(
    operator: Operator, aws: Aws, resources: Resources, old: list[str], tmp_path: Path
) -> None:
    """And takes it away when it is done; another scope is refused."""
    checkpoint = tmp_path / "c"
    checkpoint.write_text(json.dumps({"bucket": "tickets-raw", "prefix": "", "since": "", "after": sorted(old)[8]}))
    refused = operator("backfill", "--checkpoint", str(checkpoint), "--since", "2020-01-01")
    assert (2, "") == (refused.code, refused.out)
    assert "belongs to a backfill of another bucket, prefix or --since" in refused.err
    assert "3 messages sent" in operator("backfill", "--checkpoint", str(checkpoint)).out
    assert (3, False) == (len(messages(aws, resources.queue_url)), checkpoint.exists())


def test_young_objects_are_passed_over(operator: Operator, aws: Aws, resources: Resources) -> None:
    """By S3's clock."""
    aws.s3.put_object(Bucket="tickets-raw", Key="t.json", Body=b"{}")
    assert {"dry_run": False, "sent": 0, "too_young": 1, "before_since": 0} == json.loads(
        operator("backfill", "--json").out
    )


def test_another_queue_may_be_named(
    operator: Operator, aws: Aws, old: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then TICKETS_QUEUE_URL need not be set."""
    monkeypatch.delenv("TICKETS_QUEUE_URL")
    url = aws.sqs.create_queue(QueueName="another")["QueueUrl"]
    assert 0 == operator("backfill", "--queue-url", url, "--since", "2020-01-01T00:00:00Z").code
    assert 12 == len(messages(aws, url))
