"""deploy/terraform grants what template.yaml grants, and rings for the same reasons; workers get what they call."""

import json
import re
from typing import Any

import pytest

from tests.deploy.agreement import CHOICES, KEY, theirs, without_nothing
from tests.deploy.template import BODY
from tests.deploy.terraform import blocks, locals_, module, variable

pytestmark = pytest.mark.terraform
under = pytest.mark.parametrize("parameters", CHOICES)
ALARMS = [name for name, one in BODY["Resources"].items() if one["Type"] == "AWS::CloudWatch::Alarm"]
POLICIES = {
    "queue": "QueuePolicy",
    "dead_letter_queue": "DeadLetterQueuePolicy",
    "raw_bucket": "RawBucketPolicy",
    "enriched_bucket": "EnrichedBucketPolicy",
}


def listed(value: Any) -> list[Any]:
    """IAM takes one for a list of one."""
    return value if isinstance(value, list) else [value]


def granted(statements: list[dict[str, Any]]) -> dict[str, tuple[str, list[str], list[str]]]:
    """Effect, actions and resources by name, of the template's."""
    return {one["Sid"]: (one["Effect"], listed(one["Action"]), listed(one["Resource"])) for one in statements}


def ours(address: str, parameters: dict[str, str]) -> dict[str, tuple[str, list[str], list[str]]]:
    """The same of the module's."""
    found = module(**parameters).statements(f"aws_iam_policy_document.{address}")
    return {name: (one["effect"], one["actions"], one["resources"]) for name, one in found.items()}


@under
def test_the_role_may_do_this_and_no_more(parameters: dict[str, str]) -> None:
    (policy,) = theirs("FunctionRole", parameters)["Policies"]
    assert granted(policy["PolicyDocument"]["Statement"]) == ours("function", parameters)
    assumed = module().statements("aws_iam_policy_document.assumed_by_lambda")[""]
    (expected,) = theirs("FunctionRole", {})["AssumeRolePolicyDocument"]["Statement"]
    assert [expected["Action"]] == assumed["actions"]
    assert [{"type": "Service", "identifiers": [expected["Principal"]["Service"]]}] == assumed["principals"]


@under
@pytest.mark.parametrize(("address", "name"), POLICIES.items())
def test_policies_of_queues_and_buckets_agree(address: str, name: str, parameters: dict[str, str]) -> None:
    """Principals and conditions included."""
    expected = theirs(name, parameters)["PolicyDocument"]["Statement"]
    assert granted(expected) == ours(address, parameters)
    found = module(**parameters).statements(f"aws_iam_policy_document.{address}")
    for one in expected:
        conditions = {(test, key, value) for test, wanted in one["Condition"].items() for key, value in wanted.items()}
        assert conditions == {(c["test"], c["variable"], str(c["values"][0])) for c in found[one["Sid"]]["condition"]}
        (principal,) = found[one["Sid"]]["principals"]
        assert (one["Principal"] == "*") == (principal == {"type": "*", "identifiers": ["*"]})
        if one["Principal"] != "*":
            assert [one["Principal"]["Service"]] == principal["identifiers"]


@pytest.mark.parametrize("address", POLICIES)
def test_each_policy_is_attached_to_its_own(address: str) -> None:
    """A document that nothing names protects nothing."""
    (one,) = [r for r in blocks("resource").values() if f"document.{address}.json" in str(r.get("policy", ""))]
    owner = str(one.get("queue_url", one.get("bucket")))
    assert {"queue": "queue.tickets", "dead_letter_queue": "queue.dead_letters"}.get(
        address, f"bucket.{address.removesuffix('_bucket')}"
    ) in owner


def test_workers_may_do_what_the_function_may_and_hide_messages() -> None:
    """They log to their own output and trace nothing; they change visibility, since SQS does not do it for them."""
    for parameters in CHOICES[:3]:
        expected = ours("function", parameters)
        del expected["Log"], expected["Trace"]
        effect, actions, resources = expected["PollTheQueue"]
        actions = [*actions[:2], "sqs:ChangeMessageVisibility", *actions[2:]]
        assert expected | {"PollTheQueue": (effect, actions, resources)} == ours("worker", parameters)


