"""The runbook: a section for each alert, and commands that work."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.operations.doctor.document import read
from tests.factories import ticket_fields
from tests.worker.test_run import until, waiting, worker

ROOT = Path(__file__).parents[1]
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
RULES = yaml.safe_load((ROOT / "deploy/monitoring/rules.yaml").read_text(encoding="utf-8"))
ALARMS = {
    name: one["Properties"]
    for name, one in read(ROOT / "template.yaml")["Resources"].items()
    if one["Type"] == "AWS::CloudWatch::Alarm"
}
PARTS = ("**Means.**", "**Look.**", "**Do.**", "**Over when**")


def sections() -> dict[str, str]:
    """Text by heading."""
    parts = re.split(r"^## (.+)$", RUNBOOK, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def prometheus() -> set[str]:
    """The alerts of rules.yaml, each as a heading: TicketProcessorDeadLetters is dead-letters."""
    named = {rule["alert"] for group in RULES["groups"] for rule in group["rules"] if "alert" in rule}
    return {re.sub(r"(?<!^)([A-Z])", r"-\1", name.removeprefix("TicketProcessor")).lower() for name in named}


def cloudwatch() -> set[str]:
    """The alarms of template.yaml, likewise."""
    return {one["AlarmName"]["Fn::Sub"].removeprefix("${FunctionName}-") for one in ALARMS.values()}


def test_each_alert_has_a_section_that_answers_four_questions_and_no_other_has() -> None:
    """What it means, where to look, what to type, how to know that it is over; in that order."""
    answering = {name for name, text in sections().items() if _in_order(text)}
    assert prometheus() | cloudwatch() == answering


def _in_order(text: str) -> bool:
    places = [text.find(part) for part in PARTS]
    return -1 not in places and places == sorted(places)


def test_each_alert_links_to_its_section() -> None:
    """From Prometheus by runbook_url, from CloudWatch at the end of the description."""
    for group in RULES["groups"]:
        for rule in group["rules"]:
            if "alert" in rule:
                assert rule["annotations"]["runbook_url"].removeprefix("docs/runbook.md#") in sections(), rule["alert"]
    for alarm in ALARMS.values():
        own = alarm["AlarmName"]["Fn::Sub"].removeprefix("${FunctionName}-")
        assert alarm["AlarmDescription"].endswith(f" docs/runbook.md#{own}")


def test_the_table_says_who_rings_which_bell() -> None:
    rows = re.findall(r"^\| \[([\w-]+)\]\(#([\w-]+)\) \| (yes|no) \| (yes|no) \|", RUNBOOK, re.MULTILINE)
    assert [] == [name for name, anchor, *_ in rows if name != anchor]
    assert cloudwatch() == {name for name, _, here, _ in rows if here == "yes"}
    assert prometheus() == {name for name, _, _, here in rows if here == "yes"}


def blocks() -> list[tuple[str, str]]:
    """Kind and text of each fenced block."""
    return re.findall(r"^```([^\n]+)\n(.*?)^```$", RUNBOOK, flags=re.MULTILINE | re.DOTALL)


def test_each_block_says_whether_it_was_run() -> None:
    kinds = [kind for kind, _ in blocks()]
    assert {"sh run", "sh needs-aws", "sh needs-cluster"} == set(kinds)
    assert kinds.count("sh run") > len(prometheus())


@pytest.fixture
def desk(aws: Aws, resources: Resources, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """An operator's shell while a worker runs, with a ticket in the bucket, a letter of ours and one that SQS moved."""
    aws.s3.put_object(Bucket="tickets-raw", Key="T-1.json", Body=json.dumps(ticket_fields("T-1")).encode())
    aws.sqs.send_message(QueueUrl=resources.queue_url, MessageBody="poison")
    aws.sqs.send_message(QueueUrl=resources.dead_letter_queue_url, MessageBody=json.dumps(ticket_fields("T-2")))
    (tmp_path / "tickets.jsonl").write_text(json.dumps(ticket_fields("T-3")) + "\n", encoding="utf-8")
    (tmp_path / "template.yaml").symlink_to(ROOT / "template.yaml")
    with worker(aws, resources) as (_, ports):
        until(lambda: not waiting(aws, resources.queue_url))
        yield {
            **os.environ,
            **resources.settings(),
            **aws.endpoint.environment(),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HEALTH": str(ports["health"]),
            "METRICS": str(ports["metrics"]),
        }


@pytest.mark.models
def test_each_command_works(desk: Mapping[str, str], tmp_path: Path) -> None:
    """As it stands there, line by line, but for the ports of the worker; and it says something."""
    for script in [text for kind, text in blocks() if kind == "sh run"]:
        here = script.replace("localhost:8080", "localhost:$HEALTH").replace("localhost:9090", "localhost:$METRICS")
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", here],
            env=desk,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (0, script) == (done.returncode, script), done.stderr
        assert done.stdout or "/dev/null" in script or "8080" in script, script