def test_only_one_service_account_takes_the_workers_role() -> None:
    """By the names that deploy/kubernetes uses, and for STS alone."""
    assumed = module().statements("aws_iam_policy_document.assumed_by_workers")[""]
    assert ["sts:AssumeRoleWithWebIdentity"] == assumed["actions"]
    assert [
        ("StringEquals", "sub", ["system:serviceaccount:ticket-processor:ticket-processor"]),
        ("StringEquals", "aud", ["sts.amazonaws.com"]),
    ] == [(c["test"], c["variable"].rpartition(":")[2], c["values"]) for c in assumed["condition"]]
    assert {"${local.workers}"} == {
        one["count"] for address, one in blocks("resource").items() if address.endswith(".worker")
    }
    assert '${var.oidc_provider_arn == "" ? 0 : 1}' == locals_()["workers"]


@under
@pytest.mark.parametrize("name", ALARMS)
def test_alarms_ring_for_the_same_reasons(name: str, parameters: dict[str, str]) -> None:
    expected = theirs(name, parameters)
    alarm = module(**parameters).at(f"aws_cloudwatch_metric_alarm.{variable(name.removesuffix('Alarm'))}")
    same = {
        "AlarmName": "alarm_name",
        "Namespace": "namespace",
        "MetricName": "metric_name",
        "Statistic": "statistic",
        "ExtendedStatistic": "extended_statistic",
        "Period": "period",
        "EvaluationPeriods": "evaluation_periods",
        "DatapointsToAlarm": "datapoints_to_alarm",
        "Threshold": "threshold",
        "ComparisonOperator": "comparison_operator",
        "TreatMissingData": "treat_missing_data",
        "AlarmActions": "alarm_actions",
        "OKActions": "ok_actions",
    }
    assert [expected.get(one) for one in same] == [alarm.get(one) for one in same.values()]
    assert expected["AlarmDescription"].split()[-1] == alarm["alarm_description"].split()[-1], "the runbook's page"
    assert {one["Name"]: one["Value"] for one in expected.get("Dimensions", [])} == alarm.get("dimensions", {})
    assert expected.get("Metrics", []) == [metric(one) for one in alarm.get("metric_query", [])]


def metric(query: dict[str, Any]) -> dict[str, Any]:
    """A query of an alarm as the template writes it."""
    if "expression" in query:
        assert query["return_data"] is True
        return {"Id": query["id"], "Label": query["label"], "Expression": query["expression"]}
    (one,) = query["metric"]
    dimensions = [{"Name": name, "Value": value} for name, value in one["dimensions"].items()]
    named = {"Namespace": one["namespace"], "MetricName": one["metric_name"], "Dimensions": dimensions}
    stat = {"Metric": named, "Period": one["period"], "Stat": one["stat"]}
    return {"Id": query["id"], "ReturnData": query["return_data"], "MetricStat": stat}


def test_no_alarm_is_missing_or_more() -> None:
    found = [address.partition(".")[2] for address in blocks("resource") if "metric_alarm." in address]
    assert {variable(name.removesuffix("Alarm")) for name in ALARMS} == set(found)


@under
def test_who_is_told_agrees(parameters: dict[str, str]) -> None:
    topic = module(**parameters).at("aws_sns_topic.alarms")
    expected = theirs("Alarms", parameters)
    assert expected == without_nothing({"TopicName": topic["name"], "KmsMasterKeyId": topic["kms_master_key_id"]})
    email = module(**parameters, AlarmEmail="a@b").at("aws_sns_topic_subscription.email")
    assert ("email", "a@b", 1) == (email["protocol"], email["endpoint"], email["count"])
    assert 0 == module().at("aws_sns_topic_subscription.email")["count"]


def test_the_dashboard_is_the_same() -> None:
    found = module().at("aws_cloudwatch_dashboard.tickets")
    body = re.sub(r"^<<-JSON|JSON$", "", found["dashboard_body"].strip())
    assert json.loads(theirs("Dashboard", {})["DashboardBody"]) == json.loads(body)
    assert theirs("Dashboard", {})["DashboardName"] == found["dashboard_name"]


@pytest.mark.parametrize(("key", "expected"), [("", ("AES256", None)), (KEY, ("KMS", KEY))])
def test_images_are_written_once_scanned_and_encrypted(key: str, expected: tuple[str, str | None]) -> None:
    """deploy/ecr-push.sh refuses a tag that is there; the repository does too."""
    repository = module(KmsKeyArn=key).at("aws_ecr_repository.images")
    assert ("IMMUTABLE", [{"scan_on_push": True}]) == (
        repository["image_tag_mutability"],
        repository["image_scanning_configuration"],
    )
    (encryption,) = repository["encryption_configuration"]
    assert expected == (encryption["encryption_type"], encryption["kms_key"])
